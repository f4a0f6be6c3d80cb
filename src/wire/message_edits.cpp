#include "message_edits.hpp"

#include <string>

namespace headgate::wire {
namespace {

constexpr std::string_view gap = "\\n\\n";

bool is_system(JsonValue message) {
  const auto role = message["role"];
  return role.is("system") || role.is("developer");
}

bool takes_text(JsonValue content) { return content.is_string() || content.is_array(); }

std::size_t inside(JsonValue value) { return value.range().at + 1; }

std::string_view inside_quotes(JsonValue string) {
  if (!string.is_string()) return {};
  return string.source().substr(1, string.source().size() - 2);
}

void append_text(std::string& out, std::string_view text) {
  if (text.empty()) return;
  if (!out.empty()) out.append(gap);
  out.append(text);
}

void append_content(std::string& out, JsonValue content) {
  append_text(out, inside_quotes(content));
  for (const auto part : content.items()) append_text(out, inside_quotes(part["text"]));
}

std::string text_part(std::string_view text) { return std::string(R"({"type":"text","text":")").append(text) + "\"}"; }

void insert_message(Edits& edits, JsonValue messages, std::string_view role, std::string_view text,
                    bool others_follow) {
  auto message = std::string(R"({"role":")").append(role).append(R"(","content":")").append(text) + "\"}";
  edits.insert(inside(messages), others_follow ? message + "," : message);
}

void put_in_front(Edits& edits, JsonValue content, std::string_view text) {
  if (text.empty()) return;
  const std::string_view separator = content.is_empty() ? "" : content.is_string() ? gap : ",";
  auto addition = content.is_string() ? std::string(text) : text_part(text);
  edits.insert(inside(content), addition.append(separator));
}

void put_behind(Edits& edits, JsonValue content, std::string_view text) {
  const std::string_view separator = content.is_empty() ? "" : content.is_string() ? gap : ",";
  edits.insert(content.range().end() - 1,
               std::string(separator) + (content.is_string() ? std::string(text) : text_part(text)));
}

}  // namespace

void add_instruction(Edits& edits, JsonValue messages, std::string_view instruction) {
  for (const auto message : messages.items())
    if (is_system(message) && takes_text(message["content"])) return put_behind(edits, message["content"], instruction);
  insert_message(edits, messages, "system", instruction, !messages.is_empty());
}

bool has_system_message(JsonValue messages) {
  for (const auto message : messages.items())
    if (is_system(message)) return true;
  return false;
}

void give_system_texts_to_user(Edits& edits, JsonValue messages, std::string_view instruction) {
  std::string text;
  JsonValue first_of_user;
  bool others = false;
  Row row(edits, inside(messages));
  for (const auto message : messages.items()) {
    if (is_system(message)) {
      append_content(text, message["content"]);
      row.drop(message.range());
      continue;
    }
    row.keep(message.range());
    others = true;
    if (!first_of_user.is_set() && message["role"].is("user") && takes_text(message["content"]))
      first_of_user = message["content"];
  }
  row.close();
  append_text(text, instruction);
  if (first_of_user.is_set()) return put_in_front(edits, first_of_user, text);
  if (!text.empty() || !others) insert_message(edits, messages, "user", text, others);
}

}  // namespace headgate::wire
