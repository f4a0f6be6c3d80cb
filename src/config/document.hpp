// YAML text as a tree that remembers where everything stands.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report.hpp"

namespace headgate::config {

struct Entry;

// Value.
struct Node {
  enum class Kind { null, scalar, sequence, map };
  // What a scalar is to a schema: YAML 1.2's core rules, so `off`, `no` and `yes` are words.
  enum class Scalar { text, boolean, integer, number };

  Kind kind = Kind::null;
  bool plain = true;  // scalar without quotes
  std::string text;   // scalar
  Mark mark;
  std::vector<Node> items;     // sequence
  std::vector<Entry> entries;  // map, keys unique

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_map() const { return kind == Kind::map; }
  bool is_sequence() const { return kind == Kind::sequence; }
  Scalar scalar() const;
  std::size_t length() const;  // of a scalar in the text
  const Node* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Mark mark;
  Node value;
};

inline constexpr std::size_t largest_file = 1u << 20;  // bytes
inline constexpr std::size_t deepest_nesting = 32;

// Empty when the text is no usable YAML; the report then says why. A byte order mark must have
// been removed.
std::optional<Node> parse_document(std::string_view text, Report& report);

}  // namespace headgate::config
