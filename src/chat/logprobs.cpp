#include "logprobs.hpp"

#include <optional>
#include <string>

namespace headgate::chat {
namespace {

// Steps over one string, from its first quote to behind its last.
std::size_t behind_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at)
    if (json[at] == '\\') ++at;
  return at + 1;
}

bool opens(char c) { return c == '{' || c == '['; }
bool closes(char c) { return c == '}' || c == ']'; }

// What stands between the brackets of a list that is a member of the object itself.
std::optional<std::string_view> list_in(std::string_view object, std::string_view name) {
  std::size_t depth = 0, list = 0;
  std::string_view last;  // the string read last, with its quotes
  for (std::size_t at = 0; at < object.size();) {
    const char c = object[at];
    if (c == '"') {
      const auto end = behind_string(object, at);
      last = object.substr(at, end - at);
      at = end;
      continue;
    }
    if (opens(c) && ++depth == 2 && c == '[' && last.size() == name.size() + 2 && last.substr(1, name.size()) == name)
      list = at + 1;
    if (closes(c) && depth-- == 2 && list != 0) return object.substr(list, at - list);
    ++at;
  }
  return std::nullopt;
}

void append_list(Json& out, std::optional<std::string_view> first, std::optional<std::string_view> second) {
  if (!first && !second) return void(out.append("null"));
  const auto before = first.value_or(""), after = second.value_or("");
  out.append("[").append(before).append(before.empty() || after.empty() ? "" : ",").append(after).append("]");
}

}  // namespace

void append_logprobs(Json& all, std::string_view more) {
  if (all.empty()) return void(all = more);
  Json both = R"({"content":)";
  append_list(both, list_in(all, "content"), list_in(more, "content"));
  both += R"(,"refusal":)";
  append_list(both, list_in(all, "refusal"), list_in(more, "refusal"));
  all = std::move(both) + "}";
}

}  // namespace headgate::chat
