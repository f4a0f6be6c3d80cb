// Limits, deadlines and interrupts of an exchange. Deadlines pass by advancing the wheel.
#include <gmock/gmock.h>

#include "exchange_answers.hpp"
#include "exchange_harness.hpp"

namespace headgate::test {
namespace {

using core::Code;
using core::Retry;
using testing::HasSubstr;

struct ExchangeLimitsTest : testing::Test {
  net::Loop loop;

  core::TimePoint now = core::Clock::now();

  void let_deadlines_pass() { loop.deadlines().advance(now += std::chrono::hours(2)); }
};

// Calls `act` while the exchange waits: for its request to leave, and behind every byte that is not the last.
template <typename Act>
void at_every_wait(net::Loop& loop, Act act) {
  for (const auto& answer : good_answers()) {
    for (const auto reading : {Reading::whole, Reading::streamed}) {
      const auto last = answer.until_close ? answer.size() + 1 : answer.size();
      for (std::size_t came = 0; came <= last; ++came) {
        SCOPED_TRACE(answer.name + " after " + std::to_string(came));
        Script script{{answer.bytes.substr(0, came)}, End::silence};
        std::erase(script.pieces, "");
        if (came == last) script = Script{{}, End::silence, Script::Writes::blocked};
        ExchangeHarness harness(loop, std::move(script), true);
        auto running = harness.start(reading);
        ASSERT_FALSE(running.settle());
        act(harness);
        ASSERT_TRUE(running.settle());
        const auto outcome = running.get();
        ASSERT_TRUE(outcome.error);
        EXPECT_FALSE(outcome.reusable);
        EXPECT_EQ(outcome.error->code(),
                  harness.interrupt.raised() ? harness.interrupt.error().code() : Code::upstream_timeout);
        EXPECT_EQ(outcome.error->retry(), harness.interrupt.raised() ? Retry::never : Retry::next_target);
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

std::string with_field_of(std::size_t size) {
  return "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: " + std::string(size, 'y') + "\r\n\r\n";
}

}  // namespace

TEST_F(ExchangeLimitsTest, AClientThatLeavesEndsEveryWait) {
  at_every_wait(loop, [](auto& harness) { harness.interrupt.raise(net::Interrupt::Reason::client_gone); });
}

TEST_F(ExchangeLimitsTest, TheWayDownEndsEveryWait) {
  at_every_wait(loop, [](auto& harness) { harness.interrupt.raise(net::Interrupt::Reason::shutdown); });
}

TEST_F(ExchangeLimitsTest, AClientThatLeftBeforeIsNotServed) {
  ExchangeHarness harness(loop, Script{{good_answers().front().bytes}});
  harness.interrupt.raise(net::Interrupt::Reason::client_gone);
  EXPECT_EQ(harness.run().error->code(), Code::client_gone);
  EXPECT_EQ(harness.stream().written, "");
}

TEST_F(ExchangeLimitsTest, ADeadlineEndsEveryWait) {
  at_every_wait(loop, [this](auto&) { let_deadlines_pass(); });
}

TEST_F(ExchangeLimitsTest, OneDeadlineHoldsForTheWholeHead) {
  Script script;
  for (const char c : good_answers().front().bytes.substr(0, 30)) script.pieces.emplace_back(1, c);
  script.end = End::silence;
  ExchangeHarness harness(loop, script);
  auto running = harness.start();
  ASSERT_FALSE(running.settle());
  EXPECT_EQ(harness.stream().deadlines.size(), 2u) << "one to send, one for the head";
  let_deadlines_pass();
  EXPECT_EQ(running.get().error->code(), Code::upstream_timeout);
}

TEST_F(ExchangeLimitsTest, DeadlinesAreThoseOfTheLimits) {
  ExchangeHarness harness(loop, Script{{"HTTP/1.0 200 OK\r\n\r\n", "hello"}, End::eof});
  harness.limits.first_byte = core::milliseconds(1000);
  harness.limits.between_bytes = core::milliseconds(5000);
  const auto before = core::Clock::now();
  EXPECT_FALSE(harness.run().error);
  const auto& deadlines = harness.stream().deadlines;
  ASSERT_GE(deadlines.size(), 3u);
  EXPECT_GE(deadlines[1], before + core::milliseconds(1000));
  EXPECT_LT(deadlines[1], before + core::milliseconds(5000));
  EXPECT_GE(deadlines[2], before + core::milliseconds(5000));
}

TEST_F(ExchangeLimitsTest, NoDeadlineIsLaterThanTheTotal) {
  ExchangeHarness harness(loop, Script{{"HTTP/1.0 200 OK\r\n\r\n", "a", "b", "c"}, End::eof});
  harness.limits.total = core::Clock::now() + core::milliseconds(700);
  EXPECT_FALSE(harness.run().error);
  for (const auto deadline : harness.stream().deadlines) EXPECT_EQ(deadline, harness.limits.total);
}

TEST_F(ExchangeLimitsTest, BetweenReadsOnlyTheTotalRuns) {
  for (const auto& answer : good_answers()) {
    for (const std::size_t split : {std::size_t{1}, answer.bytes.size()}) {
      for (const auto reading : {Reading::whole, Reading::streamed}) {
        SCOPED_TRACE(answer.name);
        Script script;
        for (std::size_t at = 0; at < answer.bytes.size(); at += split)
          script.pieces.push_back(answer.bytes.substr(at, split));
        ExchangeHarness harness(loop, script);
        harness.limits.total = core::Clock::now() + std::chrono::hours(1);
        EXPECT_FALSE(harness.run(reading).error);
        EXPECT_EQ(harness.stream().deadlines.back(), harness.limits.total);
      }
    }
  }
}

TEST_F(ExchangeLimitsTest, AnAnswerBeforeTheRequestHasLeftIsRead) {
  for (const std::string before : {"", "HTTP/1.1 100 Continue\r\n\r\n"}) {
    ExchangeHarness harness(
        loop,
        Script{{before + "HTTP/1.1 400 No\r\ncontent-length: 2\r\n\r\n{", "}"}, End::silence, Script::Writes::blocked},
        true);
    const auto outcome = harness.run();
    ASSERT_FALSE(outcome.error) << outcome.error->message();
    EXPECT_EQ(outcome.status, 400);
    EXPECT_EQ(outcome.body, "{}");
    EXPECT_FALSE(outcome.reusable) << "the provider still waits for the rest of the request";
  }
}

TEST_F(ExchangeLimitsTest, AnInterimAnswerDoesNotEndTheSending) {
  ExchangeHarness harness(loop, Script{{"HTTP/1.1 100 Continue\r\n\r\n"}, End::silence, Script::Writes::blocked});
  auto running = harness.start();
  EXPECT_FALSE(running.settle());
  EXPECT_EQ(harness.stream().deadlines.size(), 1u) << "still sending";
  let_deadlines_pass();
  EXPECT_EQ(running.get().error->code(), Code::upstream_timeout);
}

TEST_F(ExchangeLimitsTest, AHeadMayBeLargeButNotEndless) {
  EXPECT_FALSE(ExchangeHarness(loop, Script{{with_field_of(60'000)}}).run().error);
  for (const auto& bytes :
       {with_field_of(70'000), std::string(200'000, 'x'), "HTTP/1.1 200 OK\r\n" + std::string(200'000, 'x')}) {
    const auto outcome = ExchangeHarness(loop, Script{{bytes}}).run();
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code(), Code::upstream_error);
    EXPECT_THAT(outcome.error->detail(), HasSubstr("too large"));
  }
}

TEST_F(ExchangeLimitsTest, ABodyAsLargeAsAllowedIsTakenAndNoLarger) {
  const std::string body(1000, 'b');
  const std::string answers[] = {
      "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + body,
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3e8\r\n" + body + "\r\n0\r\n\r\n",
      "HTTP/1.0 200 OK\r\n\r\n" + body,
  };
  for (const auto& answer : answers) {
    for (const std::size_t limit : {1000u, 999u, 0u}) {
      SCOPED_TRACE(answer.substr(0, 60) + " limit " + std::to_string(limit));
      ExchangeHarness harness(loop, Script{{answer}});
      harness.limits.max_body = limit;
      const auto outcome = harness.run();
      ASSERT_EQ(outcome.error.has_value(), limit < 1000);
      if (!outcome.error) continue;
      EXPECT_EQ(outcome.error->code(), Code::upstream_error);
      EXPECT_EQ(outcome.error->retry(), Retry::next_target);
      EXPECT_THAT(outcome.error->detail(), HasSubstr("max_response"));
    }
  }
}

TEST_F(ExchangeLimitsTest, ALengthOverTheLimitIsRefusedBeforeTheBodyIsRead) {
  ExchangeHarness harness(loop, Script{{"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999\r\n\r\n"}, End::silence});
  EXPECT_EQ(harness.run().error->code(), Code::upstream_error);
}

}  // namespace headgate::test
