#include "headgate/wire/openai_continuation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "edits.hpp"

namespace headgate::wire::openai {
namespace {

constexpr std::array<std::string_view, 4> identity{"id", "created", "model", "system_fingerprint"};

bool is_identity(std::string_view name) { return std::find(identity.begin(), identity.end(), name) != identity.end(); }

std::string message_with(std::string_view text, Prefill::Mark mark) {
  std::string message = R"({"role":"assistant","content":)";
  append_json_string(message, text);
  if (mark == Prefill::Mark::prefix) message.append(R"(,"prefix":true)");
  if (mark == Prefill::Mark::partial) message.append(R"(,"partial":true)");
  return message.append("}");
}

void set_member(Edits& edits, JsonValue object, std::string_view name, std::string_view value) {
  if (const auto there = object[name]; there.kind() != JsonKind::missing)
    return edits.replace(there.range(), std::string(value));
  edits.insert(object.range().at + 1, '"' + std::string(name).append("\":").append(value).append(","));
}

void lower_limit(Edits& edits, JsonValue limit, core::Tokens written) {
  const auto most = limit.count();
  if (!most || written == 0) return;
  edits.replace(limit.range(), std::to_string(*most > written ? *most - written : 1));
}

bool is_thought(std::string_view name) { return name.starts_with("reasoning"); }

// Of a delta; nothing when it shows more than text.
std::optional<std::string> text_of(JsonValue delta) {
  std::string text, scratch;
  for (const auto member : delta.members()) {
    const auto name = member.name.string(scratch);
    if (member.value.is_empty() || name == "role" || name == "obfuscation" || is_thought(name)) continue;
    if (name != "content" || !member.value.is_string()) return std::nullopt;
    text = member.value.string();
  }
  return text;
}

void append_count(std::string& json, std::string_view name, core::Tokens count) {
  json.append(json.back() == '{' ? "\"" : ",\"").append(name).append("\":").append(std::to_string(count));
}

std::string usage_object(const core::Usage& usage) {
  std::string json = "{";
  append_count(json, "prompt_tokens", usage.all_input());
  append_count(json, "completion_tokens", usage.all_output());
  append_count(json, "total_tokens", usage.all_input() + usage.all_output());
  if (usage.cache_read)
    json.append(R"(,"prompt_tokens_details":{"cached_tokens":)").append(std::to_string(*usage.cache_read)).append("}");
  if (usage.reasoning)
    json.append(R"(,"completion_tokens_details":{"reasoning_tokens":)")
        .append(std::to_string(*usage.reasoning))
        .append("}");
  return json.append("}");
}

// The client has been told the role.
void adopt_delta(Edits& edits, JsonValue delta, const std::optional<std::string>& text) {
  if (!delta.is_object()) return;
  Row row(edits, delta.range().at + 1);
  for (const auto member : delta.members()) {
    const bool is_role = member.name.is("role");
    is_role ? row.drop(member.range()) : row.keep(member.range());
    if (!text || !member.name.is("content") || !member.value.is_string()) continue;
    std::string quoted;
    append_json_string(quoted, *text);
    edits.replace(member.value.range(), std::move(quoted));
  }
  row.close();
}

}  // namespace

std::string continued_body(JsonValue document, std::string_view body, std::string_view begun, core::Tokens written,
                           Prefill::Mark mark) {
  Edits edits;
  const auto messages = document["messages"];
  edits.insert(messages.range().end() - 1, (messages.is_empty() ? "" : ",") + message_with(begun, mark));
  if (mark == Prefill::Mark::final_message) {
    set_member(edits, document, "continue_final_message", "true");
    set_member(edits, document, "add_generation_prompt", "false");
  }
  for (const std::string_view limit : {"max_tokens", "max_completion_tokens"})
    lower_limit(edits, document[limit], written);
  return edits.applied(body);
}

std::optional<std::string> plain_text(JsonValue event) {
  std::string text;
  bool any = false;
  for (const auto choice : event["choices"].items()) {
    const bool is_second = std::exchange(any, true) || choice["index"].count().value_or(0) != 0;
    if (is_second || !choice["logprobs"].is_empty()) return std::nullopt;
    auto said = text_of(choice["delta"]);
    if (!said) return std::nullopt;
    text = std::move(*said);
  }
  return text;
}

std::string identity_of(JsonValue event) {
  std::string members;
  for (const auto name : identity)
    if (const auto value = event[name]; value.kind() != JsonKind::missing)
      members.append("\"").append(name).append("\":").append(value.source()).append(",");
  return members;
}

std::string adopted_event(JsonValue event, std::string_view data, const std::string& identity_of_stream,
                          const std::optional<std::string>& text, const core::Usage& usage) {
  const auto inside = event.range().at + 1;
  Edits edits;
  edits.insert(inside, identity_of_stream);
  Row row(edits, inside);
  std::string scratch;
  for (const auto member : event.members())
    is_identity(member.name.string(scratch)) ? row.drop(member.range()) : row.keep(member.range());
  row.close();
  for (const auto choice : event["choices"].items()) adopt_delta(edits, choice["delta"], text);
  if (const auto told = event["usage"]; told.is_object()) edits.replace(told.range(), usage_object(usage));
  return edits.applied(data);
}

}  // namespace headgate::wire::openai
