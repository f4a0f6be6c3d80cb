// Settings, requests and measurements for the tests of routing.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "headgate/routing/router.hpp"

namespace headgate::routing {

inline core::Money money(std::string_view dollars) { return core::Money::parse(dollars).value(); }

// From dollars per million tokens.
inline catalog::Price price(std::string_view input, std::string_view output) {
  catalog::Price price;
  price.rates[catalog::Rate::input] = core::Money::picodollars(money(input).in_picodollars() / 1'000'000);
  price.rates[catalog::Rate::output] = core::Money::picodollars(money(output).in_picodollars() / 1'000'000);
  return price;
}

inline catalog::Price free_of_charge() {
  catalog::Price price;
  price.free = true;
  return price;
}

inline Use of_pool(std::string name) {
  Use use;
  use.pool = std::move(name);
  return use;
}

inline core::FeatureSet features(std::initializer_list<core::Feature> list) {
  core::FeatureSet set;
  for (const auto feature : list) set.add(feature);
  return set;
}

inline Model model(std::string name, std::string provider = "lab") {
  Model model;
  model.upstream = name;
  model.name = std::move(name);
  model.provider = std::move(provider);
  return model;
}

inline Model priced(std::string name, std::string_view input, std::string_view output) {
  auto priced = model(std::move(name));
  priced.facts.price = price(input, output);
  return priced;
}

inline void set_quality(Model& model, core::Capability capability, double score) {
  model.facts.quality[static_cast<std::size_t>(capability)] = catalog::Quality{score, "own"};
}

// Whoever is best is asked, whatever the draw.
inline Scheduler without_chance() {
  Scheduler scheduler;
  scheduler.exploration = scheduler.temperature = 0;
  return scheduler;
}

// A pool `default` of all the models, in their order.
inline Settings settings_of(std::vector<Model> models, Scheduler scheduler = without_chance()) {
  Settings settings;
  Pool pool{"default", {}};
  for (const auto& model : models) pool.models.push_back(model.name);
  settings.models = std::move(models);
  settings.pools = {pool};
  settings.scheduler = scheduler;
  return settings;
}

// What the tests say is measured; of the others nothing.
class Measured final : public Surroundings {
 public:
  Reading of(ModelIndex model, std::optional<core::Capability>, core::Tokens) const override {
    ++asked[model];
    const auto found = readings.find(model);
    return found == readings.end() ? Reading() : found->second;
  }
  Reading& operator[](ModelIndex model) { return readings[model]; }

  std::map<ModelIndex, Reading> readings;
  mutable std::map<ModelIndex, int> asked;
};

inline Profile asking(std::string_view model) {
  Profile profile;
  profile.model = model;
  profile.input_tokens = profile.most_input_tokens = 1000;
  return profile;
}

inline std::vector<std::string> names(const Router& router, const Plan& plan) {
  std::vector<std::string> out;
  for (const auto& candidate : plan.candidates) out.push_back(router.models()[candidate.model].name);
  return out;
}

// `name: reason` of the excluded.
inline std::vector<std::string> reasons(const Router& router, const Plan& plan) {
  std::vector<std::string> out;
  for (const auto& one : plan.excluded)
    out.push_back(router.models()[one.model].name + ": " + std::string(name_of(one.reason)));
  return out;
}

inline Plan planned(const Router& router, const Profile& profile, const Surroundings& around = Measured(),
                    double draw = 0) {
  const auto plan = router.plan(profile, around, draw);
  EXPECT_TRUE(plan) << plan.error().message();
  return plan ? *plan : Plan();
}

inline core::Error refused(const Router& router, const Profile& profile, const Surroundings& around = Measured()) {
  const auto plan = router.plan(profile, around, 0);
  EXPECT_FALSE(plan);
  return plan ? core::Error() : plan.error();
}

}  // namespace headgate::routing
