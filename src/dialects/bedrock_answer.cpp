#include "bedrock_words.hpp"
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/bedrock.hpp"
#include "headgate/dialects/origin.hpp"

namespace headgate::dialects::bedrock {
namespace {

using wire::JsonValue;

void read_reasoning(JsonValue value, chat::Message& message) {
  const auto thought = value["reasoningText"], sealed = value["redactedContent"];
  if (thought.is_object()) {
    chat::Reasoning reasoning{thought["text"].string(), thought["signature"].string()};
    if (!reasoning.signature.empty()) reasoning.origin = anthropics_thoughts;
    message.parts.push_back({std::move(reasoning), {}});
  } else if (sealed.is_string()) {
    message.parts.push_back({chat::SealedReasoning{sealed.string(), std::string(anthropics_thoughts)}, {}});
  }
}

core::Result<void> read_call(JsonValue value, chat::Message& message) {
  if (value["name"].is_empty()) return core::unusable_answer("a call of a tool without a name");
  const auto input = value["input"];
  chat::ToolCall call{value["toolUseId"].string(), value["name"].string(), "{}", {}, false};
  if (input.is_object())
    call.arguments = input.source();
  else if (input.is_set())
    call.arguments = R"({"_raw":)" + std::string(input.source()) + "}";  // arguments are an object everywhere else
  message.parts.push_back({std::move(call), {}});
  return {};
}

// What a text rests on has no word; the text itself has.
void read_cited(JsonValue value, chat::Answer& answer) {
  std::string text;
  for (const auto piece : value["content"].items()) text += piece["text"].string();
  if (!text.empty()) answer.choices.front().message.parts.push_back(chat::text_part(std::move(text)));
  chat::note_left_out(answer.left_out, "citations");
}

core::Result<void> read_block(JsonValue block, chat::Answer& answer) {
  auto& message = answer.choices.front().message;
  if (block["toolUse"]["type"].is("server_tool_use"))
    chat::note_left_out(answer.left_out, "server_tool_use");  // made and answered by the service itself
  else if (const auto text = block["text"]; text.is_string())
    message.parts.push_back(chat::text_part(text.string()));
  else if (const auto call = block["toolUse"]; call.is_object())
    return read_call(call, message);
  else if (const auto reasoning = block["reasoningContent"]; reasoning.is_object())
    read_reasoning(reasoning, message);
  else if (const auto cited = block["citationsContent"]; cited.is_object())
    read_cited(cited, answer);
  else
    for (const auto member : block.members()) chat::note_left_out(answer.left_out, member.name.string());
  return {};
}

}  // namespace

core::Result<chat::Answer> read_answer(JsonValue body) {
  const auto content = body["output"]["message"]["content"];
  if (!content.is_array()) return core::unusable_answer("no output.message.content");
  if (!body["stopReason"].is_string()) return core::unusable_answer("no stopReason");
  chat::Answer answer;
  auto& choice = answer.choices.emplace_back();
  for (const auto block : content.items())
    if (auto read = read_block(block, answer); !read) return read.error();
  choice.finish = finish_of(body["stopReason"]);
  choice.stopped_by = stopped_by(body["additionalModelResponseFields"]);
  answer.usage = usage_of(body["usage"]);
  answer.service_tier = body["serviceTier"]["type"].string();
  return answer;
}

}  // namespace headgate::dialects::bedrock
