#include "bedrock_content.hpp"

#include <algorithm>

#include "headgate/dialects/origin.hpp"
#include "headgate/dialects/unsaid.hpp"

namespace headgate::dialects::bedrock {
namespace {

using chat::Role;
using core::Result;
using Kind = chat::Source::Kind;

bool is_system(Role role) { return role == Role::system || role == Role::developer; }

std::string at(std::string_view name, std::size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

// Whether the thing is here, or where the service may fetch it.
bool can_hold(const chat::Source& source) {
  if (source.kind == Kind::url) return source.value.starts_with("s3://");
  return source.kind == Kind::base64 && !source.value.empty();
}

// Letters, digits, blanks, "-()[]", and no two blanks in a row.
std::string tidy(const std::string& name) {
  std::string out;
  for (const char c : name.substr(0, 150)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("-()[]").find(c) != std::string_view::npos;
    if (plain)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (out.ends_with(' ')) out.pop_back();
  return out.empty() ? "document" : out;
}

}  // namespace

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\f\v") == text.npos; }

void ContentWriter::write_cache_point(std::optional<chat::CacheTime> remember) {
  if (!remember) return;
  if (family_ == Family::other) return tell(changed_, "cache_control");
  json_.begin_object().name("cachePoint").begin_object().member("type", "default");
  if (*remember == chat::CacheTime::one_hour) json_.member("ttl", "1h");
  json_.end_object().end_object();
}

// A turn opens with its first block, so that none is empty, and holds all that one side says in a row.
wire::JsonWriter& ContentWriter::block() {
  if (in_result_ || turn_ == role_) return json_.begin_object();
  close_turn();
  turn_ = role_;
  return json_.begin_object().member("role", role_).name("content").begin_array().begin_object();
}

// A document must not stand without any text: its name is one.
void ContentWriter::close_turn() {
  if (turn_.empty()) return;
  if (!has_text_ && !lone_document_.empty()) json_.begin_object().member("text", lone_document_).end_object();
  json_.end_array().end_object();
  turn_ = {};
  lone_document_.clear();
  has_text_ = false;
}

Result<void> ContentWriter::write(const std::vector<chat::Message>& messages) {
  const bool only_system =
      std::all_of(messages.begin(), messages.end(), [](const auto& message) { return is_system(message.role); });
  if (only_system && !messages.empty()) tell(changed_, "system");  // somebody has to be asked: the user says it
  if (!only_system)
    if (auto written = write_system(messages); !written) return written;
  json_.name("messages").begin_array();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (is_system(messages[i].role) && !only_system) continue;
    if (!messages[i].name.empty()) tell(changed_, "name");
    role_ = messages[i].role == Role::assistant ? "assistant" : "user";
    if (auto written = write_parts(messages[i].parts, at("messages", i)); !written) return written;
  }
  close_turn();
  json_.end_array();
  return {};
}

// Instructions come in front, also those that stood further down.
Result<void> ContentWriter::write_system(const std::vector<chat::Message>& messages) {
  bool opened = false, leading = true;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    leading = leading && is_system(messages[i].role);
    if (!is_system(messages[i].role)) continue;
    if (!leading) tell(changed_, "system");
    for (std::size_t j = 0; j < messages[i].parts.size(); ++j) {
      const auto& part = messages[i].parts[j];
      const auto* text = std::get_if<chat::Text>(&part.value);
      if (text == nullptr) return cannot_say(at("messages", i) + at(".content", j));
      if (is_blank(text->text)) continue;
      if (!opened) json_.name("system").begin_array();
      opened = true;
      json_.begin_object().member("text", text->text).end_object();
      write_cache_point(part.remember);
    }
  }
  if (opened) json_.end_array();
  return {};
}

Result<void> ContentWriter::write_parts(const std::vector<chat::Part>& parts, const std::string& path) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto where = path + at(".content", i);
    auto written = std::visit([&](const auto& value) { return say(value, where); }, parts[i].value);
    if (!written) return written;
    if (in_result_)
      remember_result_ = parts[i].remember ? parts[i].remember : remember_result_;
    else if (turn_ == role_)
      write_cache_point(parts[i].remember ? parts[i].remember : remember_result_);
    if (!in_result_) remember_result_.reset();
  }
  return {};
}

Result<void> ContentWriter::say(const chat::Text& text, const std::string&) {
  if (is_blank(text.text)) return {};
  block().member("text", text.text).end_object();
  has_text_ = has_text_ || !in_result_;
  return {};
}

Result<void> ContentWriter::say(const chat::Refusal& refusal, const std::string& path) {
  return say(chat::Text{refusal.text}, path);
}

void ContentWriter::write_source(const chat::Source& source) {
  json_.name("source").begin_object();
  if (source.kind == Kind::url)
    json_.name("s3Location").begin_object().member("uri", source.value).end_object();
  else if (source.kind == Kind::text)
    json_.member("bytes", to_base64(source.value));
  else
    json_.member("bytes", source.value);
  json_.end_object();
}

Result<void> ContentWriter::say(const chat::Image& image, const std::string& path) {
  auto format = image_format(image.source.media_type);
  if (format.empty() && image.source.kind == Kind::base64) format = image_format_of(image.source.value);
  if (format.empty() || !can_hold(image.source)) return cannot_say(path);
  if (!image.detail.empty() && image.detail != "auto") tell(changed_, "detail");
  block().name("image").begin_object().member("format", format);
  write_source(image.source);
  json_.end_object().end_object();
  return {};
}

Result<void> ContentWriter::say(const chat::Audio& audio, const std::string& path) {
  const auto format = audio_format(audio.source.media_type);
  if (in_result_ || format.empty() || !can_hold(audio.source)) return cannot_say(path);
  block().name("audio").begin_object().member("format", format);
  write_source(audio.source);
  json_.end_object().end_object();
  return {};
}

std::string ContentWriter::document_name(const std::string& wanted) {
  const auto tidied = tidy(wanted);
  auto name = tidied;
  for (unsigned i = 2; !document_names_.insert(name).second; ++i) name = tidied + " " + std::to_string(i);
  return name;
}

Result<void> ContentWriter::say(const chat::File& file, const std::string& path) {
  auto format = document_format(file.source.media_type);
  if (format.empty() && file.source.kind == Kind::text) format = "txt";
  if (format.empty() && file.source.kind == Kind::base64 && file.source.value.starts_with("JVBERi")) format = "pdf";
  const bool empty_text = file.source.kind == Kind::text && file.source.value.empty();
  if (format.empty() || empty_text || !(can_hold(file.source) || file.source.kind == Kind::text))
    return cannot_say(path);
  const auto name = document_name(file.name);
  block().name("document").begin_object().member("format", format).member("name", name);
  write_source(file.source);
  json_.end_object().end_object();
  if (!in_result_) lone_document_ = name;
  return {};
}

Result<void> ContentWriter::say(const chat::Reasoning& reasoning, const std::string&) {
  if (reasoning.signature.empty() || !may_return(reasoning.origin, anthropics_thoughts))
    return tell(changed_, "reasoning_content"), Result<void>();
  block().name("reasoningContent").begin_object().name("reasoningText").begin_object();
  json_.member("text", reasoning.text).member("signature", reasoning.signature);
  json_.end_object().end_object().end_object();
  return {};
}

Result<void> ContentWriter::say(const chat::SealedReasoning& reasoning, const std::string&) {
  if (!is_base64(reasoning.data) || !may_return(reasoning.origin, anthropics_thoughts))
    return tell(changed_, "reasoning_details"), Result<void>();
  block().name("reasoningContent").begin_object().member("redactedContent", reasoning.data);
  json_.end_object().end_object();
  return {};
}

Result<void> ContentWriter::say(const chat::ToolCall& call, const std::string& path) {
  if (call.custom || !is_tool_name(call.name)) return cannot_say(path);
  if (std::find(called_.begin(), called_.end(), call.name) == called_.end()) called_.push_back(call.name);
  block().name("toolUse").begin_object().member("toolUseId", tool_use_id(call.id)).member("name", call.name);
  json_.raw_member("input", call.arguments.empty() ? "{}" : std::string_view(call.arguments));
  json_.end_object().end_object();
  return {};
}

Result<void> ContentWriter::say(const chat::ToolResult& result, const std::string& path) {
  if (in_result_) return cannot_say(path);
  holds_results_ = true;
  block().name("toolResult").begin_object().member("toolUseId", tool_use_id(result.call_id));
  json_.name("content").begin_array();
  in_result_ = true;
  remember_result_.reset();
  auto written = write_parts(result.content, path);
  in_result_ = false;
  json_.end_array();
  if (result.failed) json_.member("status", "error");
  json_.end_object().end_object();
  return written;
}

}  // namespace headgate::dialects::bedrock
