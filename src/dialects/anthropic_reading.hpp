// Reading what a client says in the Messages API: where each member is, what it must be.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "headgate/chat/request.hpp"
#include "headgate/core/error.hpp"
#include "headgate/core/result.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::dialects::anthropic {

// "`messages[2].role` must be ..."
core::Error wrong(const std::string& path, std::string_view must);

std::string member_path(const std::string& path, std::string_view name);
std::string item_path(const std::string& path, std::size_t index);

// Keeps members of `object` that are none of `known`; null says nothing.
void keep_unknown(wire::JsonValue object, std::initializer_list<std::string_view> known, const std::string& path,
                  std::vector<chat::Extra>& extras);

core::Result<std::string> read_text(wire::JsonValue object, std::string_view name, const std::string& path);

// Appends the turn at `path`: results of tools as messages of their own, in order.
core::Result<void> read_turn(wire::JsonValue turn, const std::string& path, chat::Request& request);

// Texts alone, as of `system`.
core::Result<std::vector<chat::Part>> read_texts(wire::JsonValue content, const std::string& path,
                                                 std::vector<chat::Extra>& extras);

}  // namespace headgate::dialects::anthropic
