// Which budgets an attempt is charged to, without looking at all of them.
#pragma once

#include <array>
#include <unordered_map>

#include "headgate/budget/settings.hpp"

namespace headgate::budget {

using AccountIndex = std::uint16_t;

// Value, of fixed size: no allocation on a request's way.
class Concerned {
 public:
  // False: there are more than max_concerned.
  bool add(AccountIndex index);
  void clear() { size_ = 0; }
  const AccountIndex* begin() const { return indices_.data(); }
  const AccountIndex* end() const { return indices_.data() + size_; }

 private:
  std::array<AccountIndex, max_concerned> indices_;
  std::uint8_t size_ = 0;
};

// Value.
class Directory {
 public:
  void add(AccountIndex index, const Scope& scope);
  // Those filed under a name of the charge, and all that name nobody; their scopes may ask for more.
  template <typename Visitor>
  void candidates(const Charge& charge, Visitor visit) const {
    for (const auto index : everybody_) visit(index);
    look_up(keys_, charge.key_id, visit);
    look_up(tenants_, charge.tenant, visit);
    look_up(models_, charge.model, visit);
    look_up(providers_, charge.provider, visit);
    for (const auto& tag : charge.tags) look_up(tags_, tag, visit);
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Shelf = std::unordered_map<std::string, std::vector<AccountIndex>, Hash, std::equal_to<>>;

  template <typename Visitor>
  static void look_up(const Shelf& shelf, std::string_view name, Visitor& visit) {
    if (shelf.empty()) return;
    const auto found = shelf.find(name);
    if (found == shelf.end()) return;
    for (const auto index : found->second) visit(index);
  }

  std::vector<AccountIndex> everybody_;
  Shelf keys_, tenants_, models_, providers_, tags_;
};

}  // namespace headgate::budget
