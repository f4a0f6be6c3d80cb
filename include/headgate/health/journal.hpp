// What changed its health, for the shell to log, count and publish.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "headgate/health/breaker.hpp"

namespace headgate::health {

enum class Scope : std::uint8_t { provider, target, credential };

struct Change {
  Scope scope = Scope::provider;
  std::string provider;
  std::string target;  // empty unless it is a target that changed
  Transition transition;
};

// Shared. Bounded: of changes that nobody takes the oldest are forgotten, and counted.
class Journal {
 public:
  static constexpr std::size_t capacity = 1024;

  void add(Change change);
  // One relaxed read, for a place that is passed often.
  bool empty() const { return size_.load(std::memory_order_relaxed) == 0; }
  std::vector<Change> take();
  std::uint64_t forgotten() const { return forgotten_.load(std::memory_order_relaxed); }

 private:
  std::mutex mutex_;
  std::deque<Change> changes_;
  std::atomic<std::size_t> size_{0};
  std::atomic<std::uint64_t> forgotten_{0};
};

}  // namespace headgate::health
