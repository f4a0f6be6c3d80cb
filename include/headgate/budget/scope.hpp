// Who spends, and whose spending a budget limits.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/result.hpp"

namespace headgate::budget {

inline constexpr std::size_t max_tags = 8, max_tag_size = 64;

// What one attempt is charged to. Borrowed: valid as long as the request's texts are.
struct Charge {
  std::string_view tenant;
  std::string_view key_id;
  std::string_view model;  // as configured
  std::string_view provider;
  std::span<const std::string> tags;
};

// Value. All that is named must match; nothing named: everybody's spending.
struct Scope {
  std::optional<std::string> tenant, key_id, tag, model, provider;

  bool covers(const Charge& charge) const;
  // No other candidate of the same request changes whether it covers.
  bool holds_for_every_candidate() const { return !model && !provider; }
  friend bool operator==(const Scope&, const Scope&) = default;
};

// `x-headgate-tags`: at most 8, joined by commas, each of 1 to 64 letters, digits, `_`, `-`, `.`, `:`
// or `/`. Doubles are dropped. Error: invalid_request.
core::Result<std::vector<std::string>> parse_tags(std::string_view text);

}  // namespace headgate::budget
