// Serving without a file.
#include "headgate/providers/vendor.hpp"
#include "support.hpp"

namespace headgate::config {
namespace {

std::vector<std::string> names(const Settings& settings) {
  std::vector<std::string> list;
  for (const auto& account : settings.providers) list.push_back(account.name);
  return list;
}

void expect_consistent(const Settings& settings) {
  for (const auto& pool : settings.routing.pools) {
    EXPECT_FALSE(pool.models.empty()) << pool.name;
    for (const auto& name : pool.models) {
      const auto& models = settings.routing.models;
      EXPECT_TRUE(std::any_of(models.begin(), models.end(), [&](const auto& model) { return model.name == name; }))
          << name;
    }
  }
  ASSERT_FALSE(settings.routing.pools.empty());
  EXPECT_EQ(settings.routing.pools[0].name, "default");
}

}  // namespace

TEST(Defaults, KeysInTheEnvironmentBecomeProviders) {
  World world;
  world.variables = {{"OPENAI_API_KEY", "k"}, {"GROQ_API_KEY", "g"}};
  const auto settings = defaults(world.environment());
  EXPECT_EQ(names(settings), (std::vector<std::string>{"openai", "groq"}));
  EXPECT_EQ(settings.providers[0].key.reveal(), "k");
  EXPECT_EQ(settings.routing.models[0].name, "gpt-4o");
  expect_consistent(settings);
}

TEST(Defaults, EmptyAndUnusableKeysDoNotCount) {
  World world;
  world.variables = {{"OPENAI_API_KEY", ""}, {"GROQ_API_KEY", "two words"}, {"DEEPSEEK_API_KEY", "k"}};
  EXPECT_EQ(names(defaults(world.environment())), (std::vector<std::string>{"deepseek"}));
}

TEST(Defaults, WithoutKeysTwoSimulatedProvidersAnswer) {
  const auto settings = defaults(Environment{});
  ASSERT_EQ(settings.providers.size(), 2u);
  for (const auto& account : settings.providers) EXPECT_EQ(account.type, "simulated");
  EXPECT_EQ(settings.routing.pools[0].models.size(), 2u);
  EXPECT_EQ(settings.access.auth, access::Auth::open);
  expect_consistent(settings);
}

TEST(Defaults, EveryVendorWithAUsualVariableIsFound) {
  World world;
  std::vector<std::string> wanted;
  for (const auto& vendor : providers::vendors()) {
    if (vendor.key_env.empty() || vendor.base_url.empty()) continue;  // an address of one's own must be written down
    world.variables[std::string(vendor.key_env)] = "k";
    wanted.emplace_back(vendor.name);
  }
  const auto settings = defaults(world.environment());
  auto found = names(settings);
  std::sort(found.begin(), found.end());
  std::sort(wanted.begin(), wanted.end());
  EXPECT_EQ(found, wanted);
  expect_consistent(settings);
}

TEST(Defaults, DemoHasVisibleOutages) {
  const auto settings = demo(Environment{});
  const auto& accounts = settings.providers;
  EXPECT_TRUE(
      std::any_of(accounts.begin(), accounts.end(), [](const auto& a) { return a.simulation.outage_for.count() > 0; }));
  expect_consistent(settings);
}

}  // namespace headgate::config
