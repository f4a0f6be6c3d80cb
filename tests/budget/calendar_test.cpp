#include "headgate/budget/calendar.hpp"

#include <gtest/gtest.h>

#include "budget/support.hpp"
#include "headgate/budget/calendar_tally.hpp"

namespace headgate::budget {
namespace {

using namespace std::chrono;
using test::cents;

Seconds at(int y, unsigned m, unsigned d, int h = 0, int min = 0) {
  return Seconds(sys_days(year(y) / month(m) / day(d))) + hours(h) + minutes(min);
}

// Central Europe in 2026.
Zone berlin() { return Zone(hours(1), {{at(2026, 3, 29, 1), hours(2)}, {at(2026, 10, 25, 1), hours(1)}}); }
// Clocks go forward at midnight: the day has no 00:00.
Zone beirut() { return Zone(hours(2), {{at(2026, 3, 28, 22), hours(3)}}); }
// One minute past midnight back to one minute past eleven: two evenings, two midnights.
Zone st_johns() { return Zone(-minutes(150), {{at(2010, 11, 7, 2, 31), -minutes(210)}}); }
// Crossed the date line: 30 December 2011 did not happen.
Zone samoa() { return Zone(-hours(10), {{at(2011, 12, 30, 10), hours(14)}}); }

// Every period begins where the one before ended, and holds every moment in between.
void expect_seamless(const Zone& zone, Period period, Seconds from, Seconds to) {
  Span span = period_at(zone, period, from);
  for (Seconds time = from; time < to; time += minutes(7)) {
    const Span found = period_at(zone, period, time);
    ASSERT_TRUE(found.holds(time));
    if (found.begin != span.begin) {
      ASSERT_EQ(found.begin, span.end);
      span = found;
    }
    ASSERT_EQ(found.end, span.end);
  }
}

}  // namespace

TEST(Calendar, DaysHave23To25HoursWhereClocksChange) {
  EXPECT_EQ(period_at(berlin(), Period::day, at(2026, 3, 29, 12)).begin, at(2026, 3, 28, 23));
  EXPECT_EQ(period_at(berlin(), Period::day, at(2026, 3, 29, 12)).end, at(2026, 3, 29, 22));
  const auto long_day = period_at(berlin(), Period::day, at(2026, 10, 25, 12));
  EXPECT_EQ(long_day.end - long_day.begin, hours(25));
  const auto plain = period_at(Zone(), Period::day, at(2026, 3, 29, 12));
  EXPECT_EQ(plain.end - plain.begin, hours(24));
}

TEST(Calendar, WeeksBeginOnMondayAndMonthsOnTheFirst) {
  EXPECT_EQ(period_at(berlin(), Period::week, at(2026, 4, 1)).begin, at(2026, 3, 29, 22));
  EXPECT_EQ(period_at(berlin(), Period::month, at(2026, 3, 31, 21, 59)).begin, at(2026, 2, 28, 23));
  EXPECT_EQ(period_at(berlin(), Period::month, at(2026, 3, 31, 22)).begin, at(2026, 3, 31, 22));
  EXPECT_EQ(period_at(Zone(), Period::month, at(2028, 2, 29)).end, at(2028, 3, 1));
}

TEST(Calendar, ADayWithoutMidnightBeginsWhereClocksJump) {
  EXPECT_EQ(period_at(beirut(), Period::day, at(2026, 3, 29, 3)).begin, at(2026, 3, 28, 22));
  EXPECT_EQ(period_at(beirut(), Period::day, at(2026, 3, 29, 3)).end, at(2026, 3, 29, 21));
}

TEST(Calendar, AnEveningThatHappensTwiceBelongsToOneDayOnly) {
  const auto day = period_at(st_johns(), Period::day, at(2010, 11, 7, 3));  // 23:30 again
  EXPECT_EQ(day.begin, at(2010, 11, 7, 2, 30));
  EXPECT_EQ(day.end - day.begin, hours(25));
}

TEST(Calendar, ADateThatAZoneLeftOutIsEmpty) {
  EXPECT_EQ(period_at(samoa(), Period::day, at(2011, 12, 30, 9)).end, at(2011, 12, 30, 10));
  const auto after = period_at(samoa(), Period::day, at(2011, 12, 30, 11));
  EXPECT_EQ(after.begin, at(2011, 12, 30, 10));
  EXPECT_EQ(after.end - after.begin, hours(24));
}

TEST(Calendar, PeriodsFollowEachOtherWithoutGapOrOverlap) {
  for (const auto period : {Period::day, Period::week, Period::month}) {
    expect_seamless(berlin(), period, at(2026, 1, 1), at(2027, 1, 1));
    expect_seamless(beirut(), period, at(2026, 3, 1), at(2026, 5, 1));
    expect_seamless(st_johns(), period, at(2010, 10, 1), at(2010, 12, 15));
    expect_seamless(samoa(), period, at(2011, 12, 1), at(2012, 2, 1));
  }
}

TEST(CalendarTally, StartsAgainWithTheNextPeriod) {
  CalendarTally tally(Period::day, std::make_shared<Zone>(berlin()));
  tally.add(at(2026, 3, 29, 21, 59), tally_of(cents(5), true));
  EXPECT_EQ(tally.total(at(2026, 3, 29, 21, 59)).spent, cents(5));
  EXPECT_EQ(tally.total(at(2026, 3, 29, 22)).spent, core::Money());
}

TEST(CalendarTally, NeitherDoublesNorSkipsWhenTheWallClockSteps) {
  CalendarTally tally(Period::day, nullptr);
  tally.add(at(2026, 3, 10, 23, 30), tally_of(cents(5), true));
  tally.add(at(2026, 3, 11, 0, 30), tally_of(cents(7), true));  // an hour ahead by mistake
  EXPECT_EQ(tally.total(at(2026, 3, 10, 23, 31)).spent, cents(5));
  tally.add(at(2026, 3, 10, 23, 59), tally_of(cents(1), true));
  EXPECT_EQ(tally.total(at(2026, 3, 10, 23, 59)).spent, cents(6));
  EXPECT_EQ(tally.total(at(2026, 3, 11, 0, 5)).spent, cents(7));
}

TEST(CalendarTally, RecoversFromAClockThatWasYearsAhead) {
  CalendarTally tally(Period::day, nullptr);
  tally.add(at(2026, 3, 10, 12), tally_of(cents(5), true));
  tally.add(at(2099, 1, 1, 12), tally_of(cents(3), true));
  EXPECT_EQ(tally.total(at(2026, 3, 10, 13)).spent, cents(5));
  for (unsigned day = 11; day < 31; ++day) EXPECT_EQ(tally.total(at(2026, 3, day, 1)).spent, core::Money());
}

TEST(CalendarTally, RatherCountsTooMuchThanForgetsWhatIsTooFarBack) {
  CalendarTally tally(Period::day, nullptr);
  for (unsigned day = 1; day <= 4; ++day) tally.add(at(2026, 3, day), tally_of(cents(day), true));
  EXPECT_EQ(tally.total(at(2026, 2, 20)).spent, cents(1));
}

}  // namespace headgate::budget
