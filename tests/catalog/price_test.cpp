#include "headgate/catalog/price.hpp"

#include <gtest/gtest.h>

#include "catalog/support.hpp"
#include "support/random.hpp"

namespace headgate::catalog {
namespace {

using core::Money;
using core::Tokens;
using core::Usage;

Price plain() {
  Price price;
  price.rates[Rate::input] = rate("2.5");
  price.rates[Rate::output] = rate("10");
  return price;
}

Price tiered() {
  Price price = plain();
  price.rates[Rate::cache_read] = rate("0.25");
  Rates dear;
  dear[Rate::input] = rate("5");
  dear[Rate::output] = rate("15");
  price.tiers.push_back({200'000, dear});
  return price;
}

Usage usage(Tokens input, Tokens output) {
  Usage usage;
  usage.input = input;
  usage.output = output;
  return usage;
}

TEST(Price, AddsUpEveryClassOfTokens) {
  Price price = plain();
  price.rates[Rate::cache_read] = rate("1.25");
  price.rates[Rate::cache_write] = rate("3.75");
  price.rates[Rate::reasoning] = rate("20");
  Usage used = usage(1'000'000, 1'000'000);
  used.cache_read = used.cache_write = used.reasoning = 1'000'000;
  EXPECT_EQ(price.cost(used), money("37.5"));
}

TEST(Price, IsExactForOneToken) { EXPECT_EQ(plain().cost(usage(1, 1))->to_string(), "0.0000125"); }

TEST(Price, BillsClassesWithoutAPriceAsTheirKind) {
  Usage used = usage(0, 0);
  used.cache_read = 1'000'000;
  EXPECT_EQ(plain().cost(used), money("2.5"));
  used.cache_write = 1'000'000;
  EXPECT_EQ(plain().cost(used), money("5"));
  used.reasoning = 1'000'000;
  EXPECT_EQ(plain().cost(used), money("15"));
}

TEST(Price, IsUnknownWhereTokensHaveNoPriceOrWereNotCounted) {
  Price price = plain();
  EXPECT_FALSE(price.cost(Usage()));
  Usage half;
  half.input = 5;
  EXPECT_FALSE(price.cost(half));
  price.rates[Rate::input].reset();
  EXPECT_FALSE(price.cost(usage(1, 1)));
  EXPECT_EQ(price.cost(usage(0, 1'000'000)), money("10"));
}

TEST(Price, OfAnEmbeddingNeedsNoOutput) {
  Price price;
  price.rates[Rate::input] = rate("0.02");
  Usage used;
  used.input = 1'000'000;
  EXPECT_EQ(price.cost(used), money("0.02"));
  EXPECT_EQ(price.worst_cost(1'000'000, 0), money("0.02"));
  EXPECT_FALSE(price.worst_cost(1, 1));
}

TEST(Price, OfATierHoldsForTheWholeRequest) {
  EXPECT_EQ(tiered().cost(usage(200'000, 0)), money("0.5"));
  EXPECT_EQ(tiered().cost(usage(200'001, 1'000'000)), money("1.000005") + money("15"));
  Usage cached = usage(100'000, 0);
  cached.cache_read = 150'000;
  EXPECT_EQ(tiered().cost(cached), money("0.5") + money("0.0375")) << "cached input counts, at its own price";
}

TEST(Price, OfWhatIsFreeIsZeroEvenUncounted) {
  Price price;
  price.free = true;
  EXPECT_EQ(price.cost(Usage()), Money());
  EXPECT_EQ(price.worst_cost(1'000, 1'000), Money());
}

TEST(Price, StopsAtTheEndOfTheRange) {
  EXPECT_EQ(plain().cost(usage(std::numeric_limits<Tokens>::max(), 1)), Money::most());
}

Price random_price(test::Random& random) {
  Price price;
  for (const auto one : {Rate::input, Rate::output})
    price.rates[one] = Money::picodollars(1 + std::int64_t(random.below(10'000'000)));
  for (const auto one : {Rate::cache_read, Rate::cache_write, Rate::reasoning})
    if (random.one_in(2)) price.rates[one] = Money::picodollars(1 + std::int64_t(random.below(10'000'000)));
  for (Tokens above = 1'000; random.one_in(2) && above < 100'000; above *= 3) {
    Tier tier{above, {}};
    tier.rates[Rate::input] = Money::picodollars(1 + std::int64_t(random.below(20'000'000)));
    if (random.one_in(2)) tier.rates[Rate::output] = Money::picodollars(1 + std::int64_t(random.below(20'000'000)));
    price.tiers.push_back(tier);
  }
  return price;
}

// Each class dearer in every tier than in the one before.
Price rising(Price price) {
  for (std::size_t i = 0; i < price.tiers.size(); ++i) {
    const Rates before = i == 0 ? price.rates : price.tiers[i - 1].rates;
    for (std::size_t at = 0; at < rate_names.size(); ++at) {
      const auto one = static_cast<Rate>(at);
      if (before[one]) price.tiers[i].rates[one] = std::max(*before[one], price.tiers[i].rates[one].value_or(Money()));
    }
  }
  return price;
}

Usage random_usage(test::Random& random) {
  Usage used = usage(random.below(60'000), random.below(60'000));
  if (random.one_in(2)) used.cache_read = random.below(60'000);
  if (random.one_in(2)) used.cache_write = random.below(60'000);
  if (random.one_in(2)) used.reasoning = random.below(60'000);
  return used;
}

TEST(Price, NeverFallsWhenTokensAreAdded) {
  test::Random random(7);
  for (int round = 0; round < 20'000; ++round) {
    const Price price = rising(random_price(random));
    const Usage used = random_usage(random);
    for (auto member : {&Usage::input, &Usage::cache_read, &Usage::cache_write, &Usage::output, &Usage::reasoning}) {
      Usage more = used;
      more.*member = (used.*member).value_or(0) + random.below(5'000);
      ASSERT_GE(price.cost(more).value(), price.cost(used).value());
    }
  }
}

TEST(Price, IsNeverAboveTheWorstCase) {
  test::Random random(11);
  for (int round = 0; round < 20'000; ++round) {
    const Price price = random_price(random);
    const Usage used = random_usage(random);
    const auto worst =
        price.worst_cost(used.all_input() + random.below(2'000), used.all_output() + random.below(2'000));
    ASSERT_LE(price.cost(used).value(), worst.value());
  }
}

}  // namespace
}  // namespace headgate::catalog
