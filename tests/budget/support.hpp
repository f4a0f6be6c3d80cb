// What the tests of budgets start from.
#pragma once

#include <string>

#include "headgate/budget/book.hpp"

namespace headgate::budget::test {

inline core::Money cents(std::int64_t count) { return core::Money::picodollars(10'000'000'000) * count; }

// 2026-03-10 12:00:00 UTC, a machine that has run for some time.
inline Now start() {
  using namespace std::chrono;
  return {core::TimePoint(hours(1000)), core::WallTime(sys_days(year(2026) / 3 / 10) + hours(12))};
}

inline Now later(Now now, core::Duration by) {
  return {now.steady + by, now.wall + std::chrono::duration_cast<core::WallTime::duration>(by)};
}

inline Budget daily(std::string name, core::Money limit, Scope scope = {}) {
  Budget budget;
  budget.name = std::move(name);
  budget.limit = limit;
  budget.scope = std::move(scope);
  return budget;
}

// What charge() below has done.
inline LedgerRow row(std::optional<core::Money> cost, bool success, Now now) {
  LedgerRow row;
  row.request_id = "r";
  row.time = now.wall;
  row.tenant = "support";
  row.key_id = "key1";
  row.model = "large";
  row.provider = "lab";
  row.outcome = success ? "ok" : "upstream_error";
  row.cost = cost;
  return row;
}

inline const std::vector<std::string> no_tags;

inline Charge charge(std::string_view tenant = "support", std::string_view model = "large",
                     std::string_view provider = "lab", std::span<const std::string> tags = no_tags) {
  return {tenant, "key1", model, provider, tags};
}

}  // namespace headgate::budget::test
