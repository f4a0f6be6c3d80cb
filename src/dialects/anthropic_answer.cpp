#include <algorithm>
#include <utility>

#include "anthropic_words.hpp"
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/anthropic.hpp"
#include "headgate/dialects/origin.hpp"

namespace headgate::dialects::anthropic {
namespace {

using core::Result;
using wire::JsonValue;

Result<chat::Part> read_call(JsonValue block) {
  if (block["name"].is_empty()) return core::unusable_answer("a call of a tool without a name");
  const auto input = block["input"];
  std::string arguments(input.is_object() ? input.source() : "{}");
  return chat::Part{chat::ToolCall{block["id"].string(), block["name"].string(), std::move(arguments), {}, false}, {}};
}

// Blocks of tools that the provider runs itself are nothing that a client of another dialect knows.
Result<void> read_block(JsonValue block, chat::Answer& answer) {
  auto& parts = answer.choices.front().message.parts;
  const auto type = block["type"];
  if (type.is("text")) {
    parts.push_back(chat::text_part(block["text"].string()));
    if (!block["citations"].is_empty()) chat::note_left_out(answer.left_out, "citations");
  } else if (type.is("thinking")) {
    auto& thought = std::get<chat::Reasoning>(parts.emplace_back(chat::Part{chat::Reasoning{}, {}}).value);
    thought = {block["thinking"].string(), block["signature"].string()};
    if (!thought.signature.empty()) thought.origin = anthropics_thoughts;
  } else if (type.is("redacted_thinking")) {
    parts.push_back({chat::SealedReasoning{block["data"].string(), std::string(anthropics_thoughts)}, {}});
  } else if (type.is("tool_use")) {
    auto call = read_call(block);
    if (!call) return call.error();
    parts.push_back(std::move(*call));
  } else {
    chat::note_left_out(answer.left_out, type.string());
  }
  return {};
}

bool is_object(std::string_view text) {
  std::string padded(text);
  wire::pad(padded);
  wire::JsonReader json;
  const auto value = json.read_lenient(padded);
  return value.has_value() && value->is_object();
}

// Writes what an assistant says; pictures and the like it does not.
class BlockWriter {
 public:
  explicit BlockWriter(wire::JsonWriter& json) : json_(json) {}

  void operator()(const chat::Text& text) { write_text(text.text); }
  void operator()(const chat::Refusal& refusal) { write_text(refusal.text); }
  void operator()(const chat::Reasoning& reasoning) {
    json_.begin_object().member("type", "thinking").member("thinking", reasoning.text);
    json_.member("signature", with_origin(reasoning.signature, reasoning.origin, anthropics_thoughts)).end_object();
  }
  void operator()(const chat::SealedReasoning& sealed) {
    json_.begin_object().member("type", "redacted_thinking");
    json_.member("data", with_origin(sealed.data, sealed.origin, anthropics_thoughts)).end_object();
  }
  void operator()(const chat::ToolCall& call) {
    json_.begin_object().member("type", "tool_use").member("id", call_id(call.id)).member("name", call.name);
    write_input(call.arguments);
    json_.name("caller").begin_object().member("type", "direct").end_object().end_object();
  }
  template <typename Other>
  void operator()(const Other&) {}

 private:
  void write_text(std::string_view text) {
    if (text.empty()) return;
    json_.begin_object().member("type", "text").member("text", text).name("citations").null().end_object();
  }
  // Clients need an object: what is none comes inside one.
  void write_input(std::string_view arguments) {
    json_.name("input");
    if (arguments.empty())
      json_.raw("{}");
    else if (is_object(arguments))
      json_.raw(arguments);
    else
      json_.begin_object().member("_raw", arguments).end_object();
  }

  wire::JsonWriter& json_;
};

}  // namespace

Result<chat::Answer> read_answer(JsonValue body) {
  if (body["type"].is("error")) {
    std::string padded(body.source());
    wire::pad(padded);
    wire::JsonReader json;
    return read_error(json, 200, padded);
  }
  if (!body["content"].is_array()) return core::unusable_answer("an answer without `content`");
  const auto finish = finish_of(body["stop_reason"].string());
  if (finish == chat::Finish::unknown) return core::unusable_answer("an answer without a `stop_reason`");
  chat::Answer answer;
  answer.id = body["id"].string();
  answer.model = body["model"].string();
  auto& choice = answer.choices.emplace_back();
  for (const auto block : body["content"].items())
    if (auto read = read_block(block, answer); !read) return read.error();
  choice.finish = finish;
  choice.stopped_by = body["stop_sequence"].string();
  Counts counts;
  counts.take(body["usage"]);
  answer.usage = counts.usage();
  answer.service_tier = body["usage"]["service_tier"].string();
  return answer;
}

void append_answer(std::string& out, const chat::Answer& answer, const Shown& shown) {
  const chat::Choice none;
  const auto& choice = answer.choices.empty() ? none : answer.choices.front();
  wire::JsonWriter json(out);
  json.begin_object().member("id", answer.id.empty() ? shown.id : answer.id).member("type", "message");
  json.member("role", "assistant").member("model", answer.model.empty() ? shown.model : answer.model);
  json.name("content").begin_array();
  BlockWriter block(json);
  for (const auto& part : choice.message.parts) std::visit(block, part.value);
  json.end_array();
  const bool called_tools = std::ranges::any_of(
      choice.message.parts, [](const chat::Part& part) { return std::holds_alternative<chat::ToolCall>(part.value); });
  write_stop(json, choice.finish, choice.stopped_by, called_tools);
  json.name("usage");
  write_usage(json, answer.usage, answer.service_tier);
  json.end_object();
}

}  // namespace headgate::dialects::anthropic
