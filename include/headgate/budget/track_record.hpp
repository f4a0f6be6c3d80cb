// What a model has really cost per successful answer, how often it succeeds and how fast it is, in
// a sliding window and fixed memory. Few observations are blended with what is expected.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "headgate/budget/sliding_tally.hpp"
#include "headgate/core/capability.hpp"

namespace headgate::budget {

// One attempt, after it ended.
struct Observation {
  std::optional<core::Money> cost;        // all that was paid: reasoning, cached tokens, hedges
  std::optional<core::Money> list_price;  // what it should have cost, before it was sent
  bool success = false;
  std::optional<core::Duration> first_token;
  std::optional<double> tokens_per_second;
};

struct Expectation {
  std::optional<core::Money> list_price;  // of the request at hand
  double overrun = 1;                     // real cost over list price
  double success_rate = 0.95;
};

// For the router. Values without observation are those expected.
struct Figures {
  std::optional<core::Money> cost_per_success;  // none: neither observed nor expected
  double overrun = 1;                           // spent / list price of the successes; failures raise it
  double success_rate = 0;
  std::optional<core::Duration> first_token;
  std::optional<double> tokens_per_second;
  std::uint32_t attempts = 0;  // in the window
};

// A mean in which the last ten or so weigh most. Value.
class RecentMean {
 public:
  void add(double value);
  std::optional<double> value() const { return count_ == 0 ? std::nullopt : std::optional(mean_); }

 private:
  double mean_ = 0;
  std::uint32_t count_ = 0;
};

// All spend over all successes. Value.
class CostPerSuccess {
 public:
  // How many successful attempts the expectation weighs.
  static constexpr double prior_weight = 5;
  static constexpr std::size_t buckets = 20;

  explicit CostPerSuccess(core::Duration window) : tally_(window, buckets) {}

  void add(core::TimePoint now, const Observation& seen);
  const Tally& total(core::TimePoint now) { return tally_.total(now); }
  // (spent + weight * expected) / (successes + weight)
  std::optional<core::Money> estimate(core::TimePoint now, std::optional<core::Money> expected);
  double overrun(core::TimePoint now, const Expectation& expected);
  double success_rate(core::TimePoint now, double expected);

 private:
  SlidingTally tally_;
};

// Value.
class TrackRecord {
 public:
  explicit TrackRecord(core::Duration window) : window_(window), cost_(window) {}

  void add(core::TimePoint now, const Observation& seen);
  Figures figures(core::TimePoint now, const Expectation& expected);

 private:
  core::Duration window_;
  CostPerSuccess cost_;
  RecentMean first_token_, tokens_per_second_;
  core::TimePoint last_seen_ = core::TimePoint::min();
};

// The records of all models, and of each for each capability. Shared.
class TrackRecords {
 public:
  TrackRecords(core::Duration window, const std::vector<std::string>& models);

  // Unknown models are left out.
  void add(std::string_view model, std::optional<core::Capability> capability, const Observation& seen,
           core::TimePoint now);
  // A capability's figures lean on the model's, and those on `list_price`.
  Figures figures(std::string_view model, std::optional<core::Capability> capability,
                  std::optional<core::Money> list_price, core::TimePoint now);
  // A reload: records of models that stay are kept, unless the window changes.
  void apply(core::Duration window, const std::vector<std::string>& models);

 private:
  struct Model {
    explicit Model(core::Duration window) : all(window) {}
    TrackRecord all;
    std::array<std::unique_ptr<TrackRecord>, core::capability_count> by_capability;  // made when first seen
  };

  std::mutex mutex_;
  core::Duration window_;
  std::map<std::string, Model, std::less<>> models_;
};

}  // namespace headgate::budget
