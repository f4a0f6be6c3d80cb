#include "headgate/core/result.hpp"

#include <gtest/gtest.h>

namespace headgate::core {

// An int must never turn into an Error (or the other way) by parentheses.
static_assert(!std::is_convertible_v<int, Error>);
static_assert(!std::is_constructible_v<Error, int>);
static_assert(!std::is_convertible_v<Code, Error>);

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = 7;
  EXPECT_TRUE(good);
  EXPECT_EQ(*good, 7);
  const Result<int> bad = Error(Code::draining);
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().code(), Code::draining);
}

TEST(Result, ThrowsWhenAnUnreadErrorIsTakenForAValue) {
  const Result<int> bad = Error(Code::invalid_json, "No JSON.");
  try {
    (void)bad.value();
    FAIL();
  } catch (const std::logic_error& bug) {
    EXPECT_NE(std::string_view(bug.what()).find("invalid_json: No JSON."), std::string_view::npos);
  }
}

}  // namespace headgate::core
