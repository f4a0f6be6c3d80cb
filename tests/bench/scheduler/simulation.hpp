// Requests of a trace, replayed once a phase, through the gateway's own order of steps: plan, and for each
// candidate reserve, ask health, attempt, settle. Time is simulated.
#pragma once

#include <functional>

#include "policies.hpp"
#include "tally.hpp"

namespace headgate::simulation {

struct Spending {
  core::TimePoint at;
  core::Money cost;
  bool is_code;
};

struct Options {
  budget::Settings budgets;
  std::size_t phases = phase_count;
  double feedback_share = 0.1;  // of answers that somebody rates
  bool reserves = true;         // false: spending is looked at before an attempt and counted after it
};

struct Run {
  std::vector<Result> results;
  std::vector<Spending> spendings;  // by time
};

Run simulate(const World& world, const Trace& trace, const NamedPolicy& policy, const Options& options,
             std::uint64_t seed);

}  // namespace headgate::simulation
