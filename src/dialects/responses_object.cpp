// The response object and its items.
#include <algorithm>
#include <array>

#include "responses_output.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Finish;
using wire::JsonWriter;

constexpr std::array<std::string_view, 7> service_tiers{"auto",     "default", "flex",     "scale",
                                                        "priority", "fast",    "ultrafast"};

// Clients refuse a last event without counts; what is not known is 0 here.
void append_usage(JsonWriter& json, const core::Usage& usage) {
  json.name("usage").begin_object().member("input_tokens", usage.all_input());
  json.name("input_tokens_details").begin_object();
  json.member("cached_tokens", usage.cache_read.value_or(0));
  json.member("cache_write_tokens", usage.cache_write.value_or(0)).end_object();
  json.member("output_tokens", usage.all_output());
  json.name("output_tokens_details").begin_object();
  json.member("reasoning_tokens", usage.reasoning.value_or(0)).end_object();
  json.member("total_tokens", usage.all_input() + usage.all_output()).end_object();
}

// Codes that clients act upon; every other is a failure of the server to them.
std::string_view code_of(const core::Error& error) {
  switch (error.code()) {
    case core::Code::rate_limit_exceeded:
    case core::Code::context_length_exceeded:
    case core::Code::insufficient_quota: return core::traits(error.code()).name;
    case core::Code::content_filter: return "invalid_prompt";
    default: return "server_error";
  }
}

void append_failure(JsonWriter& json, const core::Error& error) {
  json.name("error").begin_object().member("code", code_of(error));
  json.member("message", error.message().empty() ? "The answer broke off." : error.message()).end_object();
}

std::string_view reason_of(Finish finish) {
  if (finish == Finish::length || finish == Finish::window) return "max_output_tokens";
  return finish == Finish::filtered || finish == Finish::refused ? "content_filter" : "";
}

}  // namespace

void append_content(JsonWriter& json, const Item::Content& content) {
  json.begin_object();
  if (content.refusal) {
    json.member("type", "refusal").member("refusal", content.text).end_object();
    return;
  }
  json.member("type", "output_text").member("text", content.text).raw_member("annotations", "[]");
  json.raw_member("logprobs", "[" + content.logprobs + "]").end_object();
}

void Item::append(JsonWriter& json, std::string_view status) const {
  json.begin_object().member("id", id);
  switch (kind) {
    case Kind::message:
      json.member("type", "message").member("status", status).member("role", "assistant");
      json.name("content").begin_array();
      for (const auto& content : contents) append_content(json, content);
      json.end_array();
      break;
    case Kind::reasoning:
      json.member("type", "reasoning").name("summary").begin_array();
      if (!text.empty()) json.begin_object().member("type", "summary_text").member("text", text).end_object();
      json.end_array();
      if (!sealed.empty()) json.member("encrypted_content", sealed);
      break;
    case Kind::call:
      json.member("type", custom ? "custom_tool_call" : "function_call").member("status", status);
      json.member("call_id", call_id).member("name", name).member(custom ? "input" : "arguments", text);
      break;
  }
  json.end_object();
}

// A refusal in the model's own words is a whole answer; silence in its place is not.
std::string_view Output::status() const {
  if (failed_ || finish_ == Finish::failed) return "failed";
  if (finish_ == Finish::refused && refused_) return "completed";
  return finish_ == Finish::unknown || !reason_of(finish_).empty() ? "incomplete" : "completed";
}

void Output::append_response(JsonWriter& json, std::string_view status) const {
  const bool ended = status != "in_progress", cut = status == "incomplete";
  json.begin_object().member("id", shown_.id).member("object", "response").member("created_at", shown_.created);
  json.member("status", status);
  if (status == "failed")
    append_failure(json, error_);
  else
    json.name("error").null();
  if (cut && !reason_of(finish_).empty())
    json.name("incomplete_details").begin_object().member("reason", reason_of(finish_)).end_object();
  else
    json.name("incomplete_details").null();
  json.member("model", shown_.model).raw(echo_.members);
  json.name("output").begin_array();
  if (ended)
    for (const auto& item : items_)
      item.append(json, item.open || (cut && &item == &items_.back()) ? "incomplete" : "completed");
  json.end_array();
  if (std::find(service_tiers.begin(), service_tiers.end(), service_tier_) != service_tiers.end())
    json.member("service_tier", service_tier_);
  if (ended) append_usage(json, usage_);
  json.end_object();
}

}  // namespace headgate::dialects::responses
