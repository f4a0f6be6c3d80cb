// Budgets, their windows and what they count.
#include "support.hpp"

namespace headgate::config {
namespace {

using budget::CalendarWindow;
using budget::SlidingWindow;
using core::Money;

const std::string two = R"(providers:
  one: {type: simulated}
  other: {type: simulated}
models: {a: {provider: one}, b: {provider: other}}
)";

// A budget stands in line 6; what follows `limit: $5, ` in column 39.
std::string with(const std::string& rest) {
  return two + "budgets:\n  - {name: x, window: 24h, limit: $5, " + rest + "}\n";
}

std::vector<budget::Budget> budgets_of(const World& world, const std::string& text) {
  const auto result = load_in(world, text);
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  return result.settings ? result.settings->budgets.budgets : std::vector<budget::Budget>(1);
}

budget::Window window_of(const World& world, const std::string& window) {
  return budgets_of(world, two + "budgets: [{name: x, limit: $1, window: " + window + "}]\n").at(0).window;
}

}  // namespace

TEST(Budgets, CarryAllThatIsSaid) {
  const auto budget = budgets_of({}, with("tenant: t, key: AbC123, tag: team:x, model: a, provider: one, "
                                          "target_cost_per_success: $0.004, on_exhausted: degrade, unpriced: refuse"))
                          .at(0);
  EXPECT_EQ(budget.name, "x");
  EXPECT_EQ(budget.limit, Money::dollars(5));
  EXPECT_EQ(budget.scope, (budget::Scope{"t", "AbC123", "team:x", "a", "one"}));
  EXPECT_EQ(budget.window, budget::Window(SlidingWindow{std::chrono::hours(24)}));
  EXPECT_EQ(budget.target_cost_per_success, Money::parse("0.004"));
  EXPECT_EQ(budget.on_exhausted, budget::OnExhausted::degrade);
  EXPECT_EQ(budget.unpriced, budget::Unpriced::refuse);
}

TEST(Budgets, LimitEverythingWhenTheyNameNothing) {
  const auto budget = budgets_of({}, two + "budgets: [{name: all, window: month, limit: $0.5}]\n").at(0);
  EXPECT_EQ(budget.scope, budget::Scope());
  EXPECT_FALSE(budget.target_cost_per_success);
  EXPECT_EQ(budget.on_exhausted, budget::OnExhausted::refuse);
  EXPECT_EQ(budget.unpriced, budget::Unpriced::allow);
}

TEST(Budgets, WindowsSlideOrFollowTheCalendar) {
  World world;
  world.time_zones = {"Europe/Berlin"};
  EXPECT_EQ(window_of({}, "90m"), budget::Window(SlidingWindow{std::chrono::minutes(90)}));
  EXPECT_EQ(window_of({}, "day"), budget::Window(CalendarWindow{budget::Period::day, "UTC", nullptr}));
  EXPECT_EQ(window_of({}, "week, zone: UTC"), budget::Window(CalendarWindow{budget::Period::week, "UTC", nullptr}));
  const auto month = std::get<CalendarWindow>(window_of(world, "month, zone: Europe/Berlin"));
  EXPECT_EQ(month.period, budget::Period::month);
  EXPECT_EQ(month.zone_name, "Europe/Berlin");
  EXPECT_TRUE(month.zone);
}

TEST(Budgets, WindowIsADurationOrAPeriod) {
  expect_only(two + "budgets: [{name: x, limit: $1, window: weak}]\n",
              {"HG-1107", 5, 40, "`weak`", "did you mean `week`?", "24h, or day, week or month"});
  expect_only(two + "budgets: [{name: x, limit: $1, window: 24}]\n", {"HG-1105", 5, 40, "no unit", "`24s`", ""});
  expect_only(two + "budgets: [{name: x, limit: $1, window: 0s}]\n",
              {"HG-1104", 5, 40, "too small", "", "at least 1s"});
}

TEST(Budgets, LimitsArePositive) {
  expect_only(two + "budgets: [{name: x, limit: $0, window: day}]\n", {"HG-1104", 5, 28, "`$0` is too small", "", ""});
  expect_only(with("target_cost_per_success: $0"), {"HG-1104", 6, 64, "`$0` is too small", "", ""});
  expect_only(two + "budgets: [{name: x, limit: $999999999, window: day}]\n",
              {"HG-1104", 5, 28, "too large", "", "at most $9223372"});
}

TEST(Budgets, TimeZonesAreKnown) {
  const std::string text = two + "budgets: [{name: x, limit: $1, window: day, zone: Europe/Berlin}]\n";
  expect_only(text, {"HG-1214", 5, 51, "`Europe/Berlin` is not known: only UTC is", "", "UTC"});
  World world;
  world.time_zones = {"Asia/Tokyo"};
  expect_in(world, text, {"HG-1214", 5, 51, "there is no time zone Europe/Berlin", "", "Europe/Berlin"});
  expect_only(two + "budgets: [{name: x, limit: $1, window: day, zone: ../passwd}]\n",
              {"HG-1107", 5, 51, "is not a time zone", "", ""});
}

TEST(Budgets, ReadATimeZoneOnce) {
  World world;
  world.time_zones = {"Asia/Tokyo"};
  const auto budgets = budgets_of(world, two + R"(budgets:
  - {name: x, limit: $1, window: day, zone: Asia/Tokyo}
  - {name: y, limit: $1, window: week, zone: Asia/Tokyo}
)");
  EXPECT_EQ(world.zones_loaded, 1);
  EXPECT_EQ(std::get<CalendarWindow>(budgets.at(0).window).zone, std::get<CalendarWindow>(budgets.at(1).window).zone);
}

TEST(Budgets, HaveDifferentNames) {
  expect_only(two + "budgets:\n  - {name: x, window: day, limit: $1}\n  - {name: x, window: week, limit: $1}\n",
              {"HG-1215", 7, 12, "another budget `x`", "", ""});
}

TEST(Budgets, NameKnownModelsAndProviders) {
  expect_only(with("provider: on"), {"HG-1201", 6, 49, "no provider `on`", "`one`", ""});
  expect_only(with("model: c"), {"HG-1202", 6, 46, "no model `c`", "", ""});
}

TEST(Budgets, ThatCountNothingAreAWarning) {
  expect_only(with("model: a, provider: other"),
              {"HG-1503", 6, 46, "model `a` is not at provider `other`", "correct it", ""});
  expect_clean({}, with("model: a, provider: one"));
  const std::string idle = "providers: {s: {type: simulated}, idle: {type: simulated}}\nmodels: {m: {provider: s}}\n";
  expect(idle + "budgets:\n  - {name: x, window: day, limit: $1, provider: idle}\n",
         {"HG-1503", 4, 49, "provider `idle` has no model", "", ""});
}

TEST(Budgets, ThirtyTwoAtMostCountOneRequest) {
  const auto many = [](int count, const std::string& scope) {
    std::string text;
    for (int i = 0; i < count; ++i)
      text += "  - {name: \"" + scope + std::to_string(i) + "\", window: day, limit: $1, " + scope + "}\n";
    return text;
  };
  const std::string head = two + "budgets:\n", common = many(16, "provider: one");
  expect_clean({}, head + common + many(16, "tenant: t"));
  expect_clean({}, head + common + many(10, "tenant: t") + many(10, "tenant: u") + many(20, "provider: other"));
  expect_only(head + common + many(17, "tenant: t"),
              {"HG-1218", 6, 3, "33 budgets count the same request", "", "at most 32"});
  expect_only(head + common + many(17, "model: a"), {"HG-1218", 6, 3, "33 budgets", "", ""});
  expect_clean({}, head + common + many(17, "model: b"));
}

TEST(Budgets, ZoneOfASlidingWindowHasNoEffect) {
  expect_only(with("zone: UTC"), {"HG-1902", 6, 45, "`zone` has no effect", "day, week or month", ""});
}

TEST(Budgets, AreFourThousandAtMost) {
  std::string text = two + "budgets:\n";
  for (int i = 0; i < 4097; ++i)
    text += "  - {name: b" + std::to_string(i) + ", window: day, limit: $1, key: k" + std::to_string(i) + "}\n";
  expect(text, {"HG-1113", 6, 3, "`budgets` has 4097 entries", "", "at most 4096"});
}

}  // namespace headgate::config
