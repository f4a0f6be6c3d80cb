// Every answer in every split, and cut at every byte: it is taken whole or refused, never in part.
#include <gmock/gmock.h>

#include "exchange_answers.hpp"
#include "exchange_harness.hpp"

namespace headgate::test {
namespace {

using core::Code;
using core::Retry;

constexpr Reading both_readings[] = {Reading::whole, Reading::streamed};

std::vector<std::string> cut_in_two(const std::string& bytes, std::size_t at) {
  std::vector<std::string> pieces{bytes.substr(0, at), bytes.substr(at)};
  std::erase(pieces, "");
  return pieces;
}

std::vector<std::string> one_by_one(const std::string& bytes) {
  std::vector<std::string> pieces;
  for (const char c : bytes) pieces.emplace_back(1, c);
  return pieces;
}

struct ExchangeTest : testing::Test {
  net::Loop loop;

  Outcome play(std::vector<std::string> pieces, End end, Reading reading, bool reused = false) {
    return ExchangeHarness(loop, Script{std::move(pieces), end}, reused).run(reading);
  }
};

void expect_taken(const Outcome& outcome, const Answer& answer) {
  ASSERT_FALSE(outcome.error) << outcome.error->detail();
  EXPECT_EQ(outcome.status, answer.status);
  EXPECT_EQ(outcome.body, answer.body);
}

void expect_refused(const Outcome& outcome, Retry retry) {
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code(), Code::upstream_error) << outcome.error->detail();
  EXPECT_EQ(outcome.error->retry(), retry);
  EXPECT_FALSE(outcome.reusable);
}

}  // namespace

TEST_F(ExchangeTest, SendsTheRequestAsItIs) {
  ExchangeHarness harness(loop, Script{{good_answers().front().bytes}, End::silence});
  expect_taken(harness.run(), good_answers().front());
  EXPECT_EQ(harness.stream().written, request_text);
}

TEST_F(ExchangeTest, GoodAnswersAreTakenInEverySplit) {
  for (const auto& answer : good_answers()) {
    const auto end = answer.until_close ? End::eof : End::silence;
    for (const auto reading : both_readings) {
      for (std::size_t at = 0; at <= answer.bytes.size(); ++at) {
        SCOPED_TRACE(answer.name + " split at " + std::to_string(at));
        const auto outcome = play(cut_in_two(answer.bytes, at), end, reading);
        expect_taken(outcome, answer);
        // What has not been read yet cannot be seen here; is_quiet() sees it before the next use.
        const bool exact = answer.extra == 0 || at == answer.size();
        EXPECT_EQ(outcome.reusable, answer.keeps_open && exact);
        if (HasFailure()) return;
      }
      SCOPED_TRACE(answer.name + " byte by byte");
      expect_taken(play(one_by_one(answer.bytes), end, reading), answer);
    }
  }
}

TEST_F(ExchangeTest, BadAnswersAreRefusedInEverySplit) {
  for (const auto& answer : bad_answers()) {
    for (const auto reading : both_readings) {
      for (std::size_t at = 0; at <= answer.bytes.size(); ++at) {
        SCOPED_TRACE(answer.name + " split at " + std::to_string(at));
        expect_refused(play(cut_in_two(answer.bytes, at), End::eof, reading), Retry::next_target);
        if (HasFailure()) return;
      }
      SCOPED_TRACE(answer.name + " byte by byte");
      expect_refused(play(one_by_one(answer.bytes), End::eof, reading), Retry::next_target);
    }
  }
}

TEST_F(ExchangeTest, AnswersCutAnywhereAreRefused) {
  for (const auto& answer : good_answers()) {
    for (const auto end : {End::eof, End::reset}) {
      for (const bool reused : {false, true}) {
        for (std::size_t at = 0; at < answer.size(); ++at) {
          SCOPED_TRACE(answer.name + " cut at " + std::to_string(at));
          const auto head = answer.bytes.find("\r\n\r\n") + 4;
          if (answer.until_close && end == End::eof && at >= head) continue;  // nothing tells it from the end
          for (const auto reading : both_readings)
            expect_refused(play(cut_in_two(answer.bytes.substr(0, at), at / 2), end, reading, reused),
                           reused && at == 0 ? Retry::same_target : Retry::next_target);
          if (HasFailure()) return;
        }
      }
    }
  }
}

TEST_F(ExchangeTest, AnswersEndingInAResetAreWholeOnlyWhenTheirEndWasKnown) {
  for (const auto& answer : good_answers()) {
    SCOPED_TRACE(answer.name);
    const auto outcome = play({answer.bytes}, End::reset, Reading::whole);
    if (answer.until_close)
      expect_refused(outcome, Retry::next_target);
    else
      expect_taken(outcome, answer);
  }
}

TEST_F(ExchangeTest, ARefusedRequestIsStillAnsweredByWhatTheProviderSaid) {
  const Answer early{"", "HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno", 413, "no"};
  ExchangeHarness harness(loop, Script{{early.bytes}, End::eof, Script::Writes::broken});
  expect_taken(harness.run(), early);
}

TEST_F(ExchangeTest, AWriteThatBreaksOnAReusedConnectionIsWorthAFreshOne) {
  ExchangeHarness harness(loop, Script{{}, End::eof, Script::Writes::broken}, true);
  expect_refused(harness.run(), Retry::same_target);
}

}  // namespace headgate::test
