#include "chat_completions_pieces.hpp"
#include "chat_completions_trouble.hpp"
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/wire/openai.hpp"
#include "headgate/wire/openai_usage.hpp"

namespace headgate::dialects::chat_completions {
namespace {

using chat::Answer;
using chat::Choice;
using chat::Part;

void read_content(JsonValue content, std::vector<Part>& parts) {
  if (content.is_string() && !content.is_empty()) parts.push_back(chat::text_part(content.string()));
  for (const auto part : content.items()) {
    if (part["type"].is("thinking"))
      parts.push_back(read_thinking_part(part));
    else if (part["type"].is("text") && !part["text"].is_empty())
      parts.push_back(chat::text_part(part["text"].string()));
  }
}

core::Error nameless() { return core::unusable_answer("a tool call without a name"); }

core::Result<void> read_calls(JsonValue message, const std::string& answer, std::size_t choice,
                              std::vector<Part>& parts) {
  std::size_t index = 0;
  for (const auto item : message["tool_calls"].items()) {
    auto call = read_call(item);
    if (call.name.empty()) return nameless();
    if (call.id.empty()) call.id = made_up_id(answer, choice, index);
    ++index;
    parts.push_back({std::move(call), {}});
  }
  const auto legacy = message["function_call"];
  if (!legacy.is_object() || index > 0) return {};
  if (legacy["name"].is_empty()) return nameless();
  auto arguments = legacy["arguments"].is_empty() ? "{}" : legacy["arguments"].string();
  parts.push_back(
      {chat::ToolCall{made_up_id(answer, choice, 0), legacy["name"].string(), std::move(arguments), {}, false}, {}});
  return {};
}

core::Result<Choice> read_choice(JsonValue said, const std::string& answer, std::size_t index) {
  const auto message = said["message"], reason = said["finish_reason"];
  if (!message.is_object()) return core::unusable_answer("a choice without a message");
  if (auto trouble = trouble_in(reason)) return *std::move(trouble);
  Choice choice;
  auto& parts = choice.message.parts;
  read_thoughts(message, parts);
  read_content(message["content"], parts);
  if (const auto refusal = message["refusal"]; refusal.is_string() && !refusal.is_empty())
    parts.push_back({chat::Refusal{refusal.string()}, {}});
  const auto before = parts.size();
  if (auto calls = read_calls(message, answer, index, parts); !calls) return calls.error();
  choice.finish = read_finish(said, parts.size() > before);
  if (choice.finish == chat::Finish::stop && said["stop_reason"].is_string()) {
    choice.finish = chat::Finish::stop_sequence;
    choice.stopped_by = said["stop_reason"].string();
  }
  if (said["logprobs"].is_object()) choice.logprobs = said["logprobs"].source();
  return choice;
}

}  // namespace

core::Result<Answer> read_answer(JsonValue body) {
  if (!body.is_object()) return core::unusable_answer("not an object");
  if (body["error"].is_set()) return reported_error(body);
  const auto choices = body["choices"];
  if (!choices.is_array() || choices.is_empty()) return core::unusable_answer("no choices");
  Answer answer;
  answer.id = body["id"].string();
  answer.model = body["model"].string();
  answer.created = static_cast<std::int64_t>(body["created"].count().value_or(0));
  answer.service_tier = body["service_tier"].string();
  answer.usage = wire::openai::read_usage(body["usage"]);
  for (const auto said : choices.items()) {
    if (answer.choices.size() == chat::Assembly::max_choices) return core::unusable_answer("too many choices");
    auto choice = read_choice(said, answer.id, answer.choices.size());
    if (!choice) return choice.error();
    answer.choices.push_back(*std::move(choice));
  }
  return answer;
}

core::Error read_error(wire::JsonReader& json, int status, std::string_view body) {
  return wire::openai::read_error(json, status, body);
}

void append_error(std::string& out, const core::Error& error, std::string_view) {
  wire::openai::append_error(out, error);
}

}  // namespace headgate::dialects::chat_completions
