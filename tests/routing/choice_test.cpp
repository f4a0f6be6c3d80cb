#include <array>
#include <cmath>

#include "routing/support.hpp"

namespace headgate::routing {
namespace {

using core::Capability;
using namespace std::chrono_literals;
using testing::ElementsAre;

Scheduler chance(double temperature = 0.1, double exploration = 0.02) {
  Scheduler scheduler;
  scheduler.temperature = temperature;
  scheduler.exploration = exploration;
  return scheduler;
}

// Three models, good and dear to weak and cheap.
struct Choice : testing::Test {
  Choice()
      : settings(settings_of({priced("large", "10", "30"), priced("medium", "2", "6"), priced("small", "1", "3")},
                             chance())) {}
  Plan plan(double draw = 0) const { return planned(Router(settings), profile, around, draw); }
  std::vector<std::string> order(double draw = 0) const { return names(Router(settings), plan(draw)); }
  double probability(ModelIndex model, double draw = 0) const {
    for (const auto& candidate : plan(draw).candidates)
      if (candidate.model == model) return candidate.probability;
    return -1;
  }

  Settings settings;
  Profile profile = asking("auto");
  Measured around;
};

}  // namespace

TEST_F(Choice, IsProportionalToTheExponentialOfTheScores) {
  settings.scheduler.exploration = 0;
  const auto candidates = plan().candidates;
  const double ratio = candidates[0].probability / candidates[1].probability;
  EXPECT_NEAR(ratio, std::exp((candidates[0].score.total() - candidates[1].score.total()) / 0.1), ratio * 1e-9);
}

TEST_F(Choice, AsksEachAsOftenAsItsProbabilitySays) {
  const Router router(settings);
  std::map<ModelIndex, int> first;
  constexpr int draws = 10'000;
  for (int i = 0; i < draws; ++i) ++first[planned(router, profile, around, (i + 0.5) / draws).candidates[0].model];
  for (ModelIndex model = 0; model < 3; ++model) EXPECT_NEAR(first[model], probability(model) * draws, 2) << model;
}

TEST_F(Choice, TellsTheSameProbabilitiesWhateverTheDraw) {
  const double before = probability(0);
  for (const double draw : {0.3, 0.6, 0.999999}) EXPECT_EQ(probability(0, draw), before);
}

TEST_F(Choice, AsksTheRestByScore) {
  for (const double draw : {0.0, 0.5, 0.9999}) {
    const auto candidates = plan(draw).candidates;
    EXPECT_GE(candidates[1].score.total(), candidates[2].score.total());
  }
}

TEST_F(Choice, ExploresTheDearLess) {
  settings.scheduler.temperature = 0;
  settings.models[0].facts.price = price("11", "11");
  settings.models[1].facts.price = price("2", "2");
  settings.models[2].facts.price = price("1", "1");
  Use use;
  use.objective = Objective::cost;
  settings.rules = {{"cheap", {}, use}};
  EXPECT_NEAR(probability(1), 0.02 / 3, 1e-5) << "up to twice the least: all the same";
  EXPECT_NEAR(probability(0), 0.02 / 3 / 10, 1e-5) << "ten times the least more: a tenth";
  EXPECT_NEAR(probability(0) + probability(1) + probability(2), 1, 1e-9);
}

TEST_F(Choice, ExploresAllAlikeWhosePricesNobodyKnows) {
  for (auto& model : settings.models) model.facts.price.reset();
  settings.scheduler.temperature = 0;
  const auto candidates = plan().candidates;
  EXPECT_NEAR(candidates[0].probability, 0.98 + 0.02 / 3, 1e-9);
  for (const std::size_t other : {1u, 2u}) EXPECT_NEAR(candidates[other].probability, 0.02 / 3, 1e-9);
  settings.scheduler.exploration = 0;
  for (const double draw : {0.0, 0.5, 0.9999}) EXPECT_EQ(plan(draw).candidates[0].probability, 1);
}

// A bound that follows from what is known before: the number of models and how much dearer it is.
TEST_F(Choice, AsksEvenTheDearestOnceInSoManyRequests) {
  settings.scheduler = chance(0, 0.005);
  settings.models[0].facts.price = price("20", "20");
  settings.models[2].facts.price = price("1", "1");
  const Router router(settings);
  const int bound = static_cast<int>(std::ceil(3 * (20 - 1) / 0.005));
  int asked = 0;
  for (int i = 0; i < bound; ++i)
    asked += planned(router, profile, around, (i + 0.5) / bound).candidates[0].model == 0 ? 1 : 0;
  EXPECT_GE(asked, 1);
  EXPECT_LE(asked, 2);
}

TEST_F(Choice, DoesNotExploreWhoBreaksALimit) {
  settings.scheduler = chance(1, 1);
  constexpr std::array quality{0.9, 0.9, 0.5};
  for (ModelIndex model = 0; model < 3; ++model) set_quality(settings.models[model], Capability::code, quality[model]);
  profile.capability = Capability::code;
  Use use;
  use.min_quality = 0.7;
  use.max_cost = money("0.01");
  settings.rules = {{"limits", {}, use}};
  for (const double draw : {0.0, 0.3, 0.6, 0.9999}) EXPECT_THAT(order(draw), ElementsAre("medium"));
}

TEST_F(Choice, GivesOneOfEqualsAllAtNoTemperature) {
  settings = settings_of({model("a"), model("b")});
  for (auto& model : settings.models) set_quality(model, Capability::code, 0.5);
  profile.capability = Capability::code;
  EXPECT_EQ(probability(0), 1);
  EXPECT_EQ(probability(1), 0);
}

// docs/routing.svg
TEST_F(Choice, IsThatOfTheExampleInTheDocuments) {
  settings = settings_of({priced("large", "10", "0"), priced("medium", "2", "0"), priced("small", "1", "0")},
                         chance(0.1, 0.005));
  constexpr std::array quality{0.86, 0.78, 0.62}, score{0.37, 0.47, 0.62}, share{0.06, 0.18, 0.76};
  for (ModelIndex model = 0; model < 3; ++model) {
    set_quality(settings.models[model], Capability::code, quality[model]);
    around[model].first_token = 2000ms / (1 << model);
  }
  profile.capability = Capability::code;
  for (const auto& candidate : plan().candidates) {
    EXPECT_NEAR(candidate.score.total(), score[candidate.model], 0.005);
    EXPECT_NEAR(candidate.probability, share[candidate.model], 0.005);
  }
}

TEST_F(Choice, SharesBetweenEquals) {
  settings = settings_of({model("a"), model("b")}, chance());
  for (auto& model : settings.models) set_quality(model, Capability::code, 0.5);
  profile.capability = Capability::code;
  EXPECT_DOUBLE_EQ(probability(0), 0.5);
}

TEST_F(Choice, PutsWhoCannotBeAskedLast) {
  settings.scheduler = chance(0, 0);
  const auto best = plan().candidates[0].model;
  around[best].refused = true;
  const auto candidates = plan().candidates;
  EXPECT_EQ(candidates[2].model, best);
  EXPECT_EQ(candidates[2].probability, 0);
}

TEST_F(Choice, KeepsAPlanWhenNobodyCanBeAsked) {
  for (ModelIndex model = 0; model < 3; ++model) around[model].refused = true;
  for (const auto& candidate : plan(0.5).candidates) EXPECT_EQ(candidate.probability, 0);
  EXPECT_EQ(plan(0.5).candidates.size(), 3);
}

TEST_F(Choice, GivesWhoComesBackAShareOfItsTraffic) {
  settings.scheduler.exploration = 0;
  const double well = probability(2);
  around[2].share = 0.1;
  EXPECT_NEAR(probability(2), well * 0.1, 1e-9);
  EXPECT_NEAR(probability(0) + probability(1) + probability(2), 1, 1e-9);
}

TEST_F(Choice, GivesTheNextBestWhatTheBestMayNotTakeYet) {
  settings.scheduler = chance(0, 0);
  ASSERT_EQ(probability(2), 1);
  around[2].share = 0.1;
  EXPECT_NEAR(probability(2), 0.1, 1e-9);
  EXPECT_NEAR(probability(1), 0.9, 1e-9);
}

TEST_F(Choice, GivesAllToThoseThatComeBackWhenNobodyElseIsThere) {
  for (ModelIndex model = 0; model < 3; ++model) around[model].share = 0.1;
  EXPECT_NEAR(probability(0) + probability(1) + probability(2), 1, 1e-9);
}

TEST_F(Choice, IsCertainOfANamedModel) {
  profile.model = "large";
  for (const double draw : {0.0, 0.9999}) {
    EXPECT_EQ(order(draw)[0], "large");
    EXPECT_EQ(plan(draw).candidates[0].probability, 1);
    EXPECT_EQ(plan(draw).candidates[1].probability, 0);
  }
}

TEST_F(Choice, WeighsTheEquivalentsOfANamedModelThatCannotBeAsked) {
  profile.model = "large";
  around[0].refused = true;
  EXPECT_EQ(probability(0), 0);
  EXPECT_GT(probability(1), 0);
  EXPECT_GT(probability(2), 0);
  EXPECT_EQ(order()[2], "large");
}

TEST_F(Choice, IsCertainOfTheFirstOfAList) {
  const std::vector<std::string> fallbacks{"large"};
  profile.model = "small";
  profile.fallbacks = fallbacks;
  EXPECT_THAT(order(0.9999), ElementsAre("small", "large"));
  EXPECT_EQ(probability(2), 1);
}

TEST_F(Choice, SuffixesSortByPriceAndBySpeed) {
  around[0].tokens_per_second = 90;
  around[2].tokens_per_second = 120;
  profile.model = "auto:floor";
  EXPECT_THAT(order(0.9999), ElementsAre("small", "medium", "large"));
  EXPECT_EQ(probability(2), 1);
  EXPECT_EQ(plan().objective, Objective::cost);
  profile.model = "pool:default:nitro";
  EXPECT_THAT(order(0.9999), ElementsAre("small", "large", "medium")) << "who was not measured is last";
  EXPECT_EQ(plan().objective, Objective::latency);
}

TEST_F(Choice, ASuffixSortsTheEquivalentsOfANamedModel) {
  profile.model = "medium:floor";
  EXPECT_THAT(order(0.9999), ElementsAre("medium", "small", "large"));
}

TEST_F(Choice, SortHintsWorkLikeSuffixes) {
  around[0].first_token = 100ms;
  around[1].first_token = 200ms;
  profile.hints.sort = Sort::latency;
  EXPECT_THAT(order(0.9999), ElementsAre("large", "medium", "small"));
  profile.hints.sort = Sort::price;
  EXPECT_THAT(order(0.9999), ElementsAre("small", "medium", "large"));
}

TEST_F(Choice, FollowsTheClientsOrderOfProviders) {
  settings.models[0].provider = "second";
  settings.models[1].provider = "first";
  const std::vector<std::string> preferred{"first", "second"};
  profile.hints.order = preferred;
  EXPECT_THAT(order(0.9999), ElementsAre("medium", "large", "small"));
  EXPECT_EQ(probability(1), 1);
}

}  // namespace headgate::routing
