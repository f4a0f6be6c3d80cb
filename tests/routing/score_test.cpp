#include "score.hpp"

#include <cmath>

#include "routing/support.hpp"
#include "weights.hpp"

namespace headgate::routing {
namespace {

using core::Capability;
using namespace std::chrono_literals;

// Two models that are alike: quality 0.7, $2 a million.
struct Scores : testing::Test {
  Scores() : settings(settings_of({priced("a", "2", "2"), priced("b", "2", "2")})) {
    for (auto& model : settings.models) set_quality(model, Capability::code, 0.7);
    profile.capability = Capability::code;
    settings.rules = {{"all", {}, {}}};
  }
  void set(std::size_t model, double quality, std::string_view dollars) {
    set_quality(settings.models[model], Capability::code, quality);
    settings.models[model].facts.price = price(dollars, dollars);
  }
  Candidate candidate(ModelIndex model) const {
    for (const auto& candidate : planned(Router(settings), profile, around).candidates)
      if (candidate.model == model) return candidate;
    ADD_FAILURE() << "not a candidate";
    return {};
  }
  Score of(ModelIndex model) const { return candidate(model).score; }
  std::string winner(Objective objective) {
    settings.rules[0].use.objective = objective;
    const Router router(settings);
    return names(router, planned(router, profile, around)).front();
  }

  Settings settings;
  Profile profile = asking("auto");
  Measured around;
};

}  // namespace

TEST_F(Scores, AreAlikeForModelsThatAreAlike) { EXPECT_EQ(of(0).total(), of(1).total()); }

TEST_F(Scores, AreWholeForTheCheapestAndFastestThatAlwaysSucceeds) {
  for (ModelIndex model = 0; model < 2; ++model) around[model].first_token = 300ms;
  EXPECT_DOUBLE_EQ(of(0).quality, 0.7);
  EXPECT_EQ(of(0).cost, 0);
  EXPECT_EQ(of(0).latency, 0);
  EXPECT_EQ(of(0).health, 0);
}

TEST_F(Scores, FallWithTheCostAndStayBounded) {
  double before = 1;
  for (const char* dollars : {"2", "2.1", "3", "20", "2000"}) {
    set(1, 0.7, dollars);
    EXPECT_LT(of(1).cost, before) << dollars;
    EXPECT_GE(of(1).cost, -weights_for(Objective::balanced).cost) << dollars;
    EXPECT_EQ(of(0).cost, 0);
    before = of(1).cost;
  }
}

TEST_F(Scores, TellDearOnesApartNextToAFreeOne) {
  settings = settings_of({priced("free", "0", "0"), priced("b", "1", "1"), priced("c", "50", "50")});
  settings.models[0].facts.price = free_of_charge();
  settings.rules = {{"all", {}, {}}};
  EXPECT_LT(of(2).cost, of(1).cost - 0.01);
}

TEST_F(Scores, CountWhatASuccessReallyCost) {
  around[0].overrun = 3;
  EXPECT_LT(of(0).cost, of(1).cost);
  EXPECT_EQ(candidate(0).expected_cost->in_picodollars(), candidate(1).expected_cost->in_picodollars() * 3);
}

// A million tokens of input at $2, read from a cache at $0.20 and written to it at $2.50.
TEST_F(Scores, TakeWhatIsRememberedAndWhatWillBeAtItsOwnPrice) {
  profile.input_tokens = 1'000'000;
  profile.output_tokens = 0;
  auto& rates = settings.models[0].facts.price->rates;
  rates[catalog::Rate::cache_read] = core::Money::picodollars(200'000);
  rates[catalog::Rate::cache_write] = core::Money::picodollars(2'500'000);
  EXPECT_EQ(candidate(0).expected_cost, money("2"));
  EXPECT_EQ(candidate(0).cached_tokens, std::nullopt);
  around[0].cached_tokens = 800'000;
  EXPECT_EQ(candidate(0).expected_cost, money("0.56"));
  EXPECT_EQ(candidate(0).cached_tokens, 800'000u);
  EXPECT_LT(of(1).cost, of(0).cost);
  around[0].written_tokens = 200'000;
  EXPECT_EQ(candidate(0).expected_cost, money("0.66"));
  around[0].cached_tokens = 5'000'000;
  EXPECT_EQ(candidate(0).expected_cost, money("0.2")) << "no more than there is";
}

TEST_F(Scores, OfWhatIsRememberedWeighNothingAgainstARefusal) {
  around[0].cached_tokens = 1'000;
  settings.models[0].facts.price->rates[catalog::Rate::cache_read] = core::Money();
  EXPECT_EQ(winner(Objective::cost), "a");
  around[0].refused = true;
  EXPECT_EQ(winner(Objective::cost), "b");
}

TEST_F(Scores, PutAnUnknownPriceInTheMiddleAndNeverFirst) {
  settings.models[1].facts.price.reset();
  EXPECT_LT(of(1).cost, of(0).cost);
  EXPECT_GT(of(1).cost, -weights_for(Objective::balanced).cost);
  EXPECT_EQ(candidate(1).expected_cost, std::nullopt);
  EXPECT_EQ(candidate(1).worst_cost, std::nullopt);
}

TEST_F(Scores, FallWithTheTimeToTheLastToken) {
  for (ModelIndex model = 0; model < 2; ++model) {
    around[model].first_token = 300ms;
    around[model].tokens_per_second = 50;
  }
  around[1].tokens_per_second = 25;
  EXPECT_LT(of(1).latency, of(0).latency);
  around[0].tokens_per_second.reset();
  EXPECT_EQ(of(1).latency, of(0).latency) << "speeds are compared when all are known";
  around[1].first_token = 310ms;
  EXPECT_LT(of(1).latency, of(0).latency);
}

TEST_F(Scores, PutAnUnknownLatencyInTheMiddle) {
  around[0].first_token = 300ms;
  EXPECT_EQ(of(0).latency, 0);
  EXPECT_DOUBLE_EQ(of(1).latency, unknown_part * weights_for(Objective::balanced).latency);
}

TEST_F(Scores, FallWithFailures) {
  around[1].success_rate = 0.5;
  EXPECT_DOUBLE_EQ(of(1).health, -0.75);
}

TEST_F(Scores, MeasureCostsAgainstThoseThatCanBeAsked) {
  set(1, 0.7, "0.02");
  EXPECT_LT(of(0).cost, 0);
  around[1].refused = true;
  EXPECT_EQ(of(0).cost, 0);
}

TEST_F(Scores, FallSmoothlyBeyondATarget) {
  around[1].over_target = 0.9;
  EXPECT_EQ(of(1).cost, 0);
  double before = 0;
  for (const double over : {1.01, 1.1, 1.5, 3.0, 100.0}) {
    around[1].over_target = over;
    EXPECT_LT(of(1).cost, before) << over;
    before = of(1).cost;
  }
  around[1].over_target = 1.001;
  EXPECT_GT(of(1).cost, -0.01) << "no step at the target";
}

TEST_F(Scores, ABudgetBeyondItsTargetMovesTrafficToTheCheap) {
  set(0, 0.95, "10");
  set(1, 0.6, "1");
  EXPECT_EQ(winner(Objective::balanced), "a") << "half again as good";
  around[0].over_target = around[1].over_target = 2;
  EXPECT_EQ(winner(Objective::balanced), "b");
}

TEST_F(Scores, FeedbackCountsMoreTheMoreThereIs) {
  Reading reading;
  EXPECT_EQ(with_feedback(0.8, reading), 0.8);
  reading.feedback = 0.2;
  EXPECT_EQ(with_feedback(0.8, reading), 0.8) << "nobody has said it yet";
  reading.feedback_count = 10;
  EXPECT_DOUBLE_EQ(with_feedback(0.8, reading), 0.5);
  reading.feedback_count = 2000;
  EXPECT_NEAR(with_feedback(0.8, reading), 0.2, 0.01);
}

TEST_F(Scores, FlawsTakeTheirShareOfTheQuality) {
  Reading reading;
  EXPECT_EQ(without_flaws(0.8, reading, true), 0.8);
  reading.json_flaws = 0.7;
  EXPECT_EQ(without_flaws(0.8, reading, true), 0.8) << "of no answer at all";
  reading.json_flaws_count = 1;
  EXPECT_NEAR(without_flaws(0.8, reading, true), 0.8 * (1 - 0.7 / 21), 1e-9);
  reading.json_flaws_count = 20;
  EXPECT_NEAR(without_flaws(0.8, reading, true), 0.8 * 0.65, 1e-9);
  EXPECT_EQ(without_flaws(0.8, reading, false), 0.8) << "nobody asks for JSON";
  reading.flaws = 0.25;
  reading.flaws_count = 20;
  EXPECT_NEAR(without_flaws(0.8, reading, false), 0.8 * 0.875, 1e-9);
}

TEST_F(Scores, BrokenJsonCostsItsPlaceWhoeverIsAskedForJson) {
  set(0, 0.8, "1");
  set(1, 0.7, "1");
  around[0].json_flaws = 0.7;
  around[0].json_flaws_count = 20;
  EXPECT_EQ(winner(Objective::balanced), "a");
  profile.needs.add(core::Feature::json_schema);
  EXPECT_EQ(winner(Objective::balanced), "b");
}

TEST_F(Scores, TheObjectiveSaysWhatIsMadeTheMostOf) {
  set(0, 0.9, "10");
  set(1, 0.75, "1");
  around[0].first_token = 2s;
  around[1].first_token = 2s;
  EXPECT_EQ(winner(Objective::quality), "a");
  EXPECT_EQ(winner(Objective::balanced), "b");
  EXPECT_EQ(winner(Objective::cost), "b");
  around[0].first_token = 500ms;
  EXPECT_EQ(winner(Objective::latency), "a");
  EXPECT_EQ(winner(Objective::cost), "b");
}

TEST_F(Scores, CostTakesTheCheapestOfThoseThatAreGoodEnough) {
  set(0, 0.9, "1.1");
  set(1, 0.6, "1");
  EXPECT_EQ(winner(Objective::cost), "b");
  settings.rules[0].use.min_quality = 0.8;
  EXPECT_EQ(winner(Objective::cost), "a");
}

TEST_F(Scores, QualityTakesTheBestUnlessItIsMuchDearerAndHardlyBetter) {
  set(0, 0.8, "10");
  set(1, 0.79, "1");
  EXPECT_EQ(winner(Objective::quality), "b");
  set(1, 0.69, "0.001");
  EXPECT_EQ(winner(Objective::quality), "a");
}

TEST_F(Scores, EasyQuestionsGoToTheCheapAndHardOnesToTheGood) {
  set(0, 0.85, "10");
  set(1, 0.55, "1");
  profile.difficulty = 0.1f;
  EXPECT_EQ(winner(Objective::balanced), "b");
  profile.difficulty = 0.9f;
  EXPECT_EQ(winner(Objective::balanced), "a");
  const auto hard = of(0);
  profile.difficulty = 0.5f;
  const auto middling = of(0);
  profile.difficulty.reset();
  EXPECT_DOUBLE_EQ(of(0).quality, middling.quality) << "the middle is as if nobody had asked";
  EXPECT_GT(hard.quality, middling.quality);
}

TEST_F(Scores, ExpectAnAnswerOfMeasuredLengthWithinTheLimits) {
  settings.models[0].facts.price = price("0", "1");
  const auto tokens = [&] { return candidate(0).expected_cost->in_picodollars() / 1'000'000; };
  EXPECT_EQ(tokens(), 512) << "assumed";
  around[0].output_tokens = 3000;
  around[0].answers = 50;
  EXPECT_EQ(tokens(), 3000);
  settings.models[0].facts.max_output = 2000;
  EXPECT_EQ(tokens(), 2000);
  profile.output_tokens = 100;
  EXPECT_EQ(tokens(), 100);
  profile.choices = 4;
  EXPECT_EQ(tokens(), 400);
}

TEST_F(Scores, ExpectThinkingToCostTheSameHoweverLongTheInput) {
  settings.models[0].facts.price = price("1", "2");
  around[0].output_tokens = 0;
  const auto cost = [&](core::Tokens input, core::Tokens reasoning) {
    profile.input_tokens = input;
    around[0].reasoning_tokens = reasoning;
    around[0].answers = 1e6;
    return candidate(0).expected_cost->in_picodollars() / 1'000'000;
  };
  EXPECT_NEAR(static_cast<double>(cost(10, 500) - cost(10, 0)), 1000, 4);
  EXPECT_NEAR(static_cast<double>(cost(9000, 500) - cost(9000, 0)), 1000, 4);
  profile.output_tokens = 100;
  EXPECT_NEAR(static_cast<double>(cost(10, 500) - cost(10, 0)), 200, 4) << "it counts towards the limit";
}

TEST_F(Scores, PresumeWhoWasHardlyMeasuredToWriteAsTheOthersDoAndNotToThink) {
  for (auto& one : settings.models) one.facts.price = price("0", "1");
  around[0].output_tokens = 200;
  around[0].answers = 50;
  around[1].output_tokens = 800;
  around[1].reasoning_tokens = 1000;
  const auto expected = [&](double answers) {
    around[1].answers = answers;
    return candidate(1).expected_cost->in_picodollars() / 1'000'000;
  };
  EXPECT_NEAR(static_cast<double>(expected(0)), 200, 2);
  EXPECT_NEAR(static_cast<double>(expected(1e6)), 1800, 2);
  EXPECT_GT(expected(3), expected(1));
  EXPECT_LT(expected(3), 1500);
}

TEST_F(Scores, ReserveTheWorstCase) {
  settings.models[0].facts.price = price("1", "10");
  profile.most_input_tokens = 2000;
  const auto dollars = [&] { return candidate(0).worst_cost->to_string(); };
  EXPECT_EQ(dollars(), "0.08392") << "2,000 tokens in, 8,192 out";
  settings.models[0].facts.max_output = 1000;
  EXPECT_EQ(dollars(), "0.012");
  profile.output_tokens = 100;
  profile.choices = 3;
  EXPECT_EQ(dollars(), "0.009");
  around[0].overrun = 5;
  EXPECT_EQ(dollars(), "0.009") << "of one attempt";
}

TEST_F(Scores, EmbeddingsHaveNoOutput) {
  settings.models[0].facts.price = price("1", "0");
  settings.models[0].facts.price->rates[catalog::Rate::output].reset();
  profile.kind = catalog::Kind::embedding;
  EXPECT_EQ(candidate(0).expected_cost->to_string(), "0.001");
  EXPECT_EQ(candidate(0).worst_cost->to_string(), "0.001");
}

}  // namespace headgate::routing
