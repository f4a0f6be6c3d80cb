// How long a target that said 429 is left alone.
#pragma once

#include <optional>

#include "headgate/core/time.hpp"

namespace headgate::health {

inline constexpr core::Duration longest_pause = std::chrono::seconds(60);
inline constexpr core::Duration unasked_pause = std::chrono::seconds(1);  // a 429 that does not say how long

// What was asked for, made reasonable: no less than nothing, no more than the longest.
core::Duration pause_of(std::optional<double> retry_after_seconds);

// Value.
class Pause {
 public:
  // Never shortens a pause: answers come in any order.
  void extend(core::TimePoint now, core::Duration wait) {
    until_ = std::max(until_, core::after(now, std::clamp(wait, core::Duration::zero(), longest_pause)));
  }
  bool lasts(core::TimePoint now) const { return now < until_; }
  core::TimePoint until() const { return until_; }
  void end() { until_ = {}; }

 private:
  core::TimePoint until_{};
};

}  // namespace headgate::health
