// Takes values out of a checked document. What is absent or was refused leaves the default.
#pragma once

#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "document.hpp"
#include "headgate/core/time.hpp"

namespace headgate::config {

// Null-safe: the child of nothing is nothing.
const Node* child(const Node* parent, std::string_view key);
std::span<const Entry> entries(const Node* parent);

void take_text(const Node* parent, std::string_view key, std::string& value);
void take_duration(const Node* parent, std::string_view key, core::milliseconds& value);
void take_duration(const Node* parent, std::string_view key, core::Duration& value);
void take_size(const Node* parent, std::string_view key, std::size_t& value);

template <typename T>
void take_number(const Node* parent, std::string_view key, T& value) {
  const Node* node = child(parent, key);
  if (!node || !node->is_scalar()) return;
  const char* begin = node->text.c_str();
  if (*begin == '+') ++begin;
  T parsed{};
  const auto [end, error] = std::from_chars(begin, node->text.c_str() + node->text.size(), parsed);
  if (error == std::errc() && *end == '\0') value = parsed;
}

template <typename T>
void take_word(const Node* parent, std::string_view key, std::initializer_list<std::pair<std::string_view, T>> words,
               T& value) {
  const Node* node = child(parent, key);
  for (const auto& [word, meaning] : words) {
    if (node && node->text == word) value = meaning;
  }
}

}  // namespace headgate::config
