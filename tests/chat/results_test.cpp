#include "headgate/chat/results.hpp"

#include <gtest/gtest.h>

namespace headgate::chat {
namespace {

// A letter a message: who speaks, by the first of it.
std::string ordered(std::string_view letters) {
  std::vector<Message> messages;
  for (const char letter : letters) {
    const auto role = letter == 's'   ? Role::system
                      : letter == 'a' ? Role::assistant
                      : letter == 'u' ? Role::user
                                      : Role::tool;
    messages.push_back({role, std::string(1, letter), {}});
  }
  put_results_first(messages);
  std::string order;
  for (const auto& message : messages) order += message.name;
  return order;
}

TEST(Results, ComeBehindTheCallsTheyAnswer) {
  EXPECT_EQ(ordered("uau1"), "ua1u");
  EXPECT_EQ(ordered("ua1s2u3"), "ua123su");
  EXPECT_EQ(ordered("aa1u2a"), "aa12ua");
}

TEST(Results, StayInTheirTurn) {
  EXPECT_EQ(ordered("ua1ua2"), "ua1ua2");
  EXPECT_EQ(ordered("uau1au2"), "ua1ua2u");
}

TEST(Results, WithoutATurnBeforeThemStayWhereTheyAre) {
  EXPECT_EQ(ordered("su1"), "su1");
  EXPECT_EQ(ordered(""), "");
}

}  // namespace
}  // namespace headgate::chat
