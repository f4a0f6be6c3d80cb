#include "headgate/budget/track_record.hpp"

#include <gtest/gtest.h>

#include "budget/support.hpp"

namespace headgate::budget {
namespace {

using core::Capability;
using core::Money;
using core::TimePoint;
using std::chrono::milliseconds;
using std::chrono::minutes;
using test::cents;

const TimePoint now{minutes(100)};

Observation paid(Money cost, bool success) { return {cost, cents(10), success, {}, {}}; }

}  // namespace

TEST(CostPerSuccess, DividesAllSpendingByTheSuccesses) {
  CostPerSuccess cost(minutes(10));
  cost.add(now, paid(cents(10), true));
  cost.add(now, paid(cents(4), false));
  cost.add(now, paid(cents(16), true));
  EXPECT_EQ(cost.estimate(now, std::nullopt), cents(15));
}

TEST(CostPerSuccess, LeansOnTheExpectationWhileLittleIsKnown) {
  CostPerSuccess cost(minutes(10));
  EXPECT_EQ(cost.estimate(now, std::nullopt), std::nullopt);
  EXPECT_EQ(cost.estimate(now, cents(8)), cents(8));
  for (int i = 0; i < 5; ++i) cost.add(now, paid(cents(4), true));
  EXPECT_EQ(cost.estimate(now, cents(8)), cents(6));  // half and half
  for (int i = 0; i < 500; ++i) cost.add(now, paid(cents(4), true));
  EXPECT_LT(cost.estimate(now, cents(8)), Money::picodollars(40'500'000'000));
}

TEST(CostPerSuccess, IsNotFlatteredBySuccessesOfUnknownCost) {
  CostPerSuccess cost(minutes(10));
  cost.add(now, paid(cents(10), true));
  for (int i = 0; i < 9; ++i) cost.add(now, {std::nullopt, std::nullopt, true, {}, {}});
  EXPECT_EQ(cost.estimate(now, std::nullopt), cents(10));
}

TEST(CostPerSuccess, RisesWhenFailuresCostMoney) {
  CostPerSuccess cost(minutes(10));
  for (int i = 0; i < 200; ++i) cost.add(now, paid(cents(10), i % 2 == 0));
  EXPECT_NEAR(cost.overrun(now, {cents(10), 1, 1}), 2, 0.1);
  EXPECT_NEAR(cost.success_rate(now, 0.95), 0.5, 0.02);
}

TEST(CostPerSuccess, ForgetsAnOldPriceAfterTheWindow) {
  CostPerSuccess cost(minutes(10));
  for (int i = 0; i < 100; ++i) cost.add(now, paid(cents(50), true));
  const auto after = now + minutes(11);
  cost.add(after, paid(cents(1), true));
  EXPECT_EQ(cost.estimate(after, std::nullopt), cents(1));
}

TEST(TrackRecord, AveragesSpeedAndForgetsItAfterASilence) {
  TrackRecord record(minutes(10));
  Observation seen = paid(cents(1), true);
  for (int i = 0; i < 50; ++i) {
    seen.first_token = milliseconds(i % 2 == 0 ? 300 : 500);
    seen.tokens_per_second = 80;
    record.add(now, seen);
  }
  auto figures = record.figures(now, {});
  EXPECT_NEAR(static_cast<double>(std::chrono::duration_cast<milliseconds>(*figures.first_token).count()), 400, 30);
  EXPECT_DOUBLE_EQ(*figures.tokens_per_second, 80);
  EXPECT_EQ(figures.attempts, 50u);

  const auto later = now + minutes(30);
  EXPECT_FALSE(record.figures(later, {}).first_token);
  seen.first_token = milliseconds(2000);
  record.add(later, seen);
  EXPECT_EQ(record.figures(later, {}).first_token, milliseconds(2000));
}

TEST(TrackRecords, ACapabilityLeansOnItsModelAndThatOnTheListPrice) {
  TrackRecords records(minutes(10), {"large", "small"});
  for (int i = 0; i < 1000; ++i) records.add("large", Capability::code, paid(cents(20), true), now);
  // Twice the list price for code; nothing is known of chat, so that is expected for it as well.
  EXPECT_NEAR(records.figures("large", Capability::chat, {}, cents(30), now).cost_per_success->in_dollars(), 0.6, 0.01);
  EXPECT_NEAR(records.figures("large", Capability::code, {}, cents(10), now).cost_per_success->in_dollars(), 0.2, 0.01);
  EXPECT_EQ(records.figures("small", Capability::code, {}, cents(10), now).cost_per_success, cents(10));
  EXPECT_EQ(records.figures("small", std::nullopt, {}, std::nullopt, now).cost_per_success, std::nullopt);
}

TEST(TrackRecords, KeepsModelsThatStayAndKnowsNoOthers) {
  TrackRecords records(minutes(10), {"large", "small"});
  records.add("large", {}, paid(cents(20), true), now);
  records.add("unheard of", {}, paid(cents(20), true), now);
  records.apply(minutes(10), {"large", "new"});
  EXPECT_EQ(records.figures("large", {}, {}, {}, now).attempts, 1u);
  EXPECT_EQ(records.figures("new", {}, {}, {}, now).attempts, 0u);
  EXPECT_EQ(records.figures("unheard of", {}, {}, {}, now).attempts, 0u);
}

TEST(TrackRecord, IsNotUpsetByAFewBadScoresAmongMany) {
  TrackRecord record(minutes(10));
  record.add(now, paid(cents(10), true));
  for (int i = 0; i < 200; ++i) record.rate(i % 5 == 0 ? 0 : 1);
  for (int i = 0; i < 3; ++i) record.rate(0);
  const auto figures = record.figures(now, {});
  EXPECT_GT(*figures.feedback, 0.7);
  EXPECT_EQ(figures.feedback_count, 40u);
}

TEST(TrackRecord, LetsScoresFadeWhileNobodyAsksTheModel) {
  TrackRecord record(minutes(10));
  record.add(now, paid(cents(10), true));
  for (int i = 0; i < 80; ++i) record.rate(0.2);
  EXPECT_EQ(record.figures(now + minutes(9), {}).feedback_count, 40u);
  const auto later = now + minutes(120);
  EXPECT_EQ(record.figures(later, {}).feedback_count, 20u);
  record.add(later, paid(cents(10), true));
  EXPECT_EQ(record.figures(later, {}).feedback_count, 20u) << "what faded does not come back";
  EXPECT_DOUBLE_EQ(*record.figures(later, {}).feedback, 0.2);
}

namespace {

Observation seen_as(std::optional<Signal> signal, bool judged_json = false) {
  auto seen = paid(cents(1), true);
  seen.impression = {signal, true, judged_json};
  return seen;
}

}  // namespace

TEST(TrackRecord, CountsSignalsAmongAllAnswersAndThoseOfJsonAmongAnswersInJson) {
  TrackRecord record(minutes(10));
  for (int i = 0; i < 8; ++i) record.add(now, seen_as({}));
  record.add(now, seen_as(Signal::refused));
  record.add(now, seen_as(Signal::invalid_json, true));
  const auto figures = record.figures(now, {});
  EXPECT_NEAR(figures.flaws.mean, weight_of(Signal::refused) / 10, 1e-9);
  EXPECT_EQ(figures.flaws.count, 10u);
  EXPECT_NEAR(figures.json_flaws.mean, weight_of(Signal::invalid_json), 1e-9);
  EXPECT_EQ(figures.json_flaws.count, 1u);
}

TEST(TrackRecord, FailuresBeforeAnyAnswerAreNoFlaws) {
  TrackRecord record(minutes(10));
  record.add(now, paid(cents(1), false));
  EXPECT_EQ(record.figures(now, {}).flaws.count, 0u);
}

TEST(TrackRecord, LetsFlawsFadeWhileNobodyAsksTheModel) {
  TrackRecord record(minutes(10));
  for (int i = 0; i < 80; ++i) record.add(now, seen_as(Signal::invalid_json, true));
  EXPECT_EQ(record.figures(now, {}).json_flaws.count, 50u);
  EXPECT_EQ(record.figures(now + minutes(120), {}).json_flaws.count, 25u);
}

TEST(Signals, WeighLessThanAScoreOfAUser) {
  for (std::size_t i = 0; i < signal_count; ++i) {
    EXPECT_GT(weight_of(static_cast<Signal>(i)), 0);
    EXPECT_LT(weight_of(static_cast<Signal>(i)), 1);
  }
}

TEST(TrackRecords, AScoreOfAUserTakesThePlaceOfASignal) {
  TrackRecords records(minutes(10), {"large"});
  for (int i = 0; i < 5; ++i) records.add("large", Capability::code, seen_as({}, true), now);
  records.add("large", Capability::code, seen_as(Signal::invalid_json, true), now);
  records.add("large", Capability::code, seen_as(Signal::cut), now);
  records.rate("large", Capability::code, 1, Signal::invalid_json);
  for (const auto& capability : {std::optional<Capability>(), std::optional(Capability::code)}) {
    const auto figures = records.figures("large", capability, {}, {}, now);
    EXPECT_NEAR(figures.json_flaws.mean, 0, 1e-9);
    EXPECT_EQ(figures.json_flaws.count, 6u) << "it is still an answer";
    EXPECT_GT(figures.flaws.mean, 0) << "the other one stays";
    EXPECT_EQ(figures.feedback, 1);
  }
}

}  // namespace headgate::budget
