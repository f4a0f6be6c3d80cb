#include "responses_items.hpp"

#include <array>

#include "headgate/dialects/origin.hpp"
#include "in_object.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Role;
using wire::JsonValue;

constexpr std::array<std::pair<std::string_view, Role>, 4> roles{
    {{"user", Role::user}, {"assistant", Role::assistant}, {"system", Role::system}, {"developer", Role::developer}}};

// The texts of `list`, each its own paragraph.
std::string texts_of(JsonValue list) {
  std::string texts;
  for (const auto part : list.items()) {
    const auto text = part["text"].string();
    if (!texts.empty() && !text.empty()) texts += "\n\n";
    texts += text;
  }
  return texts;
}

std::string_view kind_of(JsonValue item, std::string& scratch) {
  const auto type = item["type"];
  if (type.is_set()) return type.string(scratch);
  return item["role"].is_set() ? "message" : "item_reference";
}

}  // namespace

void ItemReader::add(JsonValue value, const std::string& path) {
  if (!value.is_object()) return complaint_.at(path, "an object");
  const Fields item(value, path, complaint_);
  std::string scratch;
  const auto kind = kind_of(value, scratch);
  if (kind == "message") return add_message(item);
  if (kind == "function_call") return add_call(item, false);
  if (kind == "custom_tool_call") return add_call(item, true);
  if (kind == "function_call_output" || kind == "custom_tool_call_output") return add_result(item);
  if (kind == "reasoning") return add_reasoning(item);
  extras_.push_back({path, std::string(value.source())});
}

std::vector<chat::Part>& ItemReader::turn_of(Role role) {
  if (messages_.empty() || messages_.back().role != role) messages_.push_back({role, {}, {}});
  return messages_.back().parts;
}

void ItemReader::add_message(const Fields& item) {
  for (const auto& [name, role] : roles) {
    if (!item["role"].is(name)) continue;
    const auto content = item["content"];
    if (role == Role::assistant) {
      // Beside calls some clients say "".
      if (content.is_string() && content.is_empty()) return;
      return read_parts(turn_of(role), content, item.path_of("content"), complaint_, extras_);
    }
    messages_.push_back({role, {}, {}});
    return read_parts(messages_.back().parts, content, item.path_of("content"), complaint_, extras_);
  }
  complaint_.at(item.path_of("role"), "user, assistant, system or developer");
}

void ItemReader::add_call(const Fields& item, bool custom) {
  chat::ToolCall call;
  call.id = item.needed_text("call_id");
  call.name = item.needed_text("name");
  call.arguments = custom ? item.needed_text("input") : arguments_of(item);
  call.custom = custom;
  call.signature = std::exchange(call_signature_, {});
  if (const auto space = item["namespace"]; space.is_set())
    extras_.push_back({item.path_of("namespace"), std::string(space.source())});
  turn_of(Role::assistant).push_back({std::move(call), {}});
}

std::string ItemReader::arguments_of(const Fields& item) {
  auto text = item.needed_text("arguments");
  if (text.empty()) return "{}";
  if (arguments_ == Arguments::as_they_are) return text;
  wire::pad(text);
  const auto read = json_.read_lenient(text);
  return read && read->is_object() ? text : in_object(text);
}

void ItemReader::add_result(const Fields& item) {
  chat::ToolResult result;
  result.call_id = item.needed_text("call_id");
  result.name = item.text("name");
  result.failed = item.flag("is_error").value_or(false);
  const auto output = item["output"];
  if (!output.is_string() || !output.is_empty())
    read_parts(result.content, output, item.path_of("output"), complaint_, extras_);
  turn_of(Role::tool).push_back({std::move(result), {}});
}

void ItemReader::add_reasoning(const Fields& item) {
  auto text = texts_of(item.list("summary"));
  if (text.empty()) text = texts_of(item.list("content"));
  auto sealed = item.text("encrypted_content");
  if (sealed.starts_with(signed_call)) return void(call_signature_ = sealed.substr(signed_call.size()));
  const bool silent = sealed.starts_with(signed_silence);
  auto proof = read_origin(silent ? sealed.substr(signed_silence.size()) : std::move(sealed), openais_thoughts);
  if (!text.empty() || silent)
    turn_of(Role::assistant)
        .push_back({chat::Reasoning{std::move(text), std::move(proof.signature), std::move(proof.origin)}, {}});
  else if (!proof.signature.empty())
    turn_of(Role::assistant)
        .push_back({chat::SealedReasoning{std::move(proof.signature), std::move(proof.origin)}, {}});
}

}  // namespace headgate::dialects::responses
