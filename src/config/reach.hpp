// Which requests a rule can still match behind others.
#pragma once

#include <bitset>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/routing/settings.hpp"

namespace headgate::config {

// The conditions of a rule in a form that compares quickly. Value; borrows the rule's texts.
class Reach {
 public:
  explicit Reach(const routing::When& when);

  // Whether everything that `other` matches is matched here too, condition by condition.
  bool covers(const Reach& other) const;

 private:
  using Words = std::vector<std::string_view>;  // sorted; none: any
  using Week = std::bitset<7 * 24 * 60>;        // minutes from Monday, in local time

  static Words sorted(const std::vector<std::string>& list);
  static bool covers(const Words& words, const Words& other);
  bool covers_models(const Reach& other) const;
  bool covers_headers(const Reach& other) const;
  bool covers_time(const Reach& other) const;

  const routing::When* when_;
  Words tenants_, zones_, capabilities_;
  std::vector<std::pair<std::string_view, Words>> headers_;
  std::optional<Week> week_;
};

}  // namespace headgate::config
