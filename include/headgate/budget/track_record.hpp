// What a model has really cost per successful answer, how often it succeeds and how fast it is, in
// a sliding window and fixed memory. Few observations are blended with what is expected.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "headgate/budget/lengths.hpp"
#include "headgate/budget/signal.hpp"
#include "headgate/budget/sliding_tally.hpp"
#include "headgate/core/capability.hpp"

namespace headgate::budget {

// One attempt, after it ended.
struct Observation {
  std::optional<core::Money> cost;        // all that was paid: reasoning, cached tokens, hedges
  std::optional<core::Money> list_price;  // of these tokens, cached only where that was expected
  bool success = false;
  std::optional<core::Duration> first_token;
  std::optional<double> tokens_per_second;
  std::optional<core::Tokens> output_tokens{};  // without reasoning
  std::optional<core::Tokens> reasoning_tokens{};
  std::optional<core::Tokens> input_tokens{};
  Impression impression{};
};

// How bad answers looked without anybody rating them. Value.
struct Flaws {
  double mean = 0;  // weight of their signals, 0 for a sound one
  std::uint32_t count = 0;
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
  std::optional<core::Tokens> output_tokens, reasoning_tokens;  // expected of an answer
  double answers = 0;                                           // these two stand for
  std::optional<double> feedback;                               // mean score, 0 to 1
  std::uint32_t feedback_count = 0;
  Flaws flaws;                 // of all answers
  Flaws json_flaws;            // of those asked for JSON
  std::uint32_t attempts = 0;  // in the window
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

  // `usual`: what may be expected of an answer to this request, whoever writes it.
  void add(core::TimePoint now, const Observation& seen, std::optional<double> usual = {});
  // How good an answer was, 0 to 1. Scores come seldom and say little one by one: many are remembered, and
  // they fade while the model is not asked, so that no verdict is for ever.
  void rate(double score) { feedback_.add(std::clamp(score, 0.0, 1.0)); }
  // Its user has said better what the answer was worth.
  void take_back(Signal signal);
  Figures figures(core::TimePoint now, const Expectation& expected);
  Lengths lengths(core::TimePoint now) const;

 private:
  void note(const Impression& seen);
  Flaws flaws_of(const RecentMean& mean, core::TimePoint now) const;
  double left_of_scores(core::TimePoint now) const;
  double left_of_lengths(core::TimePoint now) const;

  core::Duration window_;
  CostPerSuccess cost_;
  RecentMean first_token_{10}, tokens_per_second_{10}, feedback_{40}, flaws_{50}, json_flaws_{50};
  Lengths lengths_;
  core::TimePoint last_seen_ = core::TimePoint::min();
};

// The records of all models, and of each for each capability. Shared.
class TrackRecords {
 public:
  TrackRecords(core::Duration window, const std::vector<std::string>& models);

  // Unknown models are left out.
  void add(std::string_view model, std::optional<core::Capability> capability, const Observation& seen,
           core::TimePoint now);
  // `replaced`: the signal of the same answer, which no longer counts.
  void rate(std::string_view model, std::optional<core::Capability> capability, double score,
            std::optional<Signal> replaced = {});
  // Of a request with so many tokens of input. A capability's figures lean on the model's, and those on `list_price`.
  Figures figures(std::string_view model, std::optional<core::Capability> capability,
                  std::optional<core::Tokens> input_tokens, std::optional<core::Money> list_price, core::TimePoint now);
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
  UsualLengths usual_;
  std::array<UsualLengths, core::capability_count> usual_by_capability_;
};

}  // namespace headgate::budget
