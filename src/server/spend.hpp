// Money and choices on the admin surface: spending, budgets, what each model costs and how likely it is asked.
#pragma once

#include <string>
#include <string_view>

#include "headgate/core/result.hpp"
#include "headgate/gateway/snapshot.hpp"

namespace headgate::server {

// JSON. `query` as in the URL: tenant, model, provider, from, to (days), by (tenant, model, provider, day; joined
// by commas). Error: a parameter that cannot be read, or a ledger that cannot.
core::Result<std::string> describe_spend(const gateway::Snapshot& snapshot, std::string_view query);
std::string describe_budgets(const gateway::Snapshot& snapshot, budget::Now now);
std::string describe_models(const gateway::Snapshot& snapshot, budget::Now now);
std::string describe_pools(const gateway::Snapshot& snapshot, budget::Now now);

void read_spend_metrics(metrics::Registry& registry, const gateway::Snapshot& snapshot, budget::Now now);

}  // namespace headgate::server
