#include "headgate/wire/retry_after.hpp"

#include <gtest/gtest.h>

namespace headgate::wire {
namespace {

// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110.
const core::WallTime now = std::chrono::system_clock::from_time_t(784111777);

std::optional<double> read(std::string_view seconds, std::string_view millis = {}) {
  return read_retry_after(seconds, millis, now);
}

}  // namespace

TEST(RetryAfter, IsSeconds) {
  EXPECT_EQ(read("7"), 7.0);
  EXPECT_EQ(read("0"), 0.0);
  EXPECT_EQ(read("1.5"), 1.5);
}

TEST(RetryAfter, PrefersMilliseconds) {
  EXPECT_EQ(read("7", "250"), 0.25);
  EXPECT_EQ(read("", "1500.5"), 1.5005);
}

TEST(RetryAfter, FallsBackFromSenselessMilliseconds) {
  EXPECT_EQ(read("7", "soon"), 7.0);
  EXPECT_EQ(read("7", "-1"), 7.0);
}

TEST(RetryAfter, IsADate) {
  EXPECT_EQ(read("Sun, 06 Nov 1994 08:49:42 GMT"), 5.0);
  EXPECT_EQ(read("Sun, 06 Nov 1994 08:49:37 GMT"), 0.0);
}

TEST(RetryAfter, IsNowForADateThatIsPast) { EXPECT_EQ(read("Sun, 06 Nov 1994 08:00:00 GMT"), 0.0); }

TEST(RetryAfter, IsNeverMoreThanAMinute) {
  EXPECT_EQ(read("61"), 60.0);
  EXPECT_EQ(read("99999999999999999999"), 60.0);
  EXPECT_EQ(read("Sun, 06 Nov 2094 08:49:37 GMT"), 60.0);
  EXPECT_EQ(read("", "86400000"), 60.0);
}

TEST(RetryAfter, IsAbsentWhenItMakesNoSense) {
  for (const char* text :
       {"", "soon", "-1", "nan", "inf", "-inf", "infinity", "1e3", "0x10", "5 s", "5s", "1,5", "+5",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37",
        "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"})
    EXPECT_EQ(read(text), std::nullopt) << text;
}

}  // namespace headgate::wire
