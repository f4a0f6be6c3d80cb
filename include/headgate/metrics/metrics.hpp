// Counters, gauges and histograms that any worker may touch at any time, and their exposition.
// A metric is resolved once, when the thing it counts comes to be; counting is then one relaxed
// atomic addition.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "headgate/core/time.hpp"

namespace headgate::metrics {

// Shared.
class Counter {
 public:
  void add(std::uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Shared.
class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double by) {
    double seen = value_.load(std::memory_order_relaxed);
    while (!value_.compare_exchange_weak(seen, seen + by, std::memory_order_relaxed)) {
    }
  }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Durations, exposed in seconds. Shared.
class Histogram {
 public:
  explicit Histogram(std::span<const double> bounds_seconds);
  void observe(core::Duration duration);

  struct Reading {
    std::vector<std::uint64_t> cumulative;  // one a bound, then +Inf
    double sum_seconds = 0;
  };
  Reading read() const;
  std::span<const double> bounds() const { return bounds_; }

 private:
  std::vector<double> bounds_;  // seconds, rising
  std::vector<std::int64_t> bounds_nanos_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
  std::atomic<std::uint64_t> sum_nanos_{0};
};

// Counters of one family that come to be when first counted, found by a small number. Shared.
template <std::size_t size>
class LazyCounters {
 public:
  // `make` names the counter; it is called again until a first caller has stored its answer.
  template <typename Make>
  Counter& at(std::size_t index, Make&& make) {
    Counter* counter = counters_[index].load(std::memory_order_acquire);
    if (counter == nullptr) counters_[index].store(counter = &make(), std::memory_order_release);
    return *counter;
  }

 private:
  std::array<std::atomic<Counter*>, size> counters_{};
};

// Counts in a gauge as long as it lives.
class Presence {
 public:
  explicit Presence(Gauge& gauge) : gauge_(gauge) { gauge_.add(1); }
  ~Presence() { gauge_.add(-1); }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

 private:
  Gauge& gauge_;
};

using Label = std::pair<std::string, std::string>;
using Labels = std::vector<Label>;

// Owns every metric; references stay valid as long as it lives, or as what was leased is held. A
// family holds a bounded number of label sets; what comes after is counted together under the label
// value "other". Shared.
class Registry {
 public:
  // For what comes and goes. Metrics with a label that was leased give way to new ones in a full
  // family once nobody holds the lease.
  using Lease = std::shared_ptr<const Label>;
  Lease lease(const Label& label);

  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  // A sum that is kept elsewhere and only read here; exposed as a counter.
  Gauge& total(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram& histogram(const std::string& name, const std::string& help, std::span<const double> bounds_seconds,
                       const Labels& labels = {});

  // Prometheus' text format, version 0.0.4.
  std::string expose() const;

  static constexpr std::size_t max_label_sets = 1000;  // per family

 private:
  template <typename Metric>
  struct Family {
    std::string help;
    std::map<Labels, std::unique_ptr<Metric>> children;
  };
  template <typename Metric, typename... Args>
  Metric& child(std::map<std::string, Family<Metric>>& families, const std::string& name, const std::string& help,
                Labels labels, Args&&... args);
  void give_up_unleased();

  mutable std::mutex mutex_;
  std::map<Label, std::weak_ptr<const Label>> leases_;
  std::map<std::string, Family<Counter>> counters_;
  std::map<std::string, Family<Gauge>> gauges_;
  std::map<std::string, Family<Gauge>> totals_;
  std::map<std::string, Family<Histogram>> histograms_;
};

}  // namespace headgate::metrics
