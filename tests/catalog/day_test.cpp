#include "headgate/catalog/day.hpp"

#include <gtest/gtest.h>

#include "headgate/core/time.hpp"

namespace headgate::catalog {
namespace {

TEST(Day, ReadsWhatItWrites) {
  for (const auto* text : {"1970-01-01", "2026-08-06", "2028-02-29", "2199-12-31"}) {
    const auto day = day_from(text);
    ASSERT_TRUE(day) << text;
    EXPECT_EQ(to_text(*day), text);
  }
}

TEST(Day, RefusesWhatIsNoDay) {
  for (const auto* text :
       {"", "2026-8-6", "2026-02-29", "2026-13-01", "2026-00-10", "2026-08-32", "20260806", "+026-08-06"})
    EXPECT_FALSE(day_from(text)) << text;
}

// A year a wall clock cannot hold would overflow wherever the day meets an instant.
TEST(Day, KeepsToTheYearsAWallClockHolds) {
  for (const auto* text : {"0000-01-01", "1013-01-31", "1969-12-31", "2200-01-01", "9999-12-31"})
    EXPECT_FALSE(day_from(text)) << text;
  const auto last = core::WallTime(*day_from("2199-12-31")), first = core::WallTime(*day_from("1970-01-01"));
  EXPECT_GT(last - first, std::chrono::days(83'000));
}

}  // namespace
}  // namespace headgate::catalog
