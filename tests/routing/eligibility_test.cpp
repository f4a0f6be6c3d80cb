#include "routing/support.hpp"

namespace headgate::routing {
namespace {

using core::Feature;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// Two models: what is set of the second may exclude it.
struct Eligibility : testing::Test {
  Eligibility() : settings(settings_of({model("fine", "home"), model("other", "abroad")})) {
    for (auto& model : settings.models) model.facts.price = price("1", "1");
    settings.rules = {{"limits", {}, {}}};
  }
  std::vector<std::string> excluded() const {
    const Router router(settings);
    return reasons(router, planned(router, profile, around));
  }

  Settings settings;
  catalog::Entry& other() { return settings.models[1].facts; }
  Use& limits() { return settings.rules[0].use; }
  Profile profile = asking("auto");
  Measured around;
};

}  // namespace

TEST_F(Eligibility, ExcludesNobodyWithoutAReason) { EXPECT_THAT(excluded(), IsEmpty()); }

TEST_F(Eligibility, ExcludesAnotherKindAndNotAnUnknownOne) {
  other().kind = catalog::Kind::embedding;
  EXPECT_THAT(excluded(), ElementsAre("other: other_kind"));
}

TEST_F(Eligibility, ExcludesWhoLacksAnAbility) {
  other().lacking = features({Feature::tools, Feature::vision});
  EXPECT_THAT(excluded(), IsEmpty());
  profile.needs = features({Feature::tools, Feature::files});
  EXPECT_THAT(excluded(), ElementsAre("other: lacks_ability"));
  const auto plan = planned(Router(settings), profile);
  EXPECT_EQ(plan.excluded[0].lacking, features({Feature::tools}));
}

TEST_F(Eligibility, LetsPassWhatCanBeAdaptedAway) {
  const auto adapted = core::adaptable_features();
  other().lacking = adapted;
  profile.needs = adapted;
  EXPECT_THAT(excluded(), IsEmpty());
  settings.models[0].facts.supported = adapted;
  profile.hints.require_parameters = true;
  EXPECT_THAT(excluded(), ElementsAre("other: lacks_ability")) << "the client wants nothing adapted";
}

TEST_F(Eligibility, TakesLogProbabilitiesForAnAbilityThatCannotBeAdapted) {
  other().lacking = features({Feature::logprobs});
  profile.needs = features({Feature::logprobs});
  EXPECT_THAT(excluded(), ElementsAre("other: lacks_ability"));
}

TEST_F(Eligibility, TakesSeveralChoicesForAnAbilityThatCannotBeAdapted) {
  other().lacking = features({Feature::n});
  profile.needs = features({Feature::n});
  EXPECT_THAT(excluded(), ElementsAre("other: lacks_ability"));
}

TEST_F(Eligibility, ExcludesUnknownAbilitiesOnlyIfSomebodyWantsToBeSure) {
  settings.models[0].facts.supported = features({Feature::tools});
  profile.needs = features({Feature::tools});
  EXPECT_THAT(excluded(), IsEmpty());
  settings.scheduler.unknown_support = UnknownSupport::refuse;
  EXPECT_THAT(excluded(), ElementsAre("other: unknown_ability"));
  settings.scheduler.unknown_support = UnknownSupport::allow;
  profile.hints.require_parameters = true;
  EXPECT_THAT(excluded(), ElementsAre("other: unknown_ability"));
}

TEST_F(Eligibility, ExcludesAWindowThatIsTooSmallAndNotAnUnknownOne) {
  other().context_window = 1000;
  EXPECT_THAT(excluded(), IsEmpty());
  profile.input_tokens = 1001;
  EXPECT_THAT(excluded(), ElementsAre("other: context_window"));
}

TEST_F(Eligibility, TakesAModelThatWritesLessThanIsAskedFor) {
  other().max_output = 100;
  profile.output_tokens = 5000;
  EXPECT_THAT(excluded(), IsEmpty());
}

TEST_F(Eligibility, ExcludesWhoIsExpectedToCostMoreThanTheLimit) {
  other().price = price("1000", "1");  // a dollar for the input, and what the output costs
  limits().max_cost = money("1");
  EXPECT_THAT(excluded(), ElementsAre("other: max_cost"));
  limits().max_cost = money("1.001");
  EXPECT_THAT(excluded(), IsEmpty());
  around[1].overrun = 1.1;
  EXPECT_THAT(excluded(), ElementsAre("other: max_cost")) << "successes there cost more than the list says";
}

TEST_F(Eligibility, ExcludesAnUnknownPriceUnderALimitOfCost) {
  other().price.reset();
  EXPECT_THAT(excluded(), IsEmpty());
  profile.hints.max_cost = money("100");
  EXPECT_THAT(excluded(), ElementsAre("other: unknown_price"));
  profile.hints.max_cost.reset();
  profile.hints.max_input_price = money("0.1");
  EXPECT_THAT(excluded(), ElementsAre("other: unknown_price"));
}

TEST_F(Eligibility, ExcludesAPriceAboveTheClients) {
  profile.hints.max_output_price = money("0.000001");
  EXPECT_THAT(excluded(), IsEmpty());
  other().price = price("0.1", "1.1");
  EXPECT_THAT(excluded(), ElementsAre("other: max_price"));
  other().price = free_of_charge();
  EXPECT_THAT(excluded(), IsEmpty());
}

TEST_F(Eligibility, ExcludesWhoAnsweredTooLateAndNotWhoWasNotMeasured) {
  limits().first_token_within = 800ms;
  around[0].first_token = 800ms;
  EXPECT_THAT(excluded(), IsEmpty());
  around[1].first_token = 801ms;
  EXPECT_THAT(excluded(), ElementsAre("other: first_token_within"));
}

TEST_F(Eligibility, ExcludesWhoIsNotGoodEnoughForTheCapability) {
  profile.capability = core::Capability::code;
  set_quality(settings.models[0], core::Capability::code, 0.8);
  set_quality(settings.models[1], core::Capability::code, 0.6);
  limits().min_quality = 0.6;
  EXPECT_THAT(excluded(), IsEmpty());
  around[1].feedback = 0.1;
  around[1].feedback_count = 5;
  EXPECT_THAT(excluded(), ElementsAre("other: min_quality")) << "users say otherwise";
  around[1].feedback = 0.5;
  EXPECT_THAT(excluded(), IsEmpty()) << "five scores so close to the floor may be bad luck";
  limits().min_quality = 0.63;
  around[1].feedback = 0.64;
  EXPECT_THAT(excluded(), ElementsAre("other: min_quality")) << "doubt speaks for what was presumed, not for more";
}

TEST_F(Eligibility, ExcludesWhoIsTrustedLess) {
  limits().min_trust = Trust::high;
  settings.models[0].trust = Trust::high;
  EXPECT_THAT(excluded(), ElementsAre("other: trust_policy"));
}

TEST_F(Eligibility, ExcludesWhoIsNotKnownToForget) {
  settings.models[0].collects_data = false;
  profile.hints.deny_data_collection = true;
  EXPECT_THAT(excluded(), ElementsAre("other: data_policy"));
  settings.models[1].collects_data = false;
  EXPECT_THAT(excluded(), IsEmpty());
  settings.models[1].collects_data = true;
  profile.hints.deny_data_collection = false;
  limits().deny_data_collection = true;
  EXPECT_THAT(excluded(), ElementsAre("other: data_policy"));
}

TEST_F(Eligibility, FollowsTheClientsProviders) {
  const std::vector<std::string> home{"Home"}, abroad{"abroad"};
  profile.hints.only = home;
  EXPECT_THAT(excluded(), ElementsAre("other: provider_hint")) << "case does not count";
  profile.hints.only = {};
  profile.hints.ignore = abroad;
  EXPECT_THAT(excluded(), ElementsAre("other: provider_hint"));
  profile.hints.ignore = {};
  profile.hints.order = home;
  EXPECT_THAT(excluded(), IsEmpty());
  profile.hints.allow_fallbacks = false;
  EXPECT_THAT(excluded(), ElementsAre("other: provider_hint"));
}

TEST_F(Eligibility, KnowsAProviderByItsVendorToo) {
  const std::vector<std::string> only{"acme"};
  settings.models[0].facts.vendor = "acme";
  profile.hints.only = only;
  EXPECT_THAT(excluded(), ElementsAre("other: provider_hint"));
}

TEST_F(Eligibility, ExcludesWhoseBudgetIsSpent) {
  around[1].budget_exhausted = true;
  EXPECT_THAT(excluded(), ElementsAre("other: budget_exceeded"));
}

TEST_F(Eligibility, LeavesOnlyTheCheapestWhenABudgetIsNearlySpent) {
  around[0].budget_degraded = around[1].budget_degraded = true;
  EXPECT_THAT(excluded(), IsEmpty()) << "they cost the same";
  other().price = price("1.1", "1");
  EXPECT_THAT(excluded(), ElementsAre("other: budget_degraded"));
  around[0].refused = true;
  EXPECT_THAT(excluded(), IsEmpty()) << "the cheaper one cannot be asked";
  around[0].refused = false;
  other().price.reset();
  EXPECT_THAT(excluded(), ElementsAre("other: budget_degraded"));
}

TEST_F(Eligibility, LeavesTheDearOneAloneWhenItsOwnBudgetIsFine) {
  other().price = price("5", "5");
  around[0].budget_degraded = true;
  EXPECT_THAT(excluded(), IsEmpty());
}

TEST_F(Eligibility, HoldsNamedModelsToTheLimitsToo) {
  limits().min_trust = Trust::high;
  settings.models[0].trust = Trust::high;
  profile.model = "other";
  const Router router(settings);
  const auto plan = planned(router, profile);
  EXPECT_THAT(reasons(router, plan), ElementsAre("other: trust_policy"));
  EXPECT_THAT(names(router, plan), ElementsAre("fine"));
}

}  // namespace headgate::routing
