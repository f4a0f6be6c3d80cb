#include "anthropic_turns.hpp"

#include <algorithm>

#include "anthropic_words.hpp"
#include "headgate/dialects/origin.hpp"
#include "headgate/dialects/unsaid.hpp"

namespace headgate::dialects::anthropic {
namespace {

using chat::Message;
using chat::Part;
using chat::Role;
using Kind = chat::Source::Kind;

bool is_instruction(const Message& message) { return message.role == Role::system || message.role == Role::developer; }

bool is_thought(const Part& part) {
  return std::holds_alternative<chat::Reasoning>(part.value) ||
         std::holds_alternative<chat::SealedReasoning>(part.value);
}

// Empty texts are refused.
bool says_something(const Part& part) {
  if (const auto* text = std::get_if<chat::Text>(&part.value)) return !text->text.empty();
  if (const auto* refusal = std::get_if<chat::Refusal>(&part.value)) return !refusal->text.empty();
  if (is_thought(part)) return is_own_thought(part);
  return true;
}

bool is_result(const Part& part) { return std::holds_alternative<chat::ToolResult>(part.value); }

std::string part_path(std::size_t message, std::size_t part) {
  return "messages[" + std::to_string(message) + "].content[" + std::to_string(part) + "]";
}

bool is_picture(std::string_view media_type) {
  constexpr std::string_view known[] = {"image/jpeg", "image/png", "image/gif", "image/webp"};
  return std::ranges::find(known, media_type) != std::end(known);
}

}  // namespace

// Thoughts that nobody signed belong to another provider, as do those that another one signed.
bool is_own_thought(const Part& part) {
  if (const auto* sealed = std::get_if<chat::SealedReasoning>(&part.value))
    return may_return(sealed->origin, anthropics_thoughts);
  const auto* open = std::get_if<chat::Reasoning>(&part.value);
  return open != nullptr && !open->signature.empty() && may_return(open->origin, anthropics_thoughts);
}

void CacheMarks::write(wire::JsonWriter& json, std::optional<chat::CacheTime> remember) {
  if (!remember || asked_++ < skipped_) return;
  json.name("cache_control").begin_object().member("type", "ephemeral");
  if (*remember == chat::CacheTime::one_hour) json.member("ttl", "1h");
  json.end_object();
}

std::size_t leading_instructions(std::span<const Message> messages) {
  return static_cast<std::size_t>(std::ranges::find_if_not(messages, is_instruction) - messages.begin());
}

void tell_once(std::vector<std::string>& changed, std::string_view what) {
  if (std::ranges::find(changed, what) == changed.end()) changed.emplace_back(what);
}

void Turns::write_system(std::span<const Message> messages, std::string_view last) {
  const auto leading = messages.first(leading_instructions(messages));
  const auto speaks = [](const Message& message) { return std::ranges::any_of(message.parts, says_something); };
  if (last.empty() && std::ranges::none_of(leading, speaks)) return;
  json_.name("system").begin_array();
  for (std::size_t i = 0; i < leading.size(); ++i) write_parts(leading[i], i, false);
  if (!last.empty()) json_.begin_object().member("type", "text").member("text", last).end_object();
  json_.end_array();
}

void Turns::write(std::span<const Message> messages) {
  json_.name("messages").begin_array();
  const auto is_assistant = [&](std::size_t i) { return messages[i].role == Role::assistant; };
  for (std::size_t first = leading_instructions(messages); first < messages.size();) {
    auto end = first + 1;
    while (end < messages.size() && is_assistant(end) == is_assistant(first)) ++end;
    write_turn(messages.subspan(first, end - first), first, is_assistant(first));
    first = end;
  }
  json_.end_array();
}

void Turns::write_turn(std::span<const Message> turn, std::size_t first, bool assistant) {
  const auto speaks = [](const Message& message) { return std::ranges::any_of(message.parts, says_something); };
  for (const auto& message : turn) {
    if (is_instruction(message)) tell("system");
    if (!message.name.empty()) tell("name");
    if (!std::ranges::all_of(message.parts, [](const Part& part) { return says_something(part) || !is_thought(part); }))
      tell("reasoning");
  }
  if (std::ranges::none_of(turn, speaks)) return;
  json_.begin_object().member("role", assistant ? "assistant" : "user").name("content").begin_array();
  for (const bool results : {true, false})
    for (std::size_t i = 0; i < turn.size(); ++i) write_parts(turn[i], first + i, results);
  json_.end_array().end_object();
}

void Turns::write_parts(const Message& message, std::size_t index, bool results) {
  for (std::size_t i = 0; i < message.parts.size(); ++i)
    if (const auto& part = message.parts[i]; is_result(part) == results) write_part(part, part_path(index, i));
}

void Turns::write_part(const Part& part, const std::string& path) {
  if (!says_something(part)) return;
  std::visit([&](const auto& value) { write_block(value, part, path); }, part.value);
}

void Turns::write_text(std::string_view text, const Part& part) {
  json_.begin_object().member("type", "text").member("text", text);
  end_block(part);
}

void Turns::write_block(const chat::Text& text, const Part& part, const std::string&) { write_text(text.text, part); }

void Turns::write_block(const chat::Refusal& refusal, const Part& part, const std::string&) {
  write_text(refusal.text, part);
}

void Turns::write_block(const chat::Image& image, const Part& part, const std::string& path) {
  const auto& source = image.source;
  const bool inside = source.kind == Kind::base64;
  if ((inside && !is_picture(source.media_type)) || (!inside && source.kind != Kind::url)) return refuse(path);
  if (!image.detail.empty() && image.detail != "auto") tell("detail");
  json_.begin_object().member("type", "image").name("source").begin_object();
  if (inside)
    json_.member("type", "base64").member("media_type", source.media_type).member("data", source.value);
  else
    json_.member("type", "url").member("url", source.value);
  json_.end_object();
  end_block(part);
}

void Turns::write_block(const chat::Audio&, const Part&, const std::string& path) { refuse(path); }

void Turns::write_block(const chat::File& file, const Part& part, const std::string& path) {
  const auto& source = file.source;
  const bool pdf = source.media_type.empty() || source.media_type == "application/pdf";
  if (source.kind == Kind::file_id || (source.kind == Kind::base64 && !pdf)) return refuse(path);
  json_.begin_object().member("type", "document").name("source").begin_object();
  if (source.kind == Kind::base64)
    json_.member("type", "base64").member("media_type", "application/pdf").member("data", source.value);
  else if (source.kind == Kind::url)
    json_.member("type", "url").member("url", source.value);
  else
    json_.member("type", "text").member("media_type", "text/plain").member("data", source.value);
  json_.end_object();
  if (!file.name.empty()) json_.member("title", file.name);
  end_block(part);
}

// Thoughts take no marks.
void Turns::write_block(const chat::Reasoning& reasoning, const Part&, const std::string&) {
  json_.begin_object().member("type", "thinking").member("thinking", reasoning.text);
  json_.member("signature", reasoning.signature).end_object();
}

void Turns::write_block(const chat::SealedReasoning& sealed, const Part&, const std::string&) {
  json_.begin_object().member("type", "redacted_thinking").member("data", sealed.data).end_object();
}

void Turns::write_block(const chat::ToolCall& call, const Part& part, const std::string& path) {
  if (call.custom) return refuse(path);
  json_.begin_object().member("type", "tool_use").member("id", call_id(call.id)).member("name", call.name);
  json_.raw_member("input", call.arguments.empty() ? "{}" : std::string_view(call.arguments));
  end_block(part);
}

void Turns::write_block(const chat::ToolResult& result, const Part& part, const std::string& path) {
  json_.begin_object().member("type", "tool_result").member("tool_use_id", call_id(result.call_id));
  if (std::ranges::any_of(result.content, says_something)) write_result_content(result, path);
  if (result.failed) json_.member("is_error", true);
  end_block(part);
}

void Turns::write_result_content(const chat::ToolResult& result, const std::string& path) {
  json_.name("content");
  const auto* only = result.content.size() == 1 ? std::get_if<chat::Text>(&result.content.front().value) : nullptr;
  if (only != nullptr && !result.content.front().remember) {
    json_.string(only->text);
    return;
  }
  json_.begin_array();
  for (std::size_t i = 0; i < result.content.size(); ++i) {
    const auto inner = path + ".content[" + std::to_string(i) + "]";
    if (is_result(result.content[i]))
      refuse(inner);
    else
      write_part(result.content[i], inner);
  }
  json_.end_array();
}

void Turns::end_block(const Part& part) {
  marks_.write(json_, part.remember);
  json_.end_object();
}

void Turns::tell(std::string_view what) { tell_once(changed_, what); }

void Turns::refuse(const std::string& path) {
  if (!refused_) refused_ = cannot_say(path);
}

}  // namespace headgate::dialects::anthropic
