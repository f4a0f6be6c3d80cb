#include "headgate/core/nearest.hpp"

#include <gtest/gtest.h>

namespace headgate::core {
namespace {

const std::vector<std::string> models{"gpt-4o", "claude-sonnet", "lab-small", "pool:default", "auto"};

}  // namespace

TEST(Nearest, FindsTheNameThatWasMeant) {
  EXPECT_EQ(nearest("gpt-4p", models), "gpt-4o");
  EXPECT_EQ(nearest("claude-sonet", models), "claude-sonnet");
  EXPECT_EQ(nearest("pool:defalt", models), "pool:default");
  EXPECT_EQ(nearest("lab_smal", models), "lab-small");
}

TEST(Nearest, CountsTwoSwappedLettersAsOneChange) {
  EXPECT_EQ(nearest("atuo", models), "auto");
  EXPECT_EQ(nearest("ab", {"ba"}), "ba");
}

TEST(Nearest, IsEmptyWhenMoreThanAThirdWouldChange) {
  EXPECT_EQ(nearest("mistral-large", models), "");
  EXPECT_EQ(nearest("abcdef", {"abcxyz"}), "");
  EXPECT_EQ(nearest("abcdef", {"abcdyz"}), "abcdyz");
}

TEST(Nearest, PrefersTheFirstOfEquallyNearNames) {
  EXPECT_EQ(nearest("lab-c", {"lab-a", "lab-b"}), "lab-a");
  EXPECT_EQ(nearest("lab-b", {"lab-a", "lab-b"}), "lab-b");
}

TEST(Nearest, KnowsNothingAmongNoNames) { EXPECT_EQ(nearest("anything", {}), ""); }

TEST(Nearest, DoesNoWorkForEndlessNames) {
  const std::string endless(100'000, 'a');
  EXPECT_EQ(nearest(endless, {endless}), "");
  EXPECT_EQ(nearest("aaa", {endless}), "");
}

}  // namespace headgate::core
