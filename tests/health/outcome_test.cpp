#include "headgate/health/outcome.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "headgate/core/unusable_answer.hpp"
#include "headgate/health/credential.hpp"
#include "headgate/health/pause.hpp"
#include "headgate/health/retry_budget.hpp"

namespace headgate::health {
namespace {

using core::Code;
using core::Duration;
using core::Error;
using core::Fault;
using core::Retry;
using core::TimePoint;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint start{std::chrono::hours(1000)};
constexpr auto last_code = static_cast<int>(Code::client_gone);

Error providers(Code code, Retry retry = Retry::next_target) {
  return Error(code).with_fault(Fault::provider).with_retry(retry);
}

template <typename Check>
void for_every_code(Check&& check) {
  for (int i = 0; i <= last_code; ++i)
    for (const auto retry : {Retry::never, Retry::same_target, Retry::next_target})
      for (const auto status : {std::optional<int>(), std::optional(200), std::optional(401), std::optional(404),
                                std::optional(429), std::optional(500)})
        check(static_cast<Code>(i), retry, status);
}

}  // namespace

TEST(Outcome, TheClientsFaultNeverCounts) {
  for_every_code([](Code code, Retry retry, std::optional<int> status) {
    EXPECT_EQ(outcome_of(Error(code).with_fault(Fault::client).with_retry(retry), status), Outcome::uncounted);
  });
}

TEST(Outcome, OurOwnFaultIsAtMostThatOfOurKey) {
  for_every_code([](Code code, Retry retry, std::optional<int> status) {
    const auto expected = status == 401 ? Outcome::credential_refused : Outcome::uncounted;
    EXPECT_EQ(outcome_of(Error(code).with_fault(Fault::gateway).with_retry(retry), status), expected);
  });
}

TEST(Outcome, OurOwnRefusalsAsTheyAreMadeNeverCount) {
  for (const auto code : {Code::rate_limit_exceeded, Code::insufficient_quota, Code::no_healthy_upstream,
                          Code::overloaded, Code::draining, Code::internal_error, Code::client_gone})
    EXPECT_EQ(outcome_of(Error(code), std::nullopt), Outcome::uncounted) << core::traits(code).name;
}

TEST(Outcome, EachCodeOfAProviderHasItsRow) {
  for (int i = 0; i <= last_code; ++i) {
    const auto code = static_cast<Code>(i);
    auto expected = Outcome::failure;
    if (code == Code::rate_limit_exceeded) expected = Outcome::rate_limited;
    if (code == Code::insufficient_quota) expected = Outcome::credential_refused;
    for (const auto ours : {Code::internal_error, Code::overloaded, Code::draining, Code::client_gone})
      if (code == ours) expected = Outcome::uncounted;
    EXPECT_EQ(outcome_of(providers(code), 500), expected) << core::traits(code).name;
    EXPECT_EQ(outcome_of(providers(code), std::nullopt), expected) << core::traits(code).name;
    EXPECT_EQ(outcome_of(providers(code), 404), Outcome::uncounted);
    EXPECT_EQ(outcome_of(providers(code, Retry::same_target), std::nullopt), Outcome::uncounted);
    for (const int status : {401, 402, 403})
      EXPECT_EQ(outcome_of(providers(code), status), Outcome::credential_refused) << status;
  }
}

TEST(Outcome, UnusableAnswersAndErrorsInsideA200AreFailures) {
  EXPECT_EQ(outcome_of(core::unusable_answer("an error object"), 200), Outcome::failure);
}

TEST(Outcome, AStreamCutAfterContentIsAFailureThoughNobodyElseIsAsked) {
  EXPECT_EQ(outcome_of(providers(Code::upstream_error, Retry::never).with_told(), 200), Outcome::failure);
  EXPECT_EQ(outcome_of(providers(Code::upstream_timeout, Retry::never).with_told(), 200), Outcome::failure);
}

TEST(Pause, LastsAsLongAsAskedButNoMoreThanAMinute) {
  EXPECT_EQ(pause_of(2.5), std::chrono::milliseconds(2500));
  EXPECT_EQ(pause_of(60), seconds(60));
  for (const double absurd : {61.0, 1e9, 1e300, std::numeric_limits<double>::infinity()})
    EXPECT_EQ(pause_of(absurd), seconds(60));
  for (const double nothing :
       {0.0, -1.0, -1e300, -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    EXPECT_EQ(pause_of(nothing), Duration::zero());
  EXPECT_EQ(pause_of(std::nullopt), seconds(1));
  Pause pause;
  pause.extend(start, minutes(10));
  EXPECT_EQ(pause.until(), start + minutes(1));
}

TEST(Pause, TheLaterDeadlineWins) {
  Pause pause;
  EXPECT_FALSE(pause.lasts(start));
  pause.extend(start, seconds(30));
  pause.extend(start + seconds(1), seconds(5));
  EXPECT_EQ(pause.until(), start + seconds(30));
  pause.extend(start + seconds(2), seconds(40));
  EXPECT_EQ(pause.until(), start + seconds(42));
  EXPECT_TRUE(pause.lasts(start + seconds(42) - Duration(1)));
  EXPECT_FALSE(pause.lasts(start + seconds(42)));
}

TEST(Credential, IsLeftAloneAfterARefusalAndTriedOnceAPeriod) {
  Credential credential;
  EXPECT_TRUE(credential.refuse(start));
  EXPECT_FALSE(credential.refuse(start));
  EXPECT_FALSE(credential.usable(start + seconds(30) - Duration(1)));
  const auto later = start + seconds(30);
  ASSERT_TRUE(credential.usable(later));
  credential.use(later);
  EXPECT_FALSE(credential.usable(later));
  EXPECT_TRUE(credential.usable(later + seconds(30)));  // when nothing is heard of the try
}

TEST(Credential, WaitsTwiceAsLongAfterEachTryUpToTenMinutes) {
  Credential credential;
  credential.refuse(start);
  auto now = start;
  for (const int wait : {30, 60, 120, 240, 480, 600, 600}) {
    EXPECT_EQ(credential.retry_at(), now + seconds(wait));
    now = credential.retry_at();
    credential.use(now);
    EXPECT_FALSE(credential.refuse(now));
    credential.refuse(now);  // one that was under way: no news
  }
}

TEST(Credential, IsWholeAgainOnceAccepted) {
  Credential credential;
  EXPECT_FALSE(credential.accept());
  credential.refuse(start);
  EXPECT_TRUE(credential.accept());
  EXPECT_TRUE(credential.usable(start));
  EXPECT_TRUE(credential.refuse(start));
  EXPECT_EQ(credential.retry_at(), start + seconds(30));
}

TEST(RetryBudget, AllowsAFifthOfTheRequestsAndTenASecond) {
  RetryBudget budget;
  for (int i = 0; i < 1000; ++i) budget.count_request(start);
  int retries = 0;
  for (; budget.allows_retry(start); ++retries) budget.count_retry(start);
  EXPECT_EQ(retries, 200 + 10 * 10);
}

TEST(RetryBudget, ForgetsAfterTenSeconds) {
  RetryBudget budget;
  while (budget.allows_retry(start)) budget.count_retry(start);
  EXPECT_FALSE(budget.allows_retry(start + seconds(8)));
  EXPECT_TRUE(budget.allows_retry(start + seconds(10)));
}

TEST(RetryBudget, HoldsARetryStormToItsBound) {
  RetryBudget budget;
  double requests = 0, attempts = 0;
  constexpr auto lasting = seconds(120);
  for (auto now = start; now < start + lasting; now += std::chrono::milliseconds(10)) {
    ++requests, ++attempts;
    budget.count_request(now);
    for (int i = 0; i < 3; ++i)
      if (budget.allows_retry(now)) budget.count_retry(now), ++attempts;
  }
  EXPECT_LE(attempts, 1.2 * requests + 10 * 120);
  EXPECT_GE(attempts, 1.15 * requests + 10 * 110);
}

TEST(Window, KeepsBetweenNineAndTenTenths) {
  struct One {
    int count = 0;
    One& operator+=(const One& other) {
      count += other.count;
      return *this;
    }
    One& operator-=(const One& other) {
      count -= other.count;
      return *this;
    }
  };
  Window<One> window(seconds(10));
  window.add(start + std::chrono::milliseconds(999), {1});
  EXPECT_EQ(window.total(start + std::chrono::milliseconds(9999)).count, 1);
  EXPECT_EQ(window.total(start + seconds(10)).count, 0);
  window.add(start + seconds(5), {1});
  window.add(start + seconds(4), {1});  // late: taken for the newest
  EXPECT_EQ(window.total(start + seconds(10)).count, 2);
  window.add(start + std::chrono::hours(1000), {1});
  EXPECT_EQ(window.total(start + std::chrono::hours(1000)).count, 1);
}

}  // namespace headgate::health
