#include "headgate/budget/lengths.hpp"

#include <gtest/gtest.h>

#include "budget/support.hpp"
#include "headgate/budget/track_record.hpp"

namespace headgate::budget {
namespace {

using core::Tokens;
using std::chrono::minutes;
using std::chrono::seconds;
using test::cents;

// Two models, one request a second, of which each gets some.
struct Answers : testing::Test {
  void answer(std::string_view model, Tokens input, Tokens output, Tokens reasoning = 0) {
    Observation seen;
    seen.success = true;
    seen.cost = seen.list_price = cents(1);
    seen.input_tokens = input;
    seen.output_tokens = output;
    seen.reasoning_tokens = reasoning;
    records.add(model, core::Capability::chat, seen, now);
    now += seconds(1);
  }
  Figures figures(std::string_view model, Tokens input) {
    return records.figures(model, core::Capability::chat, input, {}, now);
  }
  double expected(std::string_view model, Tokens input) {
    return static_cast<double>(figures(model, input).output_tokens.value());
  }

  core::TimePoint now{minutes(100)};
  TrackRecords records{minutes(10), {"one", "other"}};
};

}  // namespace

TEST_F(Answers, AreExpectedToBeAsLongAsThoseToRequestsOfTheSize) {
  for (int i = 0; i < 200; ++i) answer("one", i % 2 == 0 ? 50 : 5000, i % 2 == 0 ? 400 : 100);
  EXPECT_NEAR(expected("one", 60), 400, 40);
  EXPECT_NEAR(expected("one", 6000), 100, 40);
  EXPECT_NEAR(static_cast<double>(records.figures("one", core::Capability::chat, {}, {}, now).output_tokens.value()),
              250, 40);
}

TEST_F(Answers, MakeNobodyVerboseWhoGetsTheRequestsThatAskForMuch) {
  for (int i = 0; i < 400; ++i) {
    answer("one", 50, 400);
    answer("other", 5000, 100);
  }
  for (const Tokens input : {50u, 5000u}) EXPECT_NEAR(expected("one", input) / expected("other", input), 1, 0.15);
}

TEST_F(Answers, OfAVerboseModelAreLongerAndNobodyElses) {
  for (int i = 0; i < 100; ++i) {
    answer("one", 1000, 100);
    answer("other", 1000, 100);
  }
  for (int i = 0; i < 300; ++i) answer("one", 1000, 400);
  EXPECT_NEAR(expected("one", 1000), 400, 60);
  EXPECT_NEAR(expected("other", 1000), 100, 50);
  // In the long run what one model writes is taken for usual, unless the others are asked now and then.
  for (int i = 0; i < 2000; ++i) answer(i % 50 == 0 ? "other" : "one", 1000, i % 50 == 0 ? 100 : 400);
  EXPECT_NEAR(expected("one", 1000) / expected("other", 1000), 4, 1);
}

TEST_F(Answers, CountThinkingApart) {
  for (int i = 0; i < 100; ++i) answer("one", 1000, 100, 700);
  EXPECT_EQ(figures("one", 1000).reasoning_tokens, 700u);
  EXPECT_NEAR(expected("one", 1000), 100, 1);
  EXPECT_NEAR(figures("one", 1000).overrun, 1, 1e-9);
  EXPECT_EQ(figures("other", 1000).reasoning_tokens, std::nullopt) << "not known, rather than none";
}

TEST_F(Answers, LoseHalfOfTheirWeightInAWindow) {
  for (int i = 0; i < 200; ++i) answer("one", 1000, 100, 700);
  const double before = figures("one", 1000).answers;
  EXPECT_NEAR(before, 50, 1);
  now += minutes(10);
  EXPECT_NEAR(figures("one", 1000).answers, before / 2, 1);
  now += minutes(60);
  answer("one", 1000, 100, 0);
  EXPECT_LT(figures("one", 1000).reasoning_tokens.value(), 350u) << "of who is seldom asked the newest counts most";
}

TEST_F(Answers, OfAnotherKindSayHowVerboseAModelIs) {
  for (int i = 0; i < 200; ++i) {
    answer("one", 1000, 300, 50);
    answer("other", 1000, 100);
  }
  const auto code = records.figures("one", core::Capability::code, 1000, {}, now);
  EXPECT_EQ(code.reasoning_tokens, 50u);
  EXPECT_TRUE(code.output_tokens.has_value());
}

}  // namespace headgate::budget
