// The same traffic against a hard limit of half of what it wants to spend: once with the worst case of every
// attempt reserved before it is sent, once with spending looked at before and counted after.
#pragma once

#include <string_view>
#include <vector>

#include "simulation.hpp"

namespace headgate::simulation {

struct BudgetOutcome {
  double most_used = 0;  // of any window that ends with a payment, as a share of the limit
  double answered = 0;   // share
};

struct BudgetSeries {
  std::string_view name;
  std::vector<BudgetOutcome> outcomes;
};

BudgetOutcome run_on_a_budget(const World& world, const Trace& trace, bool reserves, std::uint64_t seed);

}  // namespace headgate::simulation
