#include "gemini_reading.hpp"

#include <algorithm>

namespace headgate::dialects::gemini {
namespace {

std::string in_snake_case(std::string_view name) {
  std::string snake;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital) snake += '_';
    snake += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return snake;
}

}  // namespace

core::Error wrong(const std::string& path, std::string_view must) {
  return core::Error(core::Code::invalid_request, "`" + path + "` " + std::string(must) + ".").with_param(path);
}

std::string member_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

std::string item_path(const std::string& path, std::size_t index) { return path + "[" + std::to_string(index) + "]"; }

wire::JsonValue member(wire::JsonValue object, std::string_view name) {
  const auto value = object[name];
  return value.is_set() ? value : object[in_snake_case(name)];
}

bool is_word(wire::JsonValue value, std::string_view word) {
  if (value.is(word)) return true;
  constexpr auto capital = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
  return value.is_string() && std::ranges::equal(value.string(), word, {}, capital);
}

void keep_unknown(wire::JsonValue object, std::initializer_list<std::string_view> known, const std::string& path,
                  std::vector<chat::Extra>& extras) {
  for (const auto item : object.members()) {
    if (!item.value.is_set()) continue;
    const auto is = [&](std::string_view name) { return item.name.is(name) || item.name.is(in_snake_case(name)); };
    if (std::ranges::none_of(known, is))
      extras.push_back({member_path(path, item.name.string()), std::string(item.value.source())});
  }
}

std::string invented_id(std::size_t count) {
  const auto digits = std::to_string(count);
  return "call_" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

}  // namespace headgate::dialects::gemini
