#include "headgate/dialects/unsaid.hpp"

#include <gmock/gmock.h>

namespace headgate::dialects {
namespace {

constexpr std::string_view harmless[] = {"store", "metadata"};

TEST(Unsaid, TellsWhatChangesNothing) {
  std::vector<std::string> changed{"system"};
  const std::vector<chat::Extra> extras{{"metadata", "{}"}};
  EXPECT_TRUE(leave_behind(extras, harmless, changed));
  EXPECT_THAT(changed, testing::ElementsAre("system", "metadata"));
}

TEST(Unsaid, KnowsAMemberWhereverItStands) {
  std::vector<std::string> changed;
  const std::vector<chat::Extra> extras{{"tools[3].input_examples", "[]"}, {"context_management", "{}"}};
  EXPECT_TRUE(leave_behind(extras, harmless, changed));
  EXPECT_THAT(changed, testing::ElementsAre("tools[3].input_examples", "context_management"));
}

TEST(Unsaid, LeavesOutWhatAClientTellsOfItself) {
  std::vector<std::string> changed;
  const std::vector<chat::Extra> extras{{"client_metadata", R"({"session":"s"})"}};
  EXPECT_TRUE(leave_behind(extras, {}, changed));
  EXPECT_THAT(changed, testing::ElementsAre("client_metadata"));
}

TEST(Unsaid, RefusesWhatChangesAnAnswerByName) {
  std::vector<std::string> changed;
  const std::vector<chat::Extra> extras{{"store", "true"}, {"tools[2]", "{}"}};
  const auto left = leave_behind(extras, harmless, changed);
  ASSERT_FALSE(left);
  EXPECT_EQ(left.error().param(), "tools[2]");
  EXPECT_EQ(left.error().status(), 422);
  EXPECT_EQ(left.error().retry(), core::Retry::next_target);
}

}  // namespace
}  // namespace headgate::dialects
