#include "budget_run.hpp"

#include <algorithm>

namespace headgate::simulation {
namespace {

constexpr core::Duration budget_window = std::chrono::minutes(10);

core::Money limit_for(const Run& unlimited, core::Duration length) {
  core::Money all;
  for (const auto& one : unlimited.spendings) all += one.cost;
  const double windows = std::chrono::duration<double>(length) / budget_window;
  return core::Money::picodollars(static_cast<std::int64_t>(static_cast<double>(all.in_picodollars()) / windows / 2));
}

// Exact: by the payments themselves, not by what the book counts.
double most_used(const std::vector<Spending>& spendings, core::Money limit) {
  core::Money within, most;
  auto oldest = spendings.begin();
  for (const auto& newest : spendings) {
    within += newest.cost;
    while (newest.at - oldest->at >= budget_window) within = within - oldest++->cost;
    most = std::max(most, within);
  }
  return most.in_dollars() / limit.in_dollars();
}

}  // namespace

BudgetOutcome run_on_a_budget(const World& world, const Trace& trace, bool reserves, std::uint64_t seed) {
  const auto& headgate = policies().front();
  Options options;
  options.phases = 1;
  const auto unlimited = simulate(world, trace, headgate, options, seed);
  budget::Budget budget;
  budget.name = "half";
  budget.window = budget::SlidingWindow{budget_window};
  budget.limit = limit_for(unlimited, trace.length);
  options.budgets.budgets = {budget};
  options.budgets.lease = std::chrono::minutes(10);  // kept alive while an answer is read
  options.reserves = reserves;
  const auto run = simulate(world, trace, headgate, options, seed);
  const auto answered = std::count_if(run.results.begin(), run.results.end(), [](const auto& r) { return r.answered; });
  return {most_used(run.spendings, budget.limit),
          static_cast<double>(answered) / static_cast<double>(run.results.size())};
}

}  // namespace headgate::simulation
