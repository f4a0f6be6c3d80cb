#include "headgate/gateway/accounting.hpp"

#include <gtest/gtest.h>

namespace headgate::gateway {
namespace {

using core::Money;
using Pair = std::pair<std::string, std::string>;

budget::LedgerRow row(std::string model, std::string tenant, std::optional<Money> cost) {
  budget::LedgerRow row;
  row.request_id = "r";
  row.model = std::move(model);
  row.tenant = std::move(tenant);
  row.cost = cost;
  return row;
}

}  // namespace

TEST(Accounting, AddsUpByModelAndTenant) {
  Accounting accounting({}, {"small", "large"}, nullptr);
  for (int i = 0; i < 3; ++i) accounting.append(row("small", "support", Money::picodollars(5)));
  accounting.append(row("small", "research", std::nullopt));
  accounting.append(row("large", "support", Money::picodollars(7)));
  // Joined, these would be the same.
  accounting.append(row("ab", "c", Money::picodollars(1)));
  accounting.append(row("a", "bc", Money::picodollars(2)));

  const auto spent = accounting.spent();
  ASSERT_EQ(spent.size(), 5u);
  EXPECT_EQ(spent.at(Pair("small", "support")).attempts, 3u);
  EXPECT_EQ(spent.at(Pair("small", "support")).money, Money::picodollars(15));
  EXPECT_EQ(spent.at(Pair("small", "research")).unpriced, 1u);
  EXPECT_EQ(spent.at(Pair("large", "support")).money, Money::picodollars(7));
  EXPECT_EQ(spent.at(Pair("ab", "c")).money, Money::picodollars(1));
  EXPECT_EQ(spent.at(Pair("a", "bc")).money, Money::picodollars(2));
}

TEST(Accounting, CountsTenantsBeyondItsBoundTogetherForEachModel) {
  Accounting accounting({}, {"small", "large"}, nullptr);
  constexpr std::uint64_t tenants = 1500;
  for (int twice = 0; twice < 2; ++twice)
    for (std::uint64_t i = 0; i < tenants; ++i)
      accounting.append(row(i % 2 == 0 ? "small" : "large", std::to_string(i), Money::picodollars(1)));

  const auto spent = accounting.spent();
  EXPECT_EQ(spent.size(), 1002u);
  EXPECT_EQ(spent.at(Pair("small", "other")).attempts, 500u);
  EXPECT_EQ(spent.at(Pair("large", "other")).attempts, 500u);
  EXPECT_EQ(spent.at(Pair("small", "0")).attempts, 2u);
  std::uint64_t all = 0;
  for (const auto& [who, sum] : spent) all += sum.attempts;
  EXPECT_EQ(all, 2 * tenants);
}

}  // namespace headgate::gateway
