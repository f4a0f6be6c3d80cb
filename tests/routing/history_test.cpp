// What holds of every plan, over random settings, requests and measurements.
#include <cmath>
#include <limits>
#include <set>

#include "routing/support.hpp"
#include "support/random.hpp"

namespace headgate::routing {
namespace {

using test::Random;
constexpr int rounds = 3000;

double fraction(Random& random) { return static_cast<double>(random.below(1000)) / 1000; }

core::FeatureSet some_features(Random& random) {
  core::FeatureSet set;
  for (std::size_t i = 0; i < core::feature_count; ++i)
    if (random.one_in(6)) set.add(static_cast<core::Feature>(i));
  return set;
}

Model some_model(Random& random, std::size_t number) {
  auto made = model("m" + std::to_string(number), "p" + std::to_string(random.below(3)));
  auto& facts = made.facts;
  if (!random.one_in(4))
    facts.price = price("0." + std::to_string(1 + random.below(99)), std::to_string(random.below(50)));
  if (random.one_in(9)) facts.price = free_of_charge();
  if (random.one_in(3)) facts.context_window = 500 + random.below(2000);
  if (random.one_in(12)) facts.kind = catalog::Kind::embedding;
  facts.supported = some_features(random);
  facts.lacking = some_features(random).without(facts.supported);
  for (std::size_t i = 0; i < core::capability_count; ++i)
    if (random.one_in(3)) set_quality(made, static_cast<core::Capability>(i), fraction(random));
  made.trust = static_cast<Trust>(random.below(3));
  if (random.one_in(2)) made.collects_data = random.one_in(2);
  return made;
}

Use some_use(Random& random) {
  Use use;
  if (random.one_in(2)) use.pool = "pool" + std::to_string(random.below(3));
  if (random.one_in(2)) use.objective = static_cast<Objective>(random.below(4));
  if (random.one_in(5))
    use.max_cost = core::Money::picodollars(static_cast<std::int64_t>(random.below(20'000'000'000)));
  if (random.one_in(5)) use.min_quality = fraction(random) * 0.7;
  if (random.one_in(5)) use.min_trust = static_cast<Trust>(random.below(3));
  if (random.one_in(5)) use.first_token_within = core::milliseconds(random.below(3000));
  return use;
}

Settings some_settings(Random& random) {
  Settings settings;
  const auto count = 1 + random.below(8);
  for (std::size_t i = 0; i < count; ++i) settings.models.push_back(some_model(random, i));
  for (const char* name : {"default", "code", "pool0", "pool1", "pool2"}) {
    settings.pools.push_back({name, {}});
    for (std::size_t i = 0; i < count; ++i)
      if (i == 0 || random.one_in(2)) settings.pools.back().models.push_back("m" + std::to_string(i));
  }
  for (std::size_t i = random.below(4); i > 0; --i) {
    settings.rules.push_back({"rule", {}, some_use(random)});
    if (random.one_in(2)) settings.rules.back().when.stream = random.one_in(2);
    if (random.one_in(2)) settings.rules.back().when.capabilities = {static_cast<core::Capability>(random.below(8))};
  }
  settings.scheduler.temperature = random.one_in(4) ? 0 : fraction(random);
  settings.scheduler.exploration = random.one_in(4) ? 0 : fraction(random) / 5;
  return settings;
}

Measured some_measures(Random& random) {
  Measured around;
  for (ModelIndex model = 0; model < 8; ++model) {
    auto& reading = around[model];
    reading.refused = random.one_in(6);
    if (random.one_in(4)) reading.share = 0.1 + 0.9 * fraction(random);
    reading.overrun = 1 + fraction(random);
    reading.success_rate = fraction(random);
    if (random.one_in(2)) reading.first_token = core::milliseconds(random.below(3000));
    if (random.one_in(2)) reading.tokens_per_second = static_cast<double>(1 + random.below(200));
    if (random.one_in(2)) reading.output_tokens = random.below(4000);
    if (random.one_in(4)) reading.reasoning_tokens = random.below(2000);
    reading.answers = 50 * fraction(random);
    if (random.one_in(4)) reading.feedback = fraction(random);
    reading.feedback_count = static_cast<std::uint32_t>(random.below(100));
    reading.budget_exhausted = random.one_in(10);
    reading.budget_degraded = random.one_in(8);
    if (random.one_in(4)) reading.over_target = 2 * fraction(random);
  }
  return around;
}

struct Situation {
  explicit Situation(Random& random) : settings(some_settings(random)), around(some_measures(random)) {
    constexpr std::array asked{"auto", "auto:code", "pool:code", "m0", "auto:floor", "m0:nitro"};
    profile = asking(asked[random.below(asked.size())]);
    profile.input_tokens = random.below(3000);
    profile.needs = random.one_in(2) ? some_features(random) : core::FeatureSet();
    profile.stream = random.one_in(2);
    if (random.one_in(2)) profile.capability = static_cast<core::Capability>(random.below(8));
    if (random.one_in(2)) profile.difficulty = static_cast<float>(fraction(random));
    if (random.one_in(5)) profile.fallbacks = fallbacks;
    draw = fraction(random);
  }
  std::vector<std::string> fallbacks{"m0", "pool:pool1"};
  Settings settings;
  Measured around;
  Profile profile;
  double draw = 0;
};

bool can_be_asked(const Situation& now, const Candidate& candidate) {
  return !now.around.readings.at(candidate.model).refused;
}

double least_cost(const Situation& now, const Plan& plan) {
  double least = std::numeric_limits<double>::infinity();
  for (const auto& candidate : plan.candidates)
    if (can_be_asked(now, candidate) && candidate.expected_cost)
      least = std::min(least, candidate.expected_cost->in_dollars());
  return least;
}

void expect_sound_probabilities(const Situation& now, const Plan& plan) {
  double sum = 0;
  std::size_t eligible = 0;
  for (const auto& candidate : plan.candidates) {
    ASSERT_TRUE(candidate.probability >= 0 && candidate.probability <= 1 + 1e-9) << candidate.probability;
    const bool is_out = plan.candidates.size() > 1 && !can_be_asked(now, candidate);
    ASSERT_TRUE(!is_out || candidate.probability == 0);
    eligible += can_be_asked(now, candidate) ? 1u : 0u;
    sum += candidate.probability;
  }
  if (plan.candidates.size() == 1) return;  // nothing is measured of one that was named and stands alone
  ASSERT_NEAR(sum, eligible > 0 ? 1 : 0, 1e-9);
  const bool is_chance =
      now.profile.fallbacks.empty() && (now.profile.model == "auto" || now.profile.model == "pool:code");
  if (!is_chance) return;
  const double even = now.settings.scheduler.exploration / static_cast<double>(std::max<std::size_t>(eligible, 1));
  const double cheapest = least_cost(now, plan);
  for (const auto& candidate : plan.candidates) {
    const double extra = candidate.expected_cost ? candidate.expected_cost->in_dollars() - cheapest : 0;
    ASSERT_TRUE(!can_be_asked(now, candidate) ||
                candidate.probability >= even / std::max(1.0, extra / (cheapest + 1e-6)) - 1e-9);
  }
}

void expect_each_once(const Plan& plan) {
  std::set<ModelIndex> seen;
  for (const auto& candidate : plan.candidates) ASSERT_TRUE(seen.insert(candidate.model).second);
  for (const auto& excluded : plan.excluded) ASSERT_TRUE(seen.insert(excluded.model).second);
}

void expect_finite(const Plan& plan) {
  for (const auto& candidate : plan.candidates) {
    ASSERT_TRUE(std::isfinite(candidate.score.total()));
    ASSERT_LE(candidate.score.cost, 0);
    ASSERT_LE(candidate.score.latency, 0);
    ASSERT_LE(candidate.score.health, 0);
    ASSERT_GE(candidate.score.quality, 0);
  }
}

}  // namespace

TEST(EveryPlan, HasSoundProbabilitiesAndEachModelOnce) {
  Random random(1);
  int plans = 0, refusals = 0;
  for (int i = 0; i < rounds; ++i) {
    const Situation now(random);
    const auto plan = Router(now.settings).plan(now.profile, now.around, now.draw);
    (plan ? plans : refusals)++;
    if (!plan) {
      ASSERT_FALSE(plan.error().message().empty());
      continue;
    }
    ASSERT_FALSE(plan->candidates.empty());
    ASSERT_NO_FATAL_FAILURE(expect_each_once(*plan));
    ASSERT_NO_FATAL_FAILURE(expect_finite(*plan));
    ASSERT_NO_FATAL_FAILURE(expect_sound_probabilities(now, *plan)) << "round " << i;
  }
  EXPECT_GT(plans, rounds / 2);
  EXPECT_GT(refusals, rounds / 50);
}

TEST(EveryPlan, ConsidersAllOfItsPool) {
  Random random(2);
  for (int i = 0; i < rounds; ++i) {
    Situation now(random);
    now.profile.model = "pool:code";
    now.profile.fallbacks = {};
    const Router router(now.settings);
    const auto plan = router.plan(now.profile, now.around, now.draw);
    if (!plan) continue;
    ASSERT_EQ(plan->candidates.size() + plan->excluded.size(), router.pools()[1].models.size());
  }
}

// At no temperature all that others than the best get is exploration.
TEST(EveryPlan, ExploresWithinItsShareOfTheRequestsAndOfTheMoney) {
  Random random(5);
  int explored = 0;
  for (int i = 0; i < rounds; ++i) {
    Situation now(random);
    now.profile.model = "pool:code";
    now.profile.fallbacks = {};
    now.settings.scheduler.temperature = 0;
    for (auto& [model, reading] : now.around.readings) reading.share = 1;
    const auto plan = Router(now.settings).plan(now.profile, now.around, 0);
    if (!plan || plan->candidates.size() < 2) continue;
    const double cheapest = least_cost(now, *plan);
    double most = 0, all = 0, money = 0;
    for (const auto& candidate : plan->candidates) {
      most = std::max(most, candidate.probability);
      all += candidate.probability;
    }
    for (const auto& candidate : plan->candidates)
      if (candidate.probability < most && candidate.expected_cost)
        money += candidate.probability * (candidate.expected_cost->in_dollars() - cheapest);
    ASSERT_LE(all - most, now.settings.scheduler.exploration + 1e-9);
    ASSERT_TRUE(!std::isfinite(cheapest) || money <= now.settings.scheduler.exploration * (cheapest + 1e-6) + 1e-9);
    explored += money > 0 ? 1 : 0;
  }
  EXPECT_GT(explored, rounds / 10);
}

TEST(EveryPlan, FollowsFromItsDraw) {
  Random random(3);
  for (int i = 0; i < rounds / 10; ++i) {
    const Situation now(random);
    const Router router(now.settings), again(now.settings);
    const auto a = router.plan(now.profile, now.around, now.draw), b = again.plan(now.profile, now.around, now.draw);
    ASSERT_EQ(a.has_value(), b.has_value());
    if (!a) continue;
    ASSERT_EQ(names(router, *a), names(again, *b));
    for (std::size_t k = 0; k < a->candidates.size(); ++k)
      ASSERT_EQ(a->candidates[k].probability, b->candidates[k].probability);
  }
}

TEST(EveryPlan, NeverPrefersAModelMoreForBeingWorse) {
  Random random(4);
  int compared = 0;
  for (int i = 0; i < rounds; ++i) {
    Situation now(random);
    now.profile.model = "pool:code";
    now.profile.fallbacks = {};
    now.settings.rules.clear();
    const auto share_of_first = [&] {
      const auto plan = Router(now.settings).plan(now.profile, now.around, now.draw);
      if (plan)
        for (const auto& candidate : plan->candidates)
          if (candidate.model == 0) return candidate.probability;
      return -1.0;
    };
    for (auto& [model, reading] : now.around.readings) reading.budget_degraded = false;
    const double before = share_of_first();
    auto& worse = now.around[0];
    switch (random.below(3)) {
      case 0: worse.overrun *= 1.5; break;
      case 1: worse.success_rate *= 0.9; break;
      default: worse.feedback = 0, worse.feedback_count = 100;
    }
    if (before < 0) continue;
    ASSERT_LE(share_of_first(), before + 1e-9) << "round " << i;
    ++compared;
  }
  EXPECT_GT(compared, rounds / 4);
}

}  // namespace headgate::routing
