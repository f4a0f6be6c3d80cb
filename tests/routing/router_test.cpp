#include "headgate/routing/router.hpp"

#include <gmock/gmock.h>

namespace headgate::routing {
namespace {

using core::Code;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Settings settings(NamedModels named = NamedModels::equivalents) {
  Settings settings;
  for (const char* name : {"large", "medium", "small", "lonely"}) settings.models.push_back({name, "lab", name});
  settings.pools = {{"default", {"large", "small"}}, {"cheap", {"small", "medium"}}};
  settings.failover.named_models = named;
  return settings;
}

std::vector<std::string> names(const Router& router, const Plan& plan) {
  std::vector<std::string> out;
  for (const auto& candidate : plan.candidates) out.push_back(router.models()[candidate.model].name);
  return out;
}

struct Planned {
  std::string pool;
  std::vector<std::string> models;
};

Planned plan(const std::string& model, const std::vector<std::string>& fallbacks = {},
             NamedModels named = NamedModels::equivalents) {
  const Router router(settings(named));
  const auto plan = router.plan(model, fallbacks);
  EXPECT_TRUE(plan) << plan.error().message();
  return plan ? Planned{plan->pool, names(router, *plan)} : Planned{};
}

core::Error refused(const std::string& model, const std::vector<std::string>& fallbacks = {}) {
  const auto plan = Router(settings()).plan(model, fallbacks);
  EXPECT_FALSE(plan);
  return plan ? core::Error() : plan.error();
}

}  // namespace

TEST(Router, TriesANamedModelFirstAndItsEquivalentsAfter) {
  EXPECT_THAT(plan("large").models, ElementsAre("large", "small"));
  EXPECT_EQ(plan("large").pool, "default");
}

TEST(Router, GathersEquivalentsFromEveryPoolThatListsTheModel) {
  EXPECT_THAT(plan("small").models, ElementsAre("small", "large", "medium"));
}

TEST(Router, TriesANamedModelAloneWhenStrict) {
  const auto strict = plan("large", {}, NamedModels::strict);
  EXPECT_THAT(strict.models, ElementsAre("large"));
  EXPECT_EQ(strict.pool, "");
}

TEST(Router, TriesAModelOutsideEveryPoolAlone) {
  EXPECT_THAT(plan("lonely").models, ElementsAre("lonely"));
  EXPECT_EQ(plan("lonely").pool, "");
}

TEST(Router, AutoIsTheDefaultPool) {
  EXPECT_EQ(plan("auto").pool, "default");
  EXPECT_THAT(plan("auto").models, ElementsAre("large", "small"));
}

TEST(Router, KeepsAPoolsRanking) {
  EXPECT_EQ(plan("pool:cheap").pool, "cheap");
  EXPECT_THAT(plan("pool:cheap").models, ElementsAre("small", "medium"));
}

TEST(Router, TriesFallbacksInTheClientsOrderAndNothingElse) {
  EXPECT_THAT(plan("lonely", {"medium", "large"}).models, ElementsAre("lonely", "medium", "large"));
  EXPECT_THAT(plan("large", {"lonely"}).models, ElementsAre("large", "lonely"));
}

TEST(Router, TakesPoolsAsFallbacks) {
  const auto planned = plan("lonely", {"pool:cheap", "auto"});
  EXPECT_THAT(planned.models, ElementsAre("lonely", "small", "medium", "large"));
  EXPECT_EQ(planned.pool, "cheap");
}

struct RouterWithCapabilities : testing::Test {
  RouterWithCapabilities() {
    auto with = settings();
    with.pools.push_back({"code", {"medium"}});
    router.emplace(with);
  }
  std::string pool_of(const std::string& model, std::optional<core::Capability> capability = {}) const {
    const auto plan = router->plan(model, {}, capability);
    return plan ? plan->pool : plan.error().message();
  }
  std::optional<Router> router;
};

TEST_F(RouterWithCapabilities, AutoTakesThePoolOfTheCapability) {
  EXPECT_EQ(pool_of("auto", core::Capability::code), "code");
}

TEST_F(RouterWithCapabilities, AutoTakesTheDefaultPoolForAnyOtherAndForNone) {
  EXPECT_EQ(pool_of("auto", core::Capability::chat), "default");
  EXPECT_EQ(pool_of("auto"), "default");
}

TEST_F(RouterWithCapabilities, AClientMayNameTheCapability) {
  EXPECT_EQ(pool_of("auto:code", core::Capability::chat), "code");
  EXPECT_EQ(pool_of("auto:summarization"), "default");
  EXPECT_THAT(pool_of("auto:cod"), HasSubstr("Did you mean `auto:code`?"));
}

TEST_F(RouterWithCapabilities, OnlyAutoDependsOnTheCapability) {
  EXPECT_TRUE(router->asks_for_capability("auto"));
  for (const char* name : {"auto:code", "pool:code", "medium"}) EXPECT_FALSE(router->asks_for_capability(name)) << name;
  EXPECT_FALSE(Router(settings()).asks_for_capability("auto")) << "no pool is named after a capability";
}

TEST(Router, NeverTriesAModelTwice) {
  EXPECT_THAT(plan("small", {"small", "large", "small"}).models, ElementsAre("small", "large"));
}

TEST(Router, NamesTheClosestModelWhenOneIsUnknown) {
  const auto error = refused("larg");
  EXPECT_EQ(error.code(), Code::model_not_found);
  EXPECT_EQ(error.status(), 404);
  EXPECT_EQ(error.param(), "model");
  EXPECT_THAT(error.message(), HasSubstr("`larg`"));
  EXPECT_THAT(error.message(), HasSubstr("Did you mean `large`?"));
}

TEST(Router, NamesTheClosestPoolWhenOneIsUnknown) {
  EXPECT_THAT(refused("pool:chaep").message(), HasSubstr("Did you mean `pool:cheap`?"));
}

TEST(Router, GuessesNothingForANameThatIsNearNone) {
  EXPECT_THAT(refused("something-else-entirely").message(), Not(HasSubstr("Did you mean")));
}

TEST(Router, RefusesAnUnknownFallback) {
  EXPECT_EQ(refused("large", {"smal"}).code(), Code::model_not_found);
  EXPECT_THAT(refused("large", {"smal"}).message(), HasSubstr("`small`"));
}

TEST(Router, DoesNotOfferAutoWhereThereIsNoDefaultPool) {
  auto without = settings();
  without.pools.erase(without.pools.begin());
  const auto plan = Router(without).plan("auto", {});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code(), Code::model_not_found);
  EXPECT_THAT(plan.error().message(), Not(HasSubstr("Did you mean `auto`?")));
}

TEST(Router, TellsWhichModelsItKnows) {
  const Router router(settings());
  EXPECT_TRUE(router.knows("large"));
  EXPECT_FALSE(router.knows("pool:default"));
  EXPECT_FALSE(router.knows("auto"));
}

}  // namespace headgate::routing
