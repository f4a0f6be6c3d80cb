#include "headgate/routing/router.hpp"

#include "routing/support.hpp"

namespace headgate::routing {
namespace {

using core::Code;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Settings settings(NamedModels named = NamedModels::equivalents) {
  Settings settings;
  for (const char* name : {"large", "medium", "small", "lonely"}) settings.models.push_back(model(name));
  settings.pools = {{"default", {"large", "small"}}, {"cheap", {"small", "medium"}}};
  settings.failover.named_models = named;
  settings.scheduler = without_chance();
  return settings;
}

struct Planned {
  std::string pool;
  std::vector<std::string> models;
};

Planned plan(const std::string& model, const std::vector<std::string>& fallbacks = {},
             NamedModels named = NamedModels::equivalents) {
  const Router router(settings(named));
  auto profile = asking(model);
  profile.fallbacks = fallbacks;
  const auto plan = planned(router, profile);
  return {std::string(plan.pool), names(router, plan)};
}

core::Error refused(const std::string& model, const std::vector<std::string>& fallbacks = {}) {
  auto profile = asking(model);
  profile.fallbacks = fallbacks;
  return refused(Router(settings()), profile);
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

TEST(Router, TriesANamedModelAloneWhenTheClientWantsNoFallbacks) {
  auto profile = asking("large");
  profile.hints.allow_fallbacks = false;
  const Router router(settings());
  EXPECT_THAT(names(router, planned(router, profile)), ElementsAre("large"));
}

TEST(Router, TriesAModelOutsideEveryPoolAlone) {
  EXPECT_THAT(plan("lonely").models, ElementsAre("lonely"));
  EXPECT_EQ(plan("lonely").pool, "");
}

TEST(Router, AutoIsTheDefaultPool) {
  EXPECT_EQ(plan("auto").pool, "default");
  EXPECT_THAT(plan("auto").models, ElementsAre("large", "small"));
}

TEST(Router, KeepsAPoolsRankingWhileNothingElseIsKnown) {
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

TEST(Router, NeverTriesAModelTwice) {
  EXPECT_THAT(plan("small", {"small", "large", "small"}).models, ElementsAre("small", "large"));
  auto twice = settings();
  twice.pools[0].models = {"large", "small", "large"};
  const Router router(twice);
  EXPECT_THAT(names(router, planned(router, asking("auto"))), ElementsAre("large", "small"));
}

struct RouterWithCapabilities : testing::Test {
  RouterWithCapabilities() {
    auto with = settings();
    with.pools.push_back({"code", {"medium"}});
    router.emplace(with);
  }
  std::string pool_of(const std::string& model, std::optional<core::Capability> capability = {}) const {
    auto profile = asking(model);
    profile.capability = capability;
    const auto plan = router->plan(profile, Measured(), 0);
    return plan ? std::string(plan->pool) : plan.error().message();
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
  EXPECT_TRUE(router->asks_for_capability(asking("auto")));
  for (const char* name : {"auto:code", "pool:code", "pool:default", "medium", "no such model"})
    EXPECT_FALSE(router->asks_for_capability(asking(name))) << name;
  EXPECT_FALSE(Router(settings()).asks_for_capability(asking("auto"))) << "no pool is named after a capability";
}

TEST_F(RouterWithCapabilities, AutoAmongTheFallbacksDependsOnItToo) {
  const std::vector<std::string> fallbacks{"auto"};
  auto profile = asking("medium");
  profile.fallbacks = fallbacks;
  EXPECT_TRUE(router->asks_for_capability(profile));
}

TEST_F(RouterWithCapabilities, EmbeddingsHaveNoCapability) {
  auto profile = asking("auto");
  profile.kind = catalog::Kind::embedding;
  EXPECT_FALSE(router->asks_for_capability(profile));
}

TEST(Router, AsksForTheCapabilityWhereModelsAreBetterAtOneThanAtAnother) {
  auto with = settings();
  set_quality(with.models[0], core::Capability::code, 0.9);
  const Router router(with);
  EXPECT_TRUE(router.asks_for_capability(asking("auto")));
  EXPECT_TRUE(router.asks_for_capability(asking("pool:default")));
  EXPECT_FALSE(router.asks_for_capability(asking("pool:cheap")));
  EXPECT_FALSE(router.asks_for_capability(asking("auto:floor"))) << "sorted by price alone";
  EXPECT_FALSE(router.asks_for_capability(asking("large")));
}

TEST(Router, AsksForTheDifficultyWhereItHasAChoiceByQuality) {
  EXPECT_FALSE(Router(settings()).asks_for_difficulty(asking("auto"))) << "nobody says which one is better";
  auto with = settings();
  for (auto& model : with.models) set_quality(model, core::Capability::code, 0.9);
  const Router router(with);
  for (const char* name : {"auto", "auto:code", "pool:cheap"})
    EXPECT_TRUE(router.asks_for_difficulty(asking(name))) << name;
  for (const char* name : {"large", "auto:floor", "pool:cheap:nitro", "no such model"})
    EXPECT_FALSE(router.asks_for_difficulty(asking(name))) << name;
  auto lone = with;
  lone.pools[0].models = {"large"};
  EXPECT_FALSE(Router(lone).asks_for_difficulty(asking("auto")));
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

TEST(Router, KeepsTheSuffixInItsGuess) {
  EXPECT_THAT(refused("larg:floor").message(), HasSubstr("Did you mean `large:floor`?"));
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
  const Router router(without);
  const auto error = routing::refused(router, asking("auto"));
  EXPECT_EQ(error.code(), Code::model_not_found);
  EXPECT_THAT(error.message(), Not(HasSubstr("Did you mean `auto`?")));
  EXPECT_FALSE(router.check_name("auto"));
}

TEST(Router, TellsWhichModelsItKnows) {
  const Router router(settings());
  EXPECT_TRUE(router.knows("large"));
  EXPECT_FALSE(router.knows("pool:default"));
  EXPECT_FALSE(router.knows("auto"));
}

TEST(Router, TellsWhichNamesAClientMaySay) {
  const Router router(settings());
  for (const char* name :
       {"large", "large:floor", "pool:cheap", "pool:cheap:nitro", "auto", "auto:code", "auto:floor", "auto:code:nitro"})
    EXPECT_TRUE(router.check_name(name)) << name;
  for (const char* name : {"", "larg", "pool:", "pool:floor", "auto:", "large:floor:floor", ":floor", "large:fast"})
    EXPECT_FALSE(router.check_name(name)) << name;
}

TEST(Router, TakesANameThatEndsLikeASuffixForWhatItIs) {
  auto odd = settings();
  odd.models.push_back(model("odd:floor"));
  const Router router(odd);
  EXPECT_THAT(names(router, planned(router, asking("odd:floor"))), ElementsAre("odd:floor"));
  EXPECT_THAT(names(router, planned(router, asking("odd:floor:nitro"))), ElementsAre("odd:floor"));
}

TEST(Router, MeasuresNothingWhereThereIsNothingToChoose) {
  const Router router(settings(NamedModels::strict));
  Measured around;
  planned(router, asking("large"), around);
  EXPECT_THAT(around.asked, testing::IsEmpty());
  auto limited = asking("large");
  limited.hints.max_cost = money("1");
  refused(router, limited, around);
  EXPECT_THAT(around.asked, ElementsAre(testing::Pair(0, 1)));
}

TEST(Router, MeasuresAModelOnce) {
  const Router router(settings());
  Measured around;
  planned(router, asking("small"), around);
  EXPECT_THAT(around.asked, ElementsAre(testing::Pair(0, 1), testing::Pair(1, 1), testing::Pair(2, 1)));
}

TEST(Router, KeepsItsRulesWhereAPlanPointsToThemWhenItIsMoved) {
  auto with = settings();
  with.rules.push_back({"all", {}, {}});
  Router router(with);
  const auto plan = planned(router, asking("auto"));
  const Router moved = std::move(router);
  EXPECT_EQ(plan.rule, &moved.rules()[0]);
}

}  // namespace headgate::routing
