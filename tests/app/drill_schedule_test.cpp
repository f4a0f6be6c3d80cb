#include "drill_schedule.hpp"

#include <gmock/gmock.h>

namespace headgate::app {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr core::Duration week = days(7);
const core::WallTime start{days(20'000)};

DrillHistory passed_at(core::WallTime time) { return {time, time, start - days(100)}; }

}  // namespace

TEST(NextDrill, ComesAnIntervalAfterTheLastSuccess) {
  EXPECT_EQ(next_drill(passed_at(start), week, start + hours(1), 0), start + week);
}

TEST(NextDrill, IsSpreadOverATenthOfTheInterval) {
  const auto latest = next_drill(passed_at(start), week, start + hours(1), 0.999);
  EXPECT_GT(latest, start + week + hours(16));
  EXPECT_LT(latest, start + week + week / 10);
}

TEST(NextDrill, IsNeverSpreadUntilItIsOverdue) {
  for (const double jitter : {0.0, 0.5, 0.999})
    EXPECT_FALSE(is_overdue(passed_at(start), week, next_drill(passed_at(start), week, start, jitter)));
}

TEST(NextDrill, ComesSoonTheFirstTime) {
  const DrillHistory fresh{{}, {}, start};
  EXPECT_EQ(next_drill(fresh, week, start, 0), start + minutes(5));
  EXPECT_LE(next_drill(fresh, week, start, 0.999), start + minutes(10));
  EXPECT_LE(next_drill(fresh, minutes(1), start, 0.999), start + minutes(1));
}

TEST(NextDrill, WaitsAfterAFailureButNotAnInterval) {
  const auto overdue_since = start - days(9);
  const DrillHistory failed{overdue_since, start, start - days(100)};
  EXPECT_EQ(next_drill(failed, week, start + hours(1), 0), start + days(1));
  const DrillHistory never{{}, start, start - hours(1)};
  EXPECT_EQ(next_drill(never, week, start + hours(1), 0), start + days(1));
}

TEST(NextDrill, IsNotBroughtForwardByAFailure) {
  const DrillHistory by_hand{start, start + days(1), start - days(100)};
  EXPECT_EQ(next_drill(by_hand, week, start + days(1), 0), start + week);
}

TEST(NextDrill, SurvivesAClockThatWasSetBack) {
  const auto now = start - days(1000);
  EXPECT_LE(next_drill(passed_at(start), week, now, 0.999), now + week + week / 10);
  const DrillHistory failed{{}, start, now};
  EXPECT_LE(next_drill(failed, week, now, 0.999), now + days(1));
}

TEST(OverdueDrill, IsOneAndAHalfIntervalsOld) {
  EXPECT_FALSE(is_overdue(passed_at(start), days(2), start + days(3)));
  EXPECT_TRUE(is_overdue(passed_at(start), days(2), start + days(3) + minutes(1)));
}

TEST(OverdueDrill, IsOneThatNeverPassed) {
  const DrillHistory never{{}, start + days(1), start};
  EXPECT_FALSE(is_overdue(never, days(2), start + days(3)));
  EXPECT_TRUE(is_overdue(never, days(2), start + days(3) + minutes(1)));
}

}  // namespace headgate::app
