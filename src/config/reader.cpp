#include "reader.hpp"

#include "values.hpp"

namespace headgate::config {

const Node* child(const Node* parent, std::string_view key) { return parent ? parent->find(key) : nullptr; }

std::span<const Entry> entries(const Node* parent) {
  return parent ? std::span<const Entry>(parent->entries) : std::span<const Entry>();
}

void take_text(const Node* parent, std::string_view key, std::string& value) {
  const Node* node = child(parent, key);
  if (node && node->is_scalar()) value = node->text;
}

void take_duration(const Node* parent, std::string_view key, core::milliseconds& value) {
  const Node* node = child(parent, key);
  if (!node || !node->is_scalar()) return;
  if (const auto parsed = parse_duration(node->text)) value = *parsed;
}

void take_duration(const Node* parent, std::string_view key, core::Duration& value) {
  auto rounded = std::chrono::duration_cast<core::milliseconds>(value);
  take_duration(parent, key, rounded);
  value = rounded;
}

void take_size(const Node* parent, std::string_view key, std::size_t& value) {
  const Node* node = child(parent, key);
  if (!node || !node->is_scalar()) return;
  if (const auto parsed = parse_size(node->text)) value = *parsed;
}

void take_money(const Node* parent, std::string_view key, core::Money& value) {
  const Node* node = child(parent, key);
  if (!node || !node->is_scalar()) return;
  if (const auto parsed = parse_money(node->text)) value = *parsed;
}

void take_flag(const Node* parent, std::string_view key, bool& value) {
  const Node* node = child(parent, key);
  if (node && node->is_scalar() && node->scalar() == Node::Scalar::boolean)
    value = node->text[0] == 't' || node->text[0] == 'T';
}

void take_texts(const Node* parent, std::string_view key, std::vector<std::string>& values) {
  const Node* node = child(parent, key);
  if (!node) return;
  if (node->is_scalar()) values.push_back(node->text);
  for (const Node& item : node->items) values.push_back(item.text);
}

}  // namespace headgate::config
