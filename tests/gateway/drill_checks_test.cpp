// What a drill asks of a configuration.
#include <gmock/gmock.h>

#include "headgate/gateway/drill.hpp"

namespace headgate::gateway {
namespace {

using core::Capability;
using core::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

routing::Model model(std::string name, std::string provider) {
  routing::Model model;
  model.name = std::move(name);
  model.provider = std::move(provider);
  return model;
}

routing::Settings two_providers() {
  routing::Settings settings;
  settings.models = {model("a", "first"), model("b", "second"), model("c", "second")};
  settings.pools = {{"default", {"a", "b"}}};
  settings.failover.within = milliseconds(9'000);
  return settings;
}

routing::Rule rule(std::string pool) {
  routing::Rule rule;
  rule.name = "some";
  rule.use.pool = std::move(pool);
  return rule;
}

std::vector<std::string> asked(const routing::Settings& settings) {
  std::vector<std::string> all;
  for (const auto& check : drill_checks(routing::Router(settings))) all.push_back(check.pool + "-" + check.provider);
  return all;
}

}  // namespace

TEST(DrillChecks, AskThePoolWithoutEachProviderThatItUses) {
  auto settings = two_providers();
  settings.models.push_back(model("d", "nobody's"));
  EXPECT_THAT(asked(settings), ElementsAre("default-first", "default-second"));
}

TEST(DrillChecks, LeaveOutPoolsThatNothingLeadsTo) {
  auto settings = two_providers();
  settings.pools.push_back({"forgotten", {"a", "b"}});
  EXPECT_THAT(asked(settings), ElementsAre("default-first", "default-second"));
  settings.rules = {rule("forgotten")};
  EXPECT_THAT(asked(settings),
              UnorderedElementsAre("default-first", "default-second", "forgotten-first", "forgotten-second"));
}

TEST(DrillChecks, AskThePoolsOfCapabilities) {
  auto settings = two_providers();
  settings.pools = {{"code", {"b"}}};
  const auto checks = drill_checks(routing::Router(settings));
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_EQ(checks[0].provider, "second");
  EXPECT_EQ(checks[0].capability, Capability::code);
}

TEST(DrillChecks, ComeByProvider) {
  auto settings = two_providers();
  settings.pools = {{"default", {"a", "b"}}, {"code", {"b", "a"}}, {"chat", {"a", "c"}}};
  EXPECT_THAT(asked(settings),
              ElementsAre("default-first", "code-first", "chat-first", "default-second", "code-second", "chat-second"));
}

TEST(DrillChecks, TakeThePatienceOfFailoverWhereNoRuleSaysMore) {
  const auto checks = drill_checks(routing::Router(two_providers()));
  EXPECT_EQ(checks.at(0).within, milliseconds(9'000));
  EXPECT_FALSE(checks.at(0).first_token_within);
}

TEST(DrillChecks, TakeTheNarrowestLimitsOfTheRulesThatLeadThere) {
  auto settings = two_providers();
  settings.pools = {{"default", {"a", "b"}}, {"cheap", {"a", "b"}}};
  settings.rules = {rule("cheap"), rule("cheap"), rule("default")};
  settings.rules[0].use.deadline = milliseconds(5'000);
  settings.rules[0].use.first_token_within = milliseconds(900);
  settings.rules[1].use.deadline = milliseconds(4'000);
  settings.rules[2].use.deadline = milliseconds(20'000);
  const auto checks = drill_checks(routing::Router(settings));
  EXPECT_EQ(checks.at(0).within, milliseconds(9'000)) << "of failover, which is narrower than the rule's";
  EXPECT_FALSE(checks.at(0).first_token_within);
  EXPECT_EQ(checks.at(1).within, milliseconds(4'000));
  EXPECT_EQ(checks.at(1).first_token_within, milliseconds(900));
}

TEST(DrillChecks, HoldTheCapabilitysPoolToTheRulesOfTheCapability) {
  auto settings = two_providers();
  settings.pools = {{"code", {"a", "b"}}, {"chat", {"a", "b"}}};
  settings.rules = {rule("")};
  settings.rules[0].when.capabilities = {Capability::chat};
  settings.rules[0].use.deadline = milliseconds(700);
  const auto checks = drill_checks(routing::Router(settings));
  EXPECT_EQ(checks.at(0).within, milliseconds(9'000));
  EXPECT_EQ(checks.at(1).within, milliseconds(700));
}

TEST(DrillChecks, AskForEmbeddingsWhereThePoolGivesNothingElse) {
  auto settings = two_providers();
  settings.models[1].facts.kind = catalog::Kind::embedding;
  EXPECT_EQ(drill_checks(routing::Router(settings)).at(0).surface, wire::Surface::chat_completions);
  settings.models[0].facts.kind = catalog::Kind::embedding;
  EXPECT_EQ(drill_checks(routing::Router(settings)).at(0).surface, wire::Surface::embeddings);
}

TEST(DrillChecks, AreNoneWithoutPools) {
  auto settings = two_providers();
  settings.pools.clear();
  EXPECT_THAT(drill_checks(routing::Router(settings)), IsEmpty());
}

}  // namespace headgate::gateway
