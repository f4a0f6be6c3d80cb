// The router and the track records together, minute by minute of simulated time: how soon the traffic
// follows what answers really cost. The larger simulation is tests/bench/scheduler.
#include <algorithm>

#include "headgate/budget/track_record.hpp"
#include "routing/support.hpp"
#include "support/random.hpp"

namespace headgate::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr minutes window{10};
constexpr core::Tokens input = 1000, output = 200;

Settings three_models() {
  Settings settings = settings_of(
      {priced("near", "0.5", "1"), priced("favourite", "0.3", "0.6"), priced("dear", "3", "15")}, Scheduler());
  for (auto& model : settings.models) set_quality(model, core::Capability::chat, 0.8);
  Use use;
  use.objective = Objective::cost;
  settings.rules = {{"cheap", {}, use}};
  return settings;
}

class Recorded final : public Surroundings {
 public:
  Recorded(const Router& router, budget::TrackRecords& records, core::TimePoint now)
      : router_(router), records_(records), now_(now) {}

  Reading of(ModelIndex model, std::optional<core::Capability> capability, core::Tokens input_tokens) const override {
    const auto figures = records_.figures(router_.models()[model].name, capability, input_tokens, std::nullopt, now_);
    Reading reading;
    reading.overrun = figures.overrun;
    reading.success_rate = figures.success_rate;
    reading.output_tokens = figures.output_tokens;
    reading.reasoning_tokens = figures.reasoning_tokens;
    reading.answers = figures.answers;
    return reading;
  }

 private:
  const Router& router_;
  budget::TrackRecords& records_;
  core::TimePoint now_;
};

class Town {
 public:
  void take(Settings settings) { router_ = Router(std::move(settings)); }
  // Tokens of reasoning, before every answer of the favourite.
  void let_favourite_think(core::Tokens thinking) { thinking_ = thinking; }

  // One request in half a second. The share the favourite was given.
  double share_during(core::Duration length) {
    int asked = 0, favourite = 0;
    for (const auto end = now_ + length; now_ < end; now_ += milliseconds(500), ++asked)
      favourite += ask() == favourite_ ? 1 : 0;
    return static_cast<double>(favourite) / asked;
  }

 private:
  static constexpr ModelIndex favourite_ = 1;

  ModelIndex ask() {
    auto profile = asking("auto");
    profile.capability = core::Capability::chat;
    const double draw = static_cast<double>(random_.below(1'000'000)) / 1e6;
    const auto chosen = planned(router_, profile, Recorded(router_, records_, now_), draw).candidates.front().model;
    const auto& model = router_.models()[chosen];
    core::Usage used;
    used.input = input;
    used.output = output;
    if (chosen == favourite_) used.reasoning = thinking_;
    budget::Observation seen;
    seen.success = true;
    seen.list_price = seen.cost = model.facts.price->cost(used);
    seen.input_tokens = input;
    seen.output_tokens = output;
    seen.reasoning_tokens = used.reasoning;
    records_.add(model.name, core::Capability::chat, seen, now_);
    return chosen;
  }

  test::Random random_{7};
  core::TimePoint now_{std::chrono::hours(1000)};
  Router router_{three_models()};
  budget::TrackRecords records_{window, {"near", "favourite", "dear"}};
  core::Tokens thinking_ = 0;
};

}  // namespace

TEST(PriceStep, MovesTheShareWithinTwoWindowsWhenAnswersSilentlyCostThreeTimesAsMuch) {
  Town town;
  town.share_during(window);
  ASSERT_GT(town.share_during(window), 0.9);
  town.let_favourite_think(1400);  // 0.00042 dollars an answer becomes 0.00126; the next best costs 0.0007
  town.share_during(2 * window);
  EXPECT_LT(town.share_during(window), 0.1);
}

TEST(PriceStep, BringsTheShareBackOnceAnswersCostWhatTheyDid) {
  Town town;
  town.let_favourite_think(1400);
  town.share_during(2 * window);
  ASSERT_LT(town.share_during(window), 0.1);
  town.let_favourite_think(0);  // seen only through what is left to chance
  town.share_during(2 * window);
  EXPECT_GT(town.share_during(window), 0.9);
}

TEST(PriceStep, MovesTheShareAtOnceWhenTheListPriceTriples) {
  Town town;
  ASSERT_GT(town.share_during(window), 0.9);
  auto dearer = three_models();
  dearer.models[1].facts.price = price("0.9", "1.8");
  town.take(dearer);
  EXPECT_LT(town.share_during(minutes(1)), 0.1);
}

TEST(PriceStep, LeavesTheShareAloneWhenTheFavouriteStaysTheCheapest) {
  Town town;
  town.share_during(window);
  town.let_favourite_think(100);  // 0.00048 dollars
  EXPECT_GT(town.share_during(2 * window), 0.9);
}

}  // namespace headgate::routing
