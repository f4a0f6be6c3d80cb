#include "responses_item_writer.hpp"

#include <algorithm>

#include "headgate/dialects/origin.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Role;
using chat::Source;

std::string_view name_of(Role role) {
  switch (role) {
    case Role::system: return "system";
    case Role::developer: return "developer";
    case Role::user: return "user";
    default: return "assistant";
  }
}

bool is_said(const chat::Part& part) {
  return std::holds_alternative<chat::Text>(part.value) || std::holds_alternative<chat::Refusal>(part.value);
}

std::string address_of(const Source& source) {
  if (source.kind != Source::Kind::base64) return source.value;
  return "data:" + source.media_type + ";base64," + source.value;
}

}  // namespace

void InputWriter::leave_out(std::string_view what) {
  if (std::find(changed_.begin(), changed_.end(), what) == changed_.end()) changed_.emplace_back(what);
}

void InputWriter::add(const chat::Message& message) {
  if (!message.name.empty()) leave_out("name");
  switch (message.role) {
    case Role::assistant: return add_turn(message.parts);
    case Role::tool:
      for (const auto& part : message.parts)
        if (const auto* result = std::get_if<chat::ToolResult>(&part.value)) add_result(*result);
      return;
    default: return add_message(message);
  }
}

void InputWriter::add_message(const chat::Message& message) {
  json_.begin_object().member("type", "message").member("role", name_of(message.role)).name("content");
  write_content(message.parts);
  json_.end_object();
}

void InputWriter::add_turn(const Parts& parts) {
  for (std::size_t i = 0; i < parts.size();) {
    auto end = i;
    while (end < parts.size() && is_said(parts[end])) ++end;
    if (end > i) {
      add_said(parts, i, end);
      i = end;
      continue;
    }
    const auto& value = parts[i++].value;
    if (const auto* thought = std::get_if<chat::Reasoning>(&value))
      add_thought(*thought);
    else if (const auto* sealed = std::get_if<chat::SealedReasoning>(&value))
      add_sealed(*sealed);
    else if (const auto* call = std::get_if<chat::ToolCall>(&value))
      add_call(*call);
    else if (unsaid_.empty())
      unsaid_ = "messages";  // a picture that the model made
  }
}

// One text goes as it is: servers that copy this API all know that.
void InputWriter::add_said(const Parts& parts, std::size_t first, std::size_t end) {
  json_.begin_object().member("type", "message").member("role", "assistant").name("content");
  const auto* only = end - first == 1 ? std::get_if<chat::Text>(&parts[first].value) : nullptr;
  if (only != nullptr) {
    json_.string(only->text).end_object();
    return;
  }
  json_.begin_array();
  for (auto i = first; i < end; ++i) {
    if (const auto* text = std::get_if<chat::Text>(&parts[i].value))
      json_.begin_object().member("type", "output_text").member("text", text->text).end_object();
    if (const auto* refusal = std::get_if<chat::Refusal>(&parts[i].value))
      json_.begin_object().member("type", "refusal").member("refusal", refusal->text).end_object();
  }
  json_.end_array().end_object();
}

// Without a signature nobody takes them back, and with one and no words they are another provider's.
void InputWriter::add_thought(const chat::Reasoning& thought) {
  if (thought.text.empty() || thought.signature.empty() || !may_return(thought.origin, openais_thoughts))
    return leave_out("reasoning");
  add_thought(thought.text, thought.signature);
}

void InputWriter::add_sealed(const chat::SealedReasoning& thought) {
  if (!may_return(thought.origin, openais_thoughts)) return leave_out("reasoning");
  add_thought({}, thought.data);
}

void InputWriter::add_thought(std::string_view summary, std::string_view data) {
  json_.begin_object().member("type", "reasoning").name("summary").begin_array();
  if (!summary.empty()) json_.begin_object().member("type", "summary_text").member("text", summary).end_object();
  json_.end_array().member("encrypted_content", data).end_object();
}

void InputWriter::add_call(const chat::ToolCall& call) {
  if (!call.signature.empty()) leave_out("thought_signature");
  if (call.custom) custom_calls_.insert(call.id);
  json_.begin_object().member("type", call.custom ? "custom_tool_call" : "function_call");
  json_.member("call_id", call.id).member("name", call.name);
  json_.member(call.custom ? "input" : "arguments", call.arguments).end_object();
}

void InputWriter::add_result(const chat::ToolResult& result) {
  if (result.failed) leave_out("is_error");
  const bool custom = custom_calls_.contains(result.call_id);
  json_.begin_object().member("type", custom ? "custom_tool_call_output" : "function_call_output");
  json_.member("call_id", result.call_id).name("output");
  if (result.content.empty())
    json_.string("");
  else
    write_content(result.content);
  json_.end_object();
}

void InputWriter::write_content(const Parts& parts) {
  for (const auto& part : parts)
    if (part.remember) leave_out("cache_control");
  if (parts.size() == 1)
    if (const auto* text = std::get_if<chat::Text>(&parts.front().value)) {
      json_.string(text->text);
      return;
    }
  json_.begin_array();
  for (const auto& part : parts) write_part(part);
  json_.end_array();
}

void InputWriter::write_part(const chat::Part& part) {
  if (const auto* text = std::get_if<chat::Text>(&part.value))
    json_.begin_object().member("type", "input_text").member("text", text->text).end_object();
  else if (const auto* image = std::get_if<chat::Image>(&part.value))
    write_image(*image);
  else if (const auto* file = std::get_if<chat::File>(&part.value))
    write_file(*file);
  else if (unsaid_.empty())
    unsaid_ = std::holds_alternative<chat::Audio>(part.value) ? "input_audio" : "messages";
}

void InputWriter::write_image(const chat::Image& image) {
  json_.begin_object().member("type", "input_image");
  json_.member(image.source.kind == Source::Kind::file_id ? "file_id" : "image_url", address_of(image.source));
  json_.member("detail", image.detail.empty() ? "auto" : std::string_view(image.detail)).end_object();
}

void InputWriter::write_file(const chat::File& file) {
  const auto kind = file.source.kind;
  if (kind == Source::Kind::text) {
    json_.begin_object().member("type", "input_text").member("text", file.source.value).end_object();
    return;
  }
  json_.begin_object().member("type", "input_file");
  json_.member(kind == Source::Kind::file_id ? "file_id"
               : kind == Source::Kind::url   ? "file_url"
                                             : "file_data",
               address_of(file.source));
  if (!file.name.empty()) json_.member("filename", file.name);
  json_.end_object();
}

}  // namespace headgate::dialects::responses
