#include "anthropic_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace headgate::dialects::anthropic {
namespace {

using chat::Finish;

constexpr std::array<std::pair<std::string_view, Finish>, 9> reasons{{
    {"end_turn", Finish::stop},
    {"stop_sequence", Finish::stop_sequence},
    {"max_tokens", Finish::length},
    {"model_context_window_exceeded", Finish::window},
    {"tool_use", Finish::tool_calls},
    {"refusal", Finish::refused},
    {"refusal", Finish::filtered},
    {"pause_turn", Finish::pause},
    {"end_turn", Finish::other},
}};

// More tokens than any answer has; a count above it is a mistake that must not reach a budget.
constexpr core::Tokens absurd = 1'000'000'000;

void read_count(std::optional<core::Tokens>& count, bool& implausible, wire::JsonValue value) {
  if (!value.is_set()) return;
  const auto read = value.count();
  if (read && *read < absurd)
    count = read;
  else
    implausible = true;
}

void write_count(wire::JsonWriter& json, std::string_view name, std::optional<core::Tokens> count) {
  json.name(name);
  if (count)
    json.number(*count);
  else
    json.null();
}

// Newer versions tell how much of the output was thought.
void write_details(wire::JsonWriter& json, const core::Usage& usage) {
  if (!usage.reasoning) return;
  json.name("output_tokens_details").begin_object().member("thinking_tokens", *usage.reasoning).end_object();
}

}  // namespace

Finish finish_of(std::string_view stop_reason) {
  const auto* found = std::ranges::find(reasons, stop_reason, [](const auto& reason) { return reason.first; });
  if (found == reasons.end()) return stop_reason.empty() ? Finish::unknown : Finish::other;
  return found->second;
}

std::string_view stop_reason_of(Finish finish, bool called_tools) {
  if ((finish == Finish::stop || finish == Finish::other) && called_tools) return "tool_use";
  const auto* found = std::ranges::find(reasons, finish, [](const auto& reason) { return reason.second; });
  return found == reasons.end() ? std::string_view() : found->first;
}

void Counts::take(wire::JsonValue usage) {
  read_count(input_, implausible_, usage["input_tokens"]);
  read_count(cache_read_, implausible_, usage["cache_read_input_tokens"]);
  read_count(cache_write_, implausible_, usage["cache_creation_input_tokens"]);
  read_count(output_, implausible_, usage["output_tokens"]);
  read_count(thinking_, implausible_, usage["output_tokens_details"]["thinking_tokens"]);
}

// The input is told without what was cached, the output with what was thought.
core::Usage Counts::usage() const {
  core::Usage usage{input_, cache_read_, cache_write_, output_, thinking_, implausible_};
  if (!thinking_) return usage;
  if (output_ && *thinking_ <= *output_) {
    *usage.output -= *thinking_;
  } else {
    usage.reasoning.reset();
    usage.implausible = true;
  }
  return usage;
}

void write_usage(wire::JsonWriter& json, const core::Usage& usage, std::string_view service_tier) {
  json.begin_object().member("input_tokens", usage.input.value_or(0));
  write_count(json, "cache_creation_input_tokens", usage.cache_write);
  write_count(json, "cache_read_input_tokens", usage.cache_read);
  json.name("cache_creation").null().member("output_tokens", usage.all_output());
  write_details(json, usage);
  json.name("server_tool_use").null().name("service_tier");
  if (service_tier == "standard" || service_tier == "default")
    json.string("standard");
  else if (service_tier == "priority" || service_tier == "batch")
    json.string(service_tier);
  else
    json.null();
  json.name("inference_geo").null().end_object();
}

void write_last_usage(wire::JsonWriter& json, const core::Usage& usage) {
  json.begin_object();
  write_count(json, "input_tokens", usage.input);
  write_count(json, "cache_creation_input_tokens", usage.cache_write);
  write_count(json, "cache_read_input_tokens", usage.cache_read);
  json.member("output_tokens", usage.all_output());
  write_details(json, usage);
  json.name("server_tool_use").null().end_object();
}

void write_stop(wire::JsonWriter& json, Finish finish, const std::string& stopped_by, bool called_tools) {
  const auto reason = stop_reason_of(finish, called_tools);
  json.name("stop_reason");
  if (reason.empty())
    json.null();
  else
    json.string(reason);
  json.name("stop_sequence");
  if (finish == Finish::stop_sequence && !stopped_by.empty())
    json.string(stopped_by);
  else
    json.null();
  json.name("stop_details").null().name("container").null();
}

std::optional<chat::CacheTime> cache_time(wire::JsonValue cache_control) {
  if (!cache_control.is_object()) return {};
  return cache_control["ttl"].is("1h") ? chat::CacheTime::one_hour : chat::CacheTime::five_minutes;
}

std::string call_id(std::string_view id) {
  const auto known = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  std::string written(id);
  for (char& c : written)
    if (!known(c)) c = '_';
  return written.empty() ? "_" : written;
}

}  // namespace headgate::dialects::anthropic
