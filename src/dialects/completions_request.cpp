#include "headgate/dialects/chat_completions.hpp"
#include "headgate/dialects/completions.hpp"
#include "headgate/dialects/unsaid.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::completions {
namespace {

using core::Code;
using core::Error;
using core::Result;
using wire::JsonValue;
using wire::JsonWriter;

Error wrong_prompt() {
  return Error(Code::invalid_request, "`prompt` must be a text, or a list with one text.").with_param("prompt");
}

// One text; several would be several conversations.
Result<JsonValue> read_prompt(JsonValue prompt) {
  if (prompt.is_string()) return prompt;
  if (!prompt.is_array() || prompt.is_empty()) return wrong_prompt();
  JsonValue only;
  for (const auto item : prompt.items()) {
    if (!item.is_string() || only.is_string()) return cannot_say("prompt");
    only = item;
  }
  return only;
}

// What stays behind when the rest goes on, or the reason why nothing can.
Result<bool> belongs_to_completions(std::string_view name, JsonValue value) {
  if (name == "prompt") return true;
  const bool asks = name == "suffix"     ? !value.is_empty()
                    : name == "echo"     ? value.boolean() != false
                    : name == "logprobs" ? true
                    : name == "best_of"  ? value.count() != std::uint64_t{1}
                                         : false;
  if (asks && value.is_set()) return cannot_say(name);
  return name == "suffix" || name == "echo" || name == "logprobs" || name == "best_of";
}

// The same request as a conversation, in the words that are next to these.
Result<std::string> as_conversation(JsonValue body) {
  const auto prompt = read_prompt(body["prompt"]);
  if (!prompt) return prompt.error();
  std::string text, scratch;
  JsonWriter json(text);
  json.begin_object().name("messages").begin_array().begin_object().member("role", "user");
  json.raw_member("content", prompt->source()).end_object().end_array();
  for (const auto member : body.members()) {
    const auto belongs = belongs_to_completions(member.name.string(scratch), member.value);
    if (!belongs) return belongs.error();
    if (*belongs) continue;
    text.append(",").append(member.name.source()).append(":").append(member.value.source());
  }
  json.end_object();
  return text;
}

}  // namespace

Result<chat::Request> read_request(JsonValue body) {
  auto text = as_conversation(body);
  if (!text) return text.error();
  wire::pad(*text);
  wire::JsonReader json;
  const auto conversation = json.read(*text);
  if (!conversation) return conversation.error();
  return chat_completions::read_request(*conversation);
}

}  // namespace headgate::dialects::completions
