#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/responses.hpp"
#include "headgate/wire/json_writer.hpp"
#include "headgate/wire/openai.hpp"
#include "responses_items.hpp"
#include "responses_usage.hpp"

namespace headgate::dialects::responses {
namespace {

using wire::JsonValue;

// As OpenAI's other API has it, of all texts together.
std::string logprobs_of(JsonValue output) {
  std::string tokens;
  for (const auto item : output.items())
    for (const auto part : item["content"].items())
      for (const auto token : part["logprobs"].items()) tokens.append(tokens.empty() ? "" : ",").append(token.source());
  return tokens.empty() ? tokens : R"({"content":[)" + tokens + R"(],"refusal":null})";
}

template <typename Value>
bool says(const chat::Message& message) {
  for (const auto& part : message.parts)
    if (std::holds_alternative<Value>(part.value)) return true;
  return false;
}

bool is_call(JsonValue item) { return item["type"].is("function_call") || item["type"].is("custom_tool_call"); }

// What the provider's own tools did has no word here and is left out: the text tells what came of it.
core::Result<chat::Message> read_output(JsonValue output, std::vector<std::string>& left_out) {
  Complaint complaint;
  ItemReader reader(complaint, ItemReader::Arguments::as_they_are);
  std::size_t index = 0;
  for (const auto item : output.items()) {
    if (is_call(item) && item["name"].is_empty()) return core::unusable_answer("a call of a tool without a name");
    reader.add(item, nth("output", index++));
    if (!is_call(item) && !item["type"].is("message") && !item["type"].is("reasoning"))
      chat::note_left_out(left_out, item["type"].string());
  }
  if (complaint.error()) return core::unusable_answer(complaint.error()->message());
  chat::Message said{chat::Role::assistant, {}, {}};
  for (auto& message : reader.take_messages()) {
    if (message.role != chat::Role::assistant) return core::unusable_answer("output that the model did not say");
    for (auto& part : message.parts) said.parts.push_back(std::move(part));
  }
  return said;
}

}  // namespace

core::Result<chat::Answer> read_answer(JsonValue body) {
  if (body["error"].is_set()) return read_failure(body["error"]);
  if (body["status"].is("failed")) return core::unusable_answer("a failure that says nothing");
  const auto output = body["output"];
  if (!output.is_array()) return core::unusable_answer("no `output`");
  std::vector<std::string> left_out;
  auto message = read_output(output, left_out);
  if (!message) return message.error();
  const auto finish = read_finish(body, says<chat::ToolCall>(*message), says<chat::Refusal>(*message));
  if (finish == chat::Finish::unknown) return core::unusable_answer("a response that is not at its end");
  chat::Answer answer;
  answer.id = body["id"].string();
  answer.model = body["model"].string();
  answer.created = read_created(body);
  answer.usage = read_usage(body["usage"]);
  answer.service_tier = body["service_tier"].string();
  answer.left_out = std::move(left_out);
  answer.choices.push_back({*std::move(message), finish, {}, logprobs_of(output)});
  return answer;
}

core::Error read_error(wire::JsonReader& json, int status, std::string_view body) {
  return wire::openai::read_error(json, status, body);
}

}  // namespace headgate::dialects::responses
