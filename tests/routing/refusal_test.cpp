#include "routing/support.hpp"

namespace headgate::routing {
namespace {

using core::Code;
using core::Feature;
using namespace std::chrono_literals;
using testing::HasSubstr;

struct Refusal : testing::Test {
  Refusal() : settings(settings_of({model("large"), model("small")})) {
    settings.rules = {{"strict rule", {}, {}}};
    for (auto& model : settings.models) model.facts.price = price("1", "1");
  }
  core::Error told() const { return refused(Router(settings), profile, around); }
  Use& limits() { return settings.rules[0].use; }
  catalog::Entry& facts(std::size_t model) { return settings.models[model].facts; }

  Settings settings;
  Profile profile = asking("auto");
  Measured around;
};

}  // namespace

TEST_F(Refusal, NamesTheNeedThatNobodyMeets) {
  facts(0).lacking = features({Feature::vision, Feature::tools});
  facts(1).lacking = features({Feature::vision});
  profile.needs = features({Feature::vision, Feature::tools});
  const auto error = told();
  EXPECT_EQ(error.code(), Code::capability_unavailable);
  EXPECT_EQ(error.status(), 422);
  EXPECT_EQ(error.message(),
            "No model of the pool `default` offers `vision`, which the request needs. Leave it out, or name another "
            "model.");
}

TEST_F(Refusal, NamesTheNeedsThatNobodyMeetsTogether) {
  facts(0).lacking = features({Feature::tools});
  facts(1).lacking = features({Feature::vision});
  profile.needs = features({Feature::vision, Feature::tools});
  EXPECT_THAT(told().message(), HasSubstr("offers `tools` and `vision` together, which"));
}

TEST_F(Refusal, NamesTheModelWhereOnlyOneWasAskedFor) {
  settings.failover.named_models = NamedModels::strict;
  facts(0).lacking = features({Feature::tools});
  profile = asking("large");
  profile.needs = features({Feature::tools});
  EXPECT_THAT(told().message(), HasSubstr("The model `large` does not offer `tools`"));
}

TEST_F(Refusal, NamesTheLargestWindow) {
  facts(0).context_window = 8000;
  facts(1).context_window = 32000;
  profile.input_tokens = 40000;
  const auto error = told();
  EXPECT_EQ(error.code(), Code::context_length_exceeded);
  EXPECT_EQ(error.status(), 400);
  EXPECT_THAT(error.message(), HasSubstr("about 40000 tokens"));
  EXPECT_THAT(error.message(), HasSubstr("of the pool `default` is 32000 tokens"));
}

TEST_F(Refusal, IsAQuotaForASpentBudget) {
  around[0].budget_exhausted = around[1].budget_exhausted = true;
  EXPECT_EQ(told().code(), Code::budget_exceeded);
  EXPECT_EQ(told().status(), 429);
}

TEST_F(Refusal, IsForbiddenForTrustAndData) {
  limits().min_trust = Trust::high;
  EXPECT_EQ(told().code(), Code::trust_policy);
  EXPECT_EQ(told().status(), 403);
  EXPECT_THAT(told().message(), HasSubstr("`trust` of the rule `strict rule`"));
  limits().min_trust.reset();
  profile.hints.deny_data_collection = true;
  EXPECT_EQ(told().code(), Code::trust_policy);
  EXPECT_THAT(told().message(), HasSubstr("`provider.data_collection`"));
}

TEST_F(Refusal, NamesTheLimitAndWhoSetIt) {
  limits().max_cost = money("0.0001");
  EXPECT_EQ(told().code(), Code::capability_unavailable);
  EXPECT_THAT(told().message(), HasSubstr("at most $0.0001"));
  EXPECT_THAT(told().message(), HasSubstr("`max_cost` of the rule `strict rule`"));
  profile.hints.max_cost = money("0.00001");
  EXPECT_THAT(told().message(), HasSubstr("`x-headgate-max-cost`"));
  profile.hints.max_cost.reset();
  limits() = {};
  limits().min_quality = 0.99;
  EXPECT_THAT(told().message(), HasSubstr("`min_quality` of the rule `strict rule`"));
  limits() = {};
  limits().first_token_within = 1ms;
  around[0].first_token = around[1].first_token = 1s;
  EXPECT_THAT(told().message(), HasSubstr("`first_token_within` of the rule `strict rule`"));
}

TEST_F(Refusal, NamesTheProviderHint) {
  const std::vector<std::string> only{"nobody"};
  profile.hints.only = only;
  EXPECT_EQ(told().code(), Code::capability_unavailable);
  EXPECT_EQ(told().param(), "provider");
}

TEST_F(Refusal, TellsOfTheModelThatCameFurthest) {
  facts(0).lacking = features({Feature::tools});
  profile.needs = features({Feature::tools});
  around[1].budget_exhausted = true;
  EXPECT_EQ(told().code(), Code::budget_exceeded);
  around[1].budget_exhausted = false;
  limits().max_cost = money("0.0001");
  EXPECT_THAT(told().message(), HasSubstr("No model of the pool `default` that could answer otherwise is expected"));
}

TEST_F(Refusal, HasAnAnswerForEveryReason) {
  settings.models.resize(1);
  settings.pools[0].models = {"large"};
  const auto expect = [&](std::string_view what) { EXPECT_THAT(told().message(), HasSubstr(std::string(what))); };
  facts(0).kind = catalog::Kind::embedding;
  expect("The model `large` does not answer at this endpoint");
  facts(0).kind.reset();
  settings.scheduler.unknown_support = UnknownSupport::refuse;
  profile.needs = features({Feature::tools});
  expect("The model `large` is not known to offer `tools`");
  profile.needs = {};
  profile.hints.max_input_price = money("0.0000001");
  expect("The model `large` does not cost at most `provider.max_price`");
  facts(0).price.reset();
  expect("The model `large` does not have a known price, and `provider.max_price` limits");
}

}  // namespace headgate::routing
