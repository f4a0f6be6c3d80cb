// Reading what a client says in the GenerateContent API. Each name may be in camel case or, as protocol
// buffers allow, in snake case.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/request.hpp"
#include "headgate/core/error.hpp"
#include "headgate/core/result.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::dialects::gemini {

// "`contents[2].role` must be ..."
core::Error wrong(const std::string& path, std::string_view must);

std::string member_path(const std::string& path, std::string_view name);
std::string item_path(const std::string& path, std::size_t index);

// By its name in camel case.
wire::JsonValue member(wire::JsonValue object, std::string_view name);

// A word of the dialect, whatever its case: the vendor takes "low" for "LOW".
bool is_word(wire::JsonValue value, std::string_view word);

// Calls `take(item, path)` for each item of a list. Where a list belongs the vendor takes a sole object too.
// Errors: those of `take`; invalid_request where it is neither.
template <typename Take>
core::Result<void> each(wire::JsonValue list, const std::string& path, Take take) {
  if (list.is_object()) return take(list, path);
  if (list.is_set() && !list.is_array()) return wrong(path, "must be a list");
  std::size_t index = 0;
  for (const auto item : list.items())
    if (auto done = take(item, item_path(path, index++)); done.has_error()) return done;
  return {};
}

// Keeps members of `object` that are none of `known`; null says nothing.
void keep_unknown(wire::JsonValue object, std::initializer_list<std::string_view> known, const std::string& path,
                  std::vector<chat::Extra>& extras);

core::Result<void> read_contents(wire::JsonValue contents, chat::Request& request);
core::Result<void> read_instruction(wire::JsonValue content, chat::Request& request);

// A JSON schema of the dialect's own kind: types in capitals, `nullable`, counts as texts.
chat::Json as_json_schema(wire::JsonValue schema);

// "call_0001", where nobody gave an id.
std::string invented_id(std::size_t count);

}  // namespace headgate::dialects::gemini
