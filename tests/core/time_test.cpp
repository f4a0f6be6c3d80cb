#include "headgate/core/time.hpp"

#include <gtest/gtest.h>

namespace headgate::core {

TEST(Time, AfterAddsTheWait) {
  const TimePoint start{std::chrono::seconds(5)};
  EXPECT_EQ(after(start, milliseconds(250)), start + milliseconds(250));
}

TEST(Time, AnUnlimitedWaitNeverEnds) {
  EXPECT_EQ(after(TimePoint{std::chrono::hours(1)}, Duration::max()), no_deadline);
  EXPECT_EQ(after(no_deadline, milliseconds(1)), no_deadline);
}

}  // namespace headgate::core
