// Whether a provider still takes our key. A refused key is tried again once in a while, by one
// request at a time, since bills get paid and rights get granted.
#pragma once

#include "headgate/core/time.hpp"

namespace headgate::health {

// Value.
class Credential {
 public:
  static constexpr core::Duration first_wait = std::chrono::seconds(30);
  static constexpr core::Duration longest_wait = std::chrono::minutes(10);

  bool broken() const { return wait_ > core::Duration::zero(); }
  bool usable(core::TimePoint now) const { return !broken() || now >= retry_at_; }
  core::TimePoint retry_at() const { return retry_at_; }  // means something while broken

  // The caller is about to send it. While broken that is the one try of this period.
  void use(core::TimePoint now);
  // Both say whether that is news.
  bool refuse(core::TimePoint now);
  bool accept();

 private:
  core::Duration wait_{};
  core::TimePoint retry_at_{};
  bool trying_ = false;  // since the last refusal one request was let through
};

}  // namespace headgate::health
