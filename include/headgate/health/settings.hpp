// When a breaker opens, for how long, and how it comes back. Value.
#pragma once

#include <cstdint>

#include "headgate/core/time.hpp"

namespace headgate::health {

// The most probes that may be under way at once, whatever is configured: slots are fixed memory.
inline constexpr unsigned max_half_open_probes = 16;

struct Settings {
  core::Duration window = std::chrono::seconds(30);
  std::uint32_t min_requests = 10;                      // fewer say nothing about a rate
  double failure_rate = 0.5;                            // opens at or above
  std::uint32_t consecutive_failures = 5;               // 0: never for this reason
  core::Duration slow_call = std::chrono::seconds(20);  // 0: no call is slow
  double slow_rate = 0.8;
  core::Duration open_for = std::chrono::seconds(5);  // doubles each time, up to max_open
  core::Duration max_open = std::chrono::minutes(5);
  unsigned half_open_probes = 1;  // at most so many at once; closes after so many good ones

  double jitter = 0.2;                                   // an open time is cut by up to this part of it
  core::Duration stable = std::chrono::minutes(1);       // closed for so long: the doubling starts anew
  core::Duration slow_start = std::chrono::seconds(20);  // from first_share to everything
  double first_share = 0.1;
  core::Duration probe_lease = std::chrono::seconds(30);  // a probe not heard of for so long frees its slot

  bool operator==(const Settings&) const = default;
};

// A provider's breaker hears of all its targets. One bad model must not take the good ones with it,
// so a provider needs twice the failures in a row, and rates half way between a target's and 1.
Settings for_provider(Settings target);

}  // namespace headgate::health
