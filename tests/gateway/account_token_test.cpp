#include "headgate/gateway/account_token.hpp"

#include <gtest/gtest.h>

namespace headgate::gateway {
namespace {

using namespace std::chrono_literals;

const core::TimePoint start = core::TimePoint() + 24h;

TokenOrigin origin_of(const std::string& provider, const std::string& key = "pem") {
  return {provider,
          {"a@b", "id", core::Secret(key), "https://t.example/token", ""},
          {"t.example", 443, nullptr},
          "t.example",
          "/token"};
}

std::shared_ptr<AccountToken> known(AccountTokens& tokens, const TokenOrigin& origin, std::string_view trust = "") {
  return tokens.of(mark_of(origin, trust), origin);
}

}  // namespace

TEST(Renewal, IsDueAtOnceAndThenAtFourFifthsOfALife) {
  Renewal renewal;
  EXPECT_TRUE(renewal.is_due(start));
  renewal.begin();
  EXPECT_FALSE(renewal.is_due(start + 24h)) << "one at a time";
  renewal.succeeded(3600s, start);
  EXPECT_FALSE(renewal.is_due(start + 2880s - 1ms));
  EXPECT_TRUE(renewal.is_due(start + 2880s));
}

TEST(Renewal, ComesAtGrowingDistancesAfterFailures) {
  Renewal renewal;
  auto now = start;
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    renewal.begin();
    renewal.failed(now);
    EXPECT_EQ(renewal.pause(), pause);
    EXPECT_FALSE(renewal.is_due(now + pause - 1ms));
    EXPECT_TRUE(renewal.is_due(now += pause));
  }
  renewal.succeeded(10s, now);
  renewal.failed(now);
  EXPECT_EQ(renewal.pause(), 1s) << "a success ends the row";
}

TEST(AccountToken, IsThereUntilItExpires) {
  AccountToken token(origin_of("a"));
  EXPECT_EQ(token.current(start), nullptr);
  token.set(core::Secret("one"), start + 10s);
  const auto held = token.current(start);
  ASSERT_NE(held, nullptr);
  token.set(core::Secret("two"), start + 20s);
  EXPECT_TRUE(held->equals("one")) << "whoever holds one keeps it";
  ASSERT_NE(token.current(start + 19s), nullptr);
  EXPECT_TRUE(token.current(start + 19s)->equals("two"));
  EXPECT_EQ(token.current(start + 20s), nullptr);
}

TEST(AccountTokens, StayWithAnAccountThatStaysTheSame) {
  AccountTokens tokens;
  const auto before = known(tokens, origin_of("a"));
  EXPECT_EQ(known(tokens, origin_of("a")), before);
  EXPECT_NE(known(tokens, origin_of("b")), before);
  EXPECT_NE(known(tokens, origin_of("a", "another key")), before);
  EXPECT_NE(known(tokens, origin_of("a"), "other certificates"), before);
}

TEST(AccountTokens, AreForgottenWithTheirLastUser) {
  AccountTokens tokens;
  auto first = known(tokens, origin_of("a"));
  const auto second = known(tokens, origin_of("b"));
  EXPECT_EQ(tokens.in_use().size(), 2u);
  first.reset();
  ASSERT_EQ(tokens.in_use().size(), 1u);
  EXPECT_EQ(tokens.in_use()[0], second);
}

TEST(AccountTokens, MarksShowNoKey) {
  const auto mark = mark_of(origin_of("a", "very-secret"), "");
  EXPECT_EQ(mark.find("very-secret"), std::string::npos);
}

}  // namespace headgate::gateway
