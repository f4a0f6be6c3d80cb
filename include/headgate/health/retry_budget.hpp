// How many retries a provider is sent at most: a part of the requests it gets anyway, and a few a
// second. Without it every layer that tries again multiplies an outage.
#pragma once

#include <cstdint>

#include "headgate/health/window.hpp"

namespace headgate::health {

// Value.
class RetryBudget {
 public:
  struct Settings {
    double ratio = 0.2;
    double per_second = 10;
    core::Duration window = std::chrono::seconds(10);
  };

  RetryBudget() : RetryBudget(Settings()) {}
  explicit RetryBudget(Settings settings) : settings_(settings), window_(settings.window) {}

  bool allows_retry(core::TimePoint now) const;
  void count_request(core::TimePoint now) { window_.add(now, {1, 0}); }
  void count_retry(core::TimePoint now) { window_.add(now, {0, 1}); }

 private:
  struct Counts {
    std::uint64_t requests = 0;
    std::uint64_t retries = 0;

    Counts& operator+=(const Counts& other) {
      requests += other.requests;
      retries += other.retries;
      return *this;
    }
    Counts& operator-=(const Counts& other) {
      requests -= other.requests;
      retries -= other.retries;
      return *this;
    }
  };

  Settings settings_;
  Window<Counts> window_;
};

}  // namespace headgate::health
