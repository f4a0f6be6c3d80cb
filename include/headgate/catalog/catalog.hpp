// All that is known of the models of all vendors, made from rows: one JSON object a line, later rows
// adding to earlier ones. docs/catalog.md describes a row.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "headgate/catalog/entry.hpp"
#include "headgate/core/result.hpp"

namespace headgate::catalog {

// One file of rows; `name` is for errors.
struct Text {
  std::string name;
  std::string rows;
};

inline constexpr std::size_t max_text = 8u << 20;   // bytes of one file
inline constexpr std::size_t max_entries = 20'000;  // models
inline constexpr std::string_view any_model = "*";  // a row for all models of a vendor
inline constexpr std::size_t max_line = 64u << 10;  // bytes

// Value, never changed: a new state of knowledge is a new catalog, shared by pointer to const.
class Catalog {
 public:
  Catalog() = default;
  // Error: the first row that cannot be read, as FILE:LINE, what is wrong and what is expected.
  static core::Result<Catalog> read(std::span<const Text> texts);

  // By its name or an alias; null when unknown.
  const Entry* find(std::string_view vendor, std::string_view model) const;
  // By vendor, then by name.
  std::span<const Entry> entries() const { return entries_; }

 private:
  friend class Builder;
  struct NameView {
    std::string_view vendor, model;
  };
  struct Name {
    std::string vendor, model;
    operator NameView() const { return {vendor, model}; }  // NOLINT: the one is the other
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(NameView name) const {
      const std::hash<std::string_view> hash;
      return hash(name.vendor) * 31 + hash(name.model);
    }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(NameView a, NameView b) const { return a.vendor == b.vendor && a.model == b.model; }
  };

  std::vector<Entry> entries_;
  std::unordered_map<Name, std::size_t, Hash, Same> index_;  // names and aliases
};

// What the binary carries: config/catalog.
std::vector<Text> built_in();

}  // namespace headgate::catalog
