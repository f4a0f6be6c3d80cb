#include "gemini_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace headgate::dialects::gemini {
namespace {

using chat::Finish;

constexpr std::array<std::pair<std::string_view, Finish>, 21> reasons{{
    {"STOP", Finish::stop},
    {"MAX_TOKENS", Finish::length},
    {"SAFETY", Finish::filtered},
    {"MALFORMED_FUNCTION_CALL", Finish::failed},
    {"RECITATION", Finish::filtered},
    {"BLOCKLIST", Finish::filtered},
    {"PROHIBITED_CONTENT", Finish::filtered},
    {"SPII", Finish::filtered},
    {"LANGUAGE", Finish::filtered},
    {"MODEL_ARMOR", Finish::filtered},
    {"OTHER", Finish::other},
    {"STOP", Finish::stop_sequence},
    {"STOP", Finish::tool_calls},
    {"MAX_TOKENS", Finish::window},
    {"SAFETY", Finish::refused},
    {"OTHER", Finish::pause},
    {"IMAGE_SAFETY", Finish::filtered},
    {"IMAGE_PROHIBITED_CONTENT", Finish::filtered},
    {"IMAGE_RECITATION", Finish::filtered},
    {"IMAGE_OTHER", Finish::filtered},
    {"FINISH_REASON_UNSPECIFIED", Finish::unknown},
}};

// More tokens than any answer has; a count above it is a mistake that must not reach a budget.
constexpr core::Tokens absurd = 1'000'000'000;

std::optional<core::Tokens> read_count(wire::JsonValue value, bool& implausible) {
  if (!value.is_set()) return {};
  const auto count = value.count();
  if (count && *count < absurd) return count;
  implausible = true;
  return {};
}

// Nothing said is zero here, so that the total tells it.
std::optional<core::Tokens> output_of(wire::JsonValue usage, std::optional<core::Tokens> input,
                                      std::optional<core::Tokens> thoughts, bool& implausible) {
  const auto output = read_count(usage["candidatesTokenCount"], implausible);
  const auto total = read_count(usage["totalTokenCount"], implausible);
  if (output || !total || !input) return output;
  const auto others = *input + thoughts.value_or(0);
  if (others > *total) return {};
  return *total - others;
}

}  // namespace

bool is_googles(std::string_view uri) {
  for (const std::string_view place :
       {"gs://", "https://generativelanguage.googleapis.com/", "https://www.youtube.com/watch?", "https://youtu.be/"})
    if (uri.starts_with(place)) return true;
  return false;
}

Finish finish_of(std::string_view reason) {
  const auto* found = std::ranges::find(reasons, reason, [](const auto& row) { return row.first; });
  // What is not known is no success.
  if (found == reasons.end()) return reason.empty() ? Finish::unknown : Finish::failed;
  return found->second;
}

std::string_view reason_of(Finish finish) {
  const auto* found = std::ranges::find(reasons, finish, [](const auto& row) { return row.second; });
  return found == reasons.end() ? std::string_view("OTHER") : found->first;
}

// The prompt is counted with what was remembered, the output without thoughts.
core::Usage read_usage(wire::JsonValue object) {
  core::Usage usage;
  usage.input = read_count(object["promptTokenCount"], usage.implausible);
  if (const auto tools = read_count(object["toolUsePromptTokenCount"], usage.implausible); tools && usage.input)
    *usage.input += *tools;
  usage.cache_read = read_count(object["cachedContentTokenCount"], usage.implausible);
  usage.reasoning = read_count(object["thoughtsTokenCount"], usage.implausible);
  usage.output = output_of(object, usage.input, usage.reasoning, usage.implausible);
  if (!usage.cache_read) return usage;
  if (usage.input && *usage.cache_read <= *usage.input) {
    *usage.input -= *usage.cache_read;
  } else {
    usage.cache_read.reset();
    usage.implausible = true;
  }
  return usage;
}

void write_usage(wire::JsonWriter& json, const core::Usage& usage) {
  json.begin_object().member("promptTokenCount", usage.all_input());
  if (usage.cache_read) json.member("cachedContentTokenCount", *usage.cache_read);
  if (usage.output) json.member("candidatesTokenCount", *usage.output);
  if (usage.reasoning) json.member("thoughtsTokenCount", *usage.reasoning);
  json.member("totalTokenCount", usage.all_input() + usage.all_output()).end_object();
}

chat::Json compact(std::string_view json) {
  chat::Json out;
  bool quoted = false, escaped = false;
  for (const char c : json) {
    if (!quoted && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) continue;
    out += c;
    if (c == '"' && !escaped) quoted = !quoted;
    escaped = c == '\\' && !escaped;
  }
  return out;
}

bool is_object(const std::string& text) {
  if (const auto first = text.find_first_not_of(" \t\r\n"); first == std::string::npos || text[first] != '{')
    return false;
  std::string padded(text);
  wire::pad(padded);
  wire::JsonReader reader;
  const auto document = reader.read(padded);
  return document.has_value() && document->is_object();
}

void write_text(wire::JsonWriter& json, std::string_view text) {
  json.begin_object().member("text", text).end_object();
}

// A signature without thoughts stands on an empty text: the provider signs answers so.
void write_thought(wire::JsonWriter& json, std::string_view text, std::string_view signature) {
  json.begin_object().member("text", text);
  if (!text.empty()) json.member("thought", true);
  if (!signature.empty()) json.member("thoughtSignature", signature);
  json.end_object();
}

void write_call(wire::JsonWriter& json, std::string_view id, std::string_view name, const std::string& arguments,
                std::string_view signature) {
  json.begin_object().name("functionCall").begin_object();
  if (!id.empty()) json.member("id", id);
  json.member("name", name).name("args");
  if (is_object(arguments))
    json.raw(arguments);
  else if (arguments.empty())
    json.begin_object().end_object();
  else  // a model's own mistake, for whoever reads it to judge
    json.begin_object().member("_raw", std::string_view(arguments)).end_object();
  json.end_object();
  if (!signature.empty()) json.member("thoughtSignature", signature);
  json.end_object();
}

}  // namespace headgate::dialects::gemini
