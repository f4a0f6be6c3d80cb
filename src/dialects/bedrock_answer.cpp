#include "bedrock_words.hpp"
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/bedrock.hpp"

namespace headgate::dialects::bedrock {
namespace {

using wire::JsonValue;

void read_reasoning(JsonValue value, chat::Message& message) {
  const auto thought = value["reasoningText"], sealed = value["redactedContent"];
  if (thought.is_object())
    message.parts.push_back({chat::Reasoning{thought["text"].string(), thought["signature"].string()}, {}});
  else if (sealed.is_string())
    message.parts.push_back({chat::SealedReasoning{sealed.string()}, {}});
}

void read_call(JsonValue value, chat::Message& message) {
  if (value["type"].is("server_tool_use")) return;  // made and answered by the service itself
  const auto input = value["input"];
  chat::ToolCall call{value["toolUseId"].string(), value["name"].string(), "{}", {}, false};
  if (input.is_object())
    call.arguments = input.source();
  else if (input.is_set())
    call.arguments = R"({"_raw":)" + std::string(input.source()) + "}";  // arguments are an object everywhere else
  message.parts.push_back({std::move(call), {}});
}

// What a text rests on has no word; the text itself has.
void read_cited(JsonValue value, chat::Message& message) {
  std::string text;
  for (const auto piece : value["content"].items()) text += piece["text"].string();
  if (!text.empty()) message.parts.push_back(chat::text_part(std::move(text)));
}

void read_block(JsonValue block, chat::Message& message) {
  if (const auto text = block["text"]; text.is_string())
    message.parts.push_back(chat::text_part(text.string()));
  else if (const auto call = block["toolUse"]; call.is_object())
    read_call(call, message);
  else if (const auto reasoning = block["reasoningContent"]; reasoning.is_object())
    read_reasoning(reasoning, message);
  else if (const auto cited = block["citationsContent"]; cited.is_object())
    read_cited(cited, message);
}

}  // namespace

core::Result<chat::Answer> read_answer(JsonValue body) {
  const auto content = body["output"]["message"]["content"];
  if (!content.is_array()) return core::unusable_answer("no output.message.content");
  if (!body["stopReason"].is_string()) return core::unusable_answer("no stopReason");
  chat::Answer answer;
  auto& choice = answer.choices.emplace_back();
  for (const auto block : content.items()) read_block(block, choice.message);
  choice.finish = finish_of(body["stopReason"]);
  choice.stopped_by = stopped_by(body["additionalModelResponseFields"]);
  answer.usage = usage_of(body["usage"]);
  answer.service_tier = body["serviceTier"]["type"].string();
  return answer;
}

}  // namespace headgate::dialects::bedrock
