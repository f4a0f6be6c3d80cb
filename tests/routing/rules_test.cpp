#include "routing/support.hpp"

namespace headgate::routing {
namespace {

using core::Capability;
using namespace std::chrono_literals;
using namespace std::chrono;

// One rule named `it` with these conditions.
bool applies(const When& when, const Profile& profile) {
  auto settings = settings_of({model("large")});
  settings.rules = {{"it", when, {}}};
  const Router router(settings);
  return planned(router, profile).rule != nullptr;
}

Profile plain() { return asking("auto"); }

When when(const std::function<void(When&)>& set) {
  When when;
  set(when);
  return when;
}

core::WallTime at(sys_days day, minutes time) { return core::WallTime(day + time); }

constexpr sys_days sunday = 2026y / November / 22, monday = 2026y / November / 23;

}  // namespace

TEST(Rule, AppliesToEverythingWhenItSaysNothing) { EXPECT_TRUE(applies({}, plain())); }

TEST(Rule, AppliesToOneOfItsTenantsAndZones) {
  auto profile = plain();
  profile.tenant = "support";
  profile.zone = "internal";
  EXPECT_TRUE(applies(when([](When& w) { w.tenants = {"sales", "support"}; }), profile));
  EXPECT_FALSE(applies(when([](When& w) { w.tenants = {"sales"}; }), profile));
  EXPECT_TRUE(applies(when([](When& w) { w.zones = {"internal"}; }), profile));
  EXPECT_FALSE(applies(when([](When& w) { w.zones = {"public"}; }), profile));
}

TEST(Rule, NeedsAllOfItsConditions) {
  auto profile = plain();
  profile.tenant = "support";
  const auto both = when([](When& w) {
    w.tenants = {"support"};
    w.stream = true;
  });
  EXPECT_FALSE(applies(both, profile));
  profile.stream = true;
  EXPECT_TRUE(applies(both, profile));
}

TEST(Rule, TakesAnAskedNameWithOrWithoutItsSuffix) {
  const auto large = when([](When& w) { w.models = {"large"}; });
  EXPECT_TRUE(applies(large, asking("large")));
  EXPECT_TRUE(applies(large, asking("large:floor"))) << "a suffix leads around no rule";
  EXPECT_FALSE(applies(large, asking("auto")));
  EXPECT_TRUE(applies(when([](When& w) { w.models = {"lar*"}; }), asking("large")));
  EXPECT_TRUE(applies(when([](When& w) { w.models = {"*"}; }), asking("auto")));
  EXPECT_FALSE(applies(when([](When& w) { w.models = {"arge*"}; }), asking("large")));
}

TEST(Rule, CountsBothEndsOfASize) {
  const auto sized = when([](When& w) {
    w.min_input_tokens = 100;
    w.max_input_tokens = 200;
  });
  auto profile = plain();
  for (const auto& [tokens, expected] : {std::pair(99, false), {100, true}, {200, true}, {201, false}}) {
    profile.input_tokens = static_cast<core::Tokens>(tokens);
    EXPECT_EQ(applies(sized, profile), expected) << tokens;
  }
}

TEST(Rule, SeesToolsAndStreams) {
  auto profile = plain();
  EXPECT_TRUE(applies(when([](When& w) { w.tools = false; }), profile));
  profile.needs = features({core::Feature::tools});
  EXPECT_FALSE(applies(when([](When& w) { w.tools = false; }), profile));
  EXPECT_TRUE(applies(when([](When& w) { w.tools = true; }), profile));
  EXPECT_FALSE(applies(when([](When& w) { w.stream = true; }), profile));
}

TEST(Rule, SeesHeadersByNameAndByValue) {
  const HeaderValue headers[] = {{"x-team", "red"}, {"x-batch", ""}};
  auto profile = plain();
  profile.headers = headers;
  EXPECT_TRUE(applies(when([](When& w) { w.headers = {{"x-team", {"blue", "red"}}}; }), profile));
  EXPECT_FALSE(applies(when([](When& w) { w.headers = {{"x-team", {"blue"}}}; }), profile));
  EXPECT_TRUE(applies(when([](When& w) { w.headers = {{"x-batch", {}}}; }), profile));
  EXPECT_FALSE(applies(when([](When& w) { w.headers = {{"x-batch", {}}, {"x-other", {}}}; }), profile));
}

TEST(Rule, NeverTakesAnUnknownCapabilityForOneItNames) {
  const auto code = when([](When& w) { w.capabilities = {Capability::code, Capability::chat}; });
  auto profile = plain();
  EXPECT_FALSE(applies(code, profile));
  profile.capability = Capability::chat;
  EXPECT_TRUE(applies(code, profile));
  profile.capability = Capability::summarization;
  EXPECT_FALSE(applies(code, profile));
  EXPECT_TRUE(applies(code, asking("auto:code")));
}

TEST(Rule, HoldsDuringItsHoursOnItsDays) {
  Hours hours;
  hours.days = {true, true, true, true, true, false, false};
  hours.from = 9h;
  hours.to = 17h;
  const auto office = when([&](When& w) { w.time = hours; });
  auto profile = plain();
  for (const auto& [wall, expected] : {std::pair(at(monday, 9h), true),
                                       {at(monday, 16h + 59min), true},
                                       {at(monday, 17h), false},
                                       {at(monday, 8h + 59min), false},
                                       {at(sunday, 12h), false}}) {
    profile.wall = wall;
    EXPECT_EQ(applies(office, profile), expected) << wall.time_since_epoch().count();
  }
}

TEST(Rule, CountsAnHourPastMidnightToTheDayOnWhichItBegan) {
  Hours hours;
  hours.days = {false, false, false, false, false, false, true};  // Sunday
  hours.from = 22h;
  hours.to = 6h;
  const auto night = when([&](When& w) { w.time = hours; });
  auto profile = plain();
  for (const auto& [wall, expected] : {std::pair(at(sunday, 23h), true),
                                       {at(monday, 5h), true},
                                       {at(monday, 6h), false},
                                       {at(sunday, 5h), false},
                                       {at(monday, 23h), false}}) {
    profile.wall = wall;
    EXPECT_EQ(applies(night, profile), expected) << wall.time_since_epoch().count();
  }
}

TEST(Rule, ReadsTheClockOfItsZone) {
  Hours hours;
  hours.from = 9h;
  hours.to = 10h;
  hours.zone = std::make_shared<const budget::Zone>(5h, std::vector<budget::Zone::Change>{{monday + 12h, 6h}});
  const auto morning = when([&](When& w) { w.time = hours; });
  auto profile = plain();
  profile.wall = at(monday, 4h + 30min);
  EXPECT_TRUE(applies(morning, profile));
  profile.wall = at(monday + days(1), 4h + 30min);
  EXPECT_FALSE(applies(morning, profile)) << "the zone's clocks have changed";
  profile.wall = at(monday + days(1), 3h + 30min);
  EXPECT_TRUE(applies(morning, profile));
}

TEST(Rules, TheFirstMatchWins) {
  auto settings = settings_of({model("large")});
  settings.rules = {{"streams", when([](When& w) { w.stream = true; }), {}}, {"all", {}, {}}, {"never", {}, {}}};
  const Router router(settings);
  EXPECT_EQ(planned(router, plain()).rule->name, "all");
  auto stream = plain();
  stream.stream = true;
  EXPECT_EQ(planned(router, stream).rule->name, "streams");
}

struct RulesWithPools : testing::Test {
  RulesWithPools() {
    settings = settings_of({model("large"), model("small"), model("tiny")});
    settings.pools = {{"default", {"large"}}, {"code", {"small"}}, {"cheap", {"tiny", "small"}}};
    settings.rules = {{"code is cheap", when([](When& w) { w.capabilities = {Capability::code}; }), of_pool("cheap")}};
  }
  Settings settings;
};

TEST_F(RulesWithPools, TheRulesPoolGoesBeforeTheCapabilitys) {
  const Router router(settings);
  auto profile = plain();
  profile.capability = Capability::code;
  EXPECT_EQ(planned(router, profile).pool, "cheap");
  EXPECT_EQ(planned(router, asking("auto:code")).pool, "cheap");
  EXPECT_EQ(planned(router, asking("auto")).pool, "default");
}

TEST_F(RulesWithPools, TheClientsPoolGoesBeforeTheRules) {
  const Router router(settings);
  auto profile = asking("pool:code");
  profile.capability = Capability::code;
  EXPECT_EQ(planned(router, profile).pool, "code");
  EXPECT_EQ(planned(router, profile).rule->name, "code is cheap") << "its limits hold all the same";
}

TEST_F(RulesWithPools, ANamedModelHasItsEquivalentsInTheRulesPool) {
  const Router router(settings);
  auto profile = asking("large");
  profile.capability = Capability::code;
  const auto plan = planned(router, profile);
  EXPECT_THAT(names(router, plan), testing::ElementsAre("large", "tiny", "small"));
  EXPECT_EQ(plan.pool, "cheap");
}

TEST_F(RulesWithPools, AskForTheCapabilityWhereARuleDependsOnIt) {
  settings.pools = {{"default", {"large"}}, {"cheap", {"tiny", "small"}}};
  EXPECT_TRUE(Router(settings).asks_for_capability(asking("large")));
  settings.rules[0].when.tenants = {"support"};
  EXPECT_FALSE(Router(settings).asks_for_capability(asking("large"))) << "the rule is out already";
  settings.rules[0].when.tenants = {};
  settings.rules.insert(settings.rules.begin(), {"all", {}, {}});
  EXPECT_FALSE(Router(settings).asks_for_capability(asking("large"))) << "another rule is sure to match first";
}

TEST_F(RulesWithPools, DoNotAskForTheCapabilityWhereARuleIsSureToSetThePool) {
  settings.rules = {{"all", {}, of_pool("cheap")}};
  EXPECT_FALSE(Router(settings).asks_for_capability(asking("auto")));
  settings.rules[0].use.min_quality = 0.5;
  EXPECT_TRUE(Router(settings).asks_for_capability(asking("auto"))) << "quality is that for a capability";
}

TEST_F(RulesWithPools, LimitAndHintNarrowEachOther) {
  settings.rules = {{"limits", {}, {}}};
  settings.rules[0].use.max_cost = money("0.5");
  settings.rules[0].use.deadline = 20s;
  for (auto& model : settings.models) model.facts.price = price("1", "1");
  const Router router(settings);
  auto profile = plain();
  EXPECT_EQ(planned(router, profile).limits.max_cost, money("0.5"));
  profile.hints.max_cost = money("0.9");
  profile.hints.deadline = 5s;
  EXPECT_EQ(planned(router, profile).limits.max_cost, money("0.5"));
  EXPECT_EQ(planned(router, profile).limits.deadline, 5s);
  profile.hints.max_cost = money("0.1");
  EXPECT_EQ(planned(router, profile).limits.max_cost, money("0.1"));
}

TEST_F(RulesWithPools, TellWhichHeadersTheyLookAt) {
  settings.rules = {{"a",
                     when([](When& w) {
                       w.headers = {{"x-b", {}}, {"x-a", {}}};
                     }),
                     {}},
                    {"b",
                     when([](When& w) {
                       w.headers = {{"x-b", {"1"}}};
                     }),
                     {}}};
  EXPECT_THAT(Router(settings).headers(), testing::ElementsAre("x-a", "x-b"));
}

TEST(Rules, AskForTheZoneOnlyWhereOneNamesAny) {
  Settings settings;
  settings.rules = {{"first", {}, {}}, {"second", {}, {}}};
  EXPECT_FALSE(Router(settings).asks_for_zone());
  settings.rules[1].when.zones = {"internal"};
  EXPECT_TRUE(Router(settings).asks_for_zone());
}

}  // namespace headgate::routing
