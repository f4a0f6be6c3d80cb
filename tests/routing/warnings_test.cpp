#include "headgate/routing/warnings.hpp"

#include "routing/support.hpp"

namespace headgate::routing {
namespace {

using namespace std::chrono_literals;
using core::Capability;
using testing::ElementsAre;
using testing::IsEmpty;

using Set = std::function<void(When&)>;

std::vector<std::size_t> unreachable(const std::vector<Set>& conditions) {
  Settings settings;
  for (const auto& set : conditions) {
    settings.rules.push_back({"rule", {}, {}});
    set(settings.rules.back().when);
  }
  return unreachable_rules(settings);
}

bool hides(const Set& earlier, const Set& later) { return !unreachable({earlier, later}).empty(); }

void all(When&) {}

Set hours(core::milliseconds from, core::milliseconds to, std::string zone = "UTC") {
  return [=](When& w) {
    Hours hours;
    hours.from = std::chrono::floor<std::chrono::minutes>(from);
    hours.to = std::chrono::floor<std::chrono::minutes>(to);
    hours.zone_name = zone;
    w.time = hours;
  };
}

}  // namespace

TEST(UnreachableRules, StandBehindOneThatMatchesEverything) {
  const Set streams = [](When& w) { w.stream = true; };
  EXPECT_THAT(unreachable({streams, all, streams, all}), ElementsAre(2, 3));
  EXPECT_THAT(unreachable({streams, all}), IsEmpty());
}

TEST(UnreachableRules, AreNarrowerInEveryCondition) {
  const Set wide = [](When& w) { w.tenants = {"a", "b"}; };
  const Set narrow = [](When& w) {
    w.tenants = {"b"};
    w.stream = false;
  };
  EXPECT_TRUE(hides(wide, narrow));
  EXPECT_FALSE(hides(narrow, wide));
  EXPECT_FALSE(hides(wide, [](When& w) { w.tenants = {"b", "c"}; }));
  EXPECT_FALSE(hides(wide, [](When& w) { w.zones = {"a"}; }));
}

TEST(UnreachableRules, KnowPatternsOfModels) {
  const auto models = [](std::vector<std::string> list) { return [=](When& w) { w.models = list; }; };
  EXPECT_TRUE(hides(models({"gpt-*"}), models({"gpt-4o", "gpt-4*"})));
  EXPECT_FALSE(hides(models({"gpt-4*"}), models({"gpt-*"})));
  EXPECT_FALSE(hides(models({"gpt-4o"}), models({"gpt-4o*"})));
  EXPECT_TRUE(hides(models({"*"}), models({"auto"})));
}

TEST(UnreachableRules, KnowSizesCapabilitiesAndHeaders) {
  const auto size = [](core::Tokens from, core::Tokens to) {
    return [=](When& w) { w.min_input_tokens = from, w.max_input_tokens = to; };
  };
  EXPECT_TRUE(hides(size(10, 100), size(10, 99)));
  EXPECT_FALSE(hides(size(10, 100), size(9, 99)));
  EXPECT_FALSE(hides(size(10, 100), [](When& w) { w.min_input_tokens = 50; }));
  EXPECT_FALSE(hides([](When& w) { w.capabilities = {Capability::code}; }, all)) << "one may be unknown";
  const auto header = [](std::vector<std::string> values) { return [=](When& w) { w.headers = {{"x-a", values}}; }; };
  EXPECT_TRUE(hides(header({}), header({"1"})));
  EXPECT_TRUE(hides(header({"1", "2"}), header({"1"})));
  EXPECT_FALSE(hides(header({"1"}), header({})));
}

TEST(UnreachableRules, KnowHours) {
  EXPECT_TRUE(hides(hours(8h, 18h), hours(9h, 17h)));
  EXPECT_FALSE(hides(hours(9h, 17h), hours(8h, 18h)));
  EXPECT_TRUE(hides(hours(20h, 8h), hours(22h, 6h)));
  EXPECT_FALSE(hides(hours(8h, 18h), hours(9h, 17h, "Europe/Paris"))) << "other clocks";
  EXPECT_TRUE(hides(hours(0h, 24h), all)) << "always";
  EXPECT_FALSE(hides(hours(8h, 18h), all));
}

TEST(UnreachableRules, IncludeThoseThatNothingCanMeet) {
  EXPECT_THAT(unreachable({[](When& w) { w.min_input_tokens = 10, w.max_input_tokens = 9; }}), ElementsAre(0));
  EXPECT_THAT(unreachable({[](When& w) { w.time.emplace().days.fill(false); }}), ElementsAre(0));
}

TEST(UnableRules, SendToolsToAPoolWithoutThem) {
  auto settings = settings_of({model("a"), model("b")});
  settings.pools.push_back({"plain", {"a"}});
  settings.models[0].facts.lacking = features({core::Feature::tools});
  Rule rule{"tools", {}, {}};
  rule.when.tools = true;
  settings.rules = {rule, rule, rule};
  settings.rules[1].use.pool = "plain";
  settings.rules[2].when.tools = false;
  settings.rules[2].use.pool = "plain";
  const auto unable = unable_rules(settings);
  ASSERT_EQ(unable.size(), 1);
  EXPECT_EQ(unable[0].rule, 1);
  EXPECT_EQ(unable[0].pool, 1);
}

TEST(Serves, UnlessItIsKnownToLackWhatCannotBeAdapted) {
  auto plain = model("plain");
  const auto needs = features({core::Feature::tools, core::Feature::json_schema});
  EXPECT_TRUE(serves(plain, needs));
  plain.facts.lacking = features({core::Feature::json_schema});
  EXPECT_TRUE(serves(plain, needs));
  plain.facts.lacking.add(core::Feature::tools);
  EXPECT_FALSE(serves(plain, needs));
}

}  // namespace headgate::routing
