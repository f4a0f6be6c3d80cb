#include "headgate/gateway/cache_savings.hpp"

#include <gtest/gtest.h>

namespace headgate::gateway {
namespace {

using core::Money;

catalog::Price price() {
  catalog::Price price;
  price.rates[catalog::Rate::input] = Money::picodollars(100);
  price.rates[catalog::Rate::output] = Money::picodollars(500);
  price.rates[catalog::Rate::cache_read] = Money::picodollars(10);
  price.rates[catalog::Rate::cache_write] = Money::picodollars(125);
  return price;
}

core::Usage usage(core::Tokens fresh, core::Tokens read, core::Tokens written) {
  core::Usage usage;
  usage.input = fresh;
  usage.cache_read = read;
  usage.cache_write = written;
  usage.output = 7;
  return usage;
}

}  // namespace

TEST(CacheSaving, IsTheDiscountOnWhatWasReadAndTheSurchargeOnWhatWasWritten) {
  const auto saving = cache_saving_of(price(), usage(1000, 2000, 400));
  EXPECT_EQ(saving.saved, Money::picodollars(2000 * 90));
  EXPECT_EQ(saving.surcharge, Money::picodollars(400 * 25));
}

TEST(CacheSaving, IsThatOfTheTierThatHolds) {
  auto tiered = price();
  catalog::Tier tier{3000, {}};
  tier.rates[catalog::Rate::input] = Money::picodollars(200);
  tiered.tiers = {tier};
  EXPECT_EQ(cache_saving_of(tiered, usage(1000, 2000, 0)).saved, Money::picodollars(2000 * 90));
  EXPECT_EQ(cache_saving_of(tiered, usage(1001, 2000, 0)).saved, Money::picodollars(2000 * 190));
}

TEST(CacheSaving, IsNothingWhereNothingIsCheaperOrKnown) {
  catalog::Price plain;
  plain.rates[catalog::Rate::input] = plain.rates[catalog::Rate::output] = Money::picodollars(100);
  EXPECT_EQ(cache_saving_of(plain, usage(1, 2000, 400)).saved, Money());
  EXPECT_EQ(cache_saving_of(plain, usage(1, 2000, 400)).surcharge, Money());
  EXPECT_EQ(cache_saving_of(catalog::Price(), usage(1, 2000, 400)).saved, Money());
  EXPECT_EQ(cache_saving_of(price(), core::Usage()).saved, Money());
}

TEST(CacheSavings, AddUpByModelAndAreBounded) {
  CacheSavings savings;
  savings.add("a", {Money::picodollars(5), {}});
  savings.add("a", {Money::picodollars(6), Money::picodollars(1)});
  savings.add("none", {});
  for (int i = 0; i < 3000; ++i) savings.add("m" + std::to_string(i), {Money::picodollars(1), {}});
  const auto all = savings.by_model();
  EXPECT_EQ(all.at("a").saved, Money::picodollars(11));
  EXPECT_EQ(all.at("a").surcharge, Money::picodollars(1));
  EXPECT_FALSE(all.contains("none"));
  EXPECT_LE(all.size(), 1001u);
  Money sum;
  for (const auto& [model, saving] : all) sum += saving.saved;
  EXPECT_EQ(sum, Money::picodollars(3011));
}

}  // namespace headgate::gateway
