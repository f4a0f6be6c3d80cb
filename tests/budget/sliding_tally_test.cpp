#include "headgate/budget/sliding_tally.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "budget/support.hpp"
#include "support/random.hpp"

namespace headgate::budget {
namespace {

using core::Money;
using core::TimePoint;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using test::cents;

struct Paid {
  TimePoint at;
  Money amount;
};

Money sum_since(const std::deque<Paid>& all, TimePoint since) {
  Money sum;
  for (const auto& each : all)
    if (each.at > since) sum += each.amount;
  return sum;
}

}  // namespace

TEST(SlidingTally, NeverMissesAnythingAndKeepsAtMostOneBucketTooMuch) {
  headgate::test::Random random(7);
  for (const core::Duration window : {core::Duration(minutes(1)), core::Duration(hours(24)), core::Duration(6007)}) {
    SlidingTally tally(window);
    std::deque<Paid> paid;
    TimePoint now{};
    for (int step = 0; step < 10'000; ++step) {
      now += core::Duration(
          static_cast<core::Duration::rep>(random.below(static_cast<std::size_t>(window.count()) / 5 + 1)));
      if (!random.one_in(4)) {
        paid.push_back({now, cents(static_cast<std::int64_t>(random.below(100)))});
        tally.add(now, tally_of(paid.back().amount, true));
      }
      const Money counted = tally.total(now).spent;
      ASSERT_GE(counted, sum_since(paid, now - window));
      ASSERT_LE(counted, sum_since(paid, now - tally.bucket_width() * 61));
      while (paid.size() > 200) paid.pop_front();
    }
  }
}

TEST(SlidingTally, ForgetsAllAfterALongSilence) {
  SlidingTally tally(hours(1));
  tally.add(TimePoint(hours(5)), tally_of(cents(10), true));
  EXPECT_EQ(tally.total(TimePoint(hours(500))), Tally());
}

TEST(SlidingTally, PutsWhatComesLateWhereItBelongs) {
  SlidingTally tally(hours(1));
  const TimePoint now(hours(-3));  // before the machine started, as after a restart
  tally.add(now, tally_of(cents(1), true));
  tally.add(now - minutes(30), tally_of(cents(2), true));
  tally.add(now - hours(2), tally_of(cents(4), true));
  EXPECT_EQ(tally.total(now).spent, cents(3));
  EXPECT_EQ(tally.total(now + minutes(40)).spent, cents(1));
}

TEST(SlidingTally, SaysWhenEnoughWillHaveLeft) {
  SlidingTally tally(hours(1));
  const TimePoint now(hours(10));
  tally.add(now, tally_of(cents(1), true));
  tally.add(now + minutes(10), tally_of(cents(5), true));
  const auto later = now + minutes(20);
  for (const auto amount : {cents(1), cents(2), cents(6)}) {
    const auto freed = tally.when_freed(later, amount);
    ASSERT_TRUE(freed);
    auto before = tally, after = tally;
    EXPECT_GT(before.total(*freed - core::Duration(1)).spent, cents(6) - amount);
    EXPECT_LE(after.total(*freed).spent, cents(6) - amount);
  }
  EXPECT_FALSE(tally.when_freed(later, cents(7)));
}

TEST(SlidingTally, ForgetsRightlyAfterASumThatReachedTheEndOfItsRange) {
  SlidingTally tally(hours(1));
  tally.add(TimePoint(hours(10)), tally_of(Money::most(), true));
  tally.add(TimePoint(hours(10) + minutes(30)), tally_of(cents(5), true));
  EXPECT_EQ(tally.total(TimePoint(hours(10) + minutes(30))).spent, Money::most());
  EXPECT_EQ(tally.total(TimePoint(hours(11) + minutes(5))).spent, cents(5));
}

TEST(Tally, NeverCreditsANegativeCostAndNeverTakesUnknownForNothing) {
  EXPECT_EQ(tally_of(Money::picodollars(-5), true).spent, Money());
  const auto unknown = tally_of(std::nullopt, true);
  EXPECT_EQ(unknown.unpriced, 1u);
  EXPECT_EQ(unknown.priced_successes(), 0u);
}

}  // namespace headgate::budget
