#include "headgate/config/prices.hpp"

#include "support.hpp"

namespace headgate::config {
namespace {

const std::string head = R"(providers: {lab: {type: openai_compatible, base_url: http://h/v1}}
models: {known: {provider: lab}, unknown: {provider: lab, upstream: m}}
pools: {cheap: [known], default: [unknown]}
)";

// Warnings as "CODE message", on the last day of the year 2026.
std::vector<std::string> warnings(const std::string& text) {
  const auto result = load_plain(text);
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  const catalog::Text rows{
      "rows",
      R"({"vendor":"openai_compatible","model":"known","source":"list","as_of":"2026-12-01","price":{"input":"1"}})"};
  const auto known = catalog::Catalog::read({&rows, 1});
  EXPECT_TRUE(known);
  std::vector<std::string> found;
  const core::WallTime now{catalog::day_from("2026-12-31").value()};
  for (const auto& one : check_prices(*result.settings, *known, now, "file")) {
    EXPECT_EQ(one.severity, Severity::warning);
    EXPECT_EQ(one.file, "file");
    EXPECT_EQ(one.line, 0);
    found.push_back(one.code + " " + one.message);
  }
  return found;
}

using Warnings = std::vector<std::string>;

}  // namespace

TEST(Prices, AreMissedWhereABudgetCounts) {
  const Warnings wanted{"HG-1505 nobody says what model `unknown` costs, and budget `b` needs it"};
  EXPECT_EQ(warnings(head), Warnings{});
  EXPECT_EQ(warnings(head + "budgets: [{name: b, window: day, limit: $1}]\n"), wanted);
  EXPECT_EQ(warnings(head + "budgets: [{name: b, window: day, limit: $1, model: unknown}]\n"), wanted);
  EXPECT_EQ(warnings(head + "budgets: [{name: b, window: day, limit: $1, provider: lab}]\n"), wanted);
  EXPECT_EQ(warnings(head + "budgets: [{name: b, window: day, limit: $1, model: known}]\n"), Warnings{});
}

TEST(Prices, AreMissedWhereARuleLimitsTheCost) {
  const Warnings wanted{"HG-1505 nobody says what model `unknown` costs, and `max_cost` of rule `r` needs it"};
  EXPECT_EQ(warnings(head + "rules: [{name: r, when: {}, use: {max_cost: $1}}]\n"), wanted);
  EXPECT_EQ(warnings(head + "rules: [{name: r, when: {}, use: {max_cost: $1, pool: default}}]\n"), wanted);
  EXPECT_EQ(warnings(head + "rules: [{name: r, when: {}, use: {max_cost: $1, pool: cheap}}]\n"), Warnings{});
  EXPECT_EQ(warnings(head + "rules: [{name: r, when: {}, use: {pool: default}}]\n"), Warnings{});
}

TEST(Prices, StatedInTheFileAreKnown) {
  EXPECT_EQ(warnings("providers: {lab: {type: openai_compatible, base_url: http://h/v1}}\nmodels:\n"
                     "  unknown: {provider: lab, price: {input: $1}}\n  other: {provider: lab, price: {free: true}}\n"
                     "budgets: [{name: b, window: day, limit: $1}]\n"),
            Warnings{});
}

TEST(Prices, GrowOld) {
  const auto found = warnings(head + "catalog: {max_price_age: 29d}\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].find("HG-1506 the price of model `known` may no longer hold: the price is of 2026-12-01"), 0u);
  EXPECT_EQ(warnings(head + "catalog: {max_price_age: 30d}\n"), Warnings{});
}

}  // namespace headgate::config
