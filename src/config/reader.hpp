// Takes values out of a checked document. What is absent or was refused leaves the default.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document.hpp"
#include "headgate/core/money.hpp"
#include "headgate/core/time.hpp"

namespace headgate::config {

// Null-safe: the child of nothing is nothing.
const Node* child(const Node* parent, std::string_view key);
std::span<const Entry> entries(const Node* parent);

void take_text(const Node* parent, std::string_view key, std::string& value);
void take_duration(const Node* parent, std::string_view key, core::milliseconds& value);
void take_duration(const Node* parent, std::string_view key, core::Duration& value);
void take_size(const Node* parent, std::string_view key, std::size_t& value);
void take_money(const Node* parent, std::string_view key, core::Money& value);
void take_flag(const Node* parent, std::string_view key, bool& value);
// One text or a list of texts.
void take_texts(const Node* parent, std::string_view key, std::vector<std::string>& values);

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

// What may be absent stays unset unless the key is there: take_if(take_money, node, "max_cost", use.max_cost).
template <typename T>
void take_if(void (*take)(const Node*, std::string_view, T&), const Node* parent, std::string_view key,
             std::optional<T>& value) {
  if (!child(parent, key)) return;
  T taken{};
  take(parent, key, taken);
  value = std::move(taken);
}

// The words of an enumeration stand in `names` in its order.
template <typename T, std::size_t N>
void take_named(const Node* parent, std::string_view key, const std::array<std::string_view, N>& names, T& value) {
  const Node* node = child(parent, key);
  for (std::size_t i = 0; i < N; ++i)
    if (node && node->text == names[i]) value = static_cast<T>(i);
}

template <typename T, std::size_t N>
void take_if_named(const Node* parent, std::string_view key, const std::array<std::string_view, N>& names,
                   std::optional<T>& value) {
  if (child(parent, key)) take_named(parent, key, names, value.emplace());
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
