// What attempts cost and brought, added up. Unknown costs are counted, never taken for nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "headgate/core/money.hpp"

namespace headgate::budget {

// Value.
struct Tally {
  core::Money spent;   // of every attempt whose cost is known: failed and hedged ones too
  core::Money listed;  // what the successes would have cost by list price, where that was known
  std::uint32_t attempts = 0;
  std::uint32_t successes = 0;
  std::uint32_t unpriced = 0;            // attempts whose cost is not known
  std::uint32_t unpriced_successes = 0;  // left out of cost per success, which they would flatter

  std::uint32_t priced_successes() const { return successes - unpriced_successes; }

  Tally& operator+=(const Tally& other) {
    spent += other.spent;
    listed += other.listed;
    attempts += other.attempts;
    successes += other.successes;
    unpriced += other.unpriced;
    unpriced_successes += other.unpriced_successes;
    return *this;
  }
  friend bool operator==(const Tally&, const Tally&) = default;
};

// One attempt. A negative cost is a provider's mistake and credits nobody.
inline Tally tally_of(std::optional<core::Money> cost, bool success) {
  Tally tally;
  tally.attempts = 1;
  tally.successes = success ? 1 : 0;
  if (cost) {
    tally.spent = *cost < core::Money() ? core::Money() : *cost;
  } else {
    tally.unpriced = 1;
    tally.unpriced_successes = tally.successes;
  }
  return tally;
}

}  // namespace headgate::budget
