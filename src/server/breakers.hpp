// The circuit breakers as the admin surface shows them, counts them and lets them be forced.
#pragma once

#include <string>
#include <string_view>

#include "headgate/gateway/snapshot.hpp"

namespace headgate::server {

// JSON: every provider and model with its state and what it is based on.
std::string describe_breakers(const gateway::Snapshot& snapshot, core::TimePoint now);

// `what` is what stands behind /admin/v1/breakers/: `providers/NAME/open`, `models/NAME/closed`, or
// `.../auto` to end it. False: there is nothing of that name, or nothing of that kind to be done.
bool force_breaker(const gateway::Snapshot& snapshot, std::string_view what, core::TimePoint now);

// Sets the gauges to what is true now.
void read_breaker_metrics(metrics::Registry& registry, const gateway::Snapshot& snapshot, core::TimePoint now);

}  // namespace headgate::server
