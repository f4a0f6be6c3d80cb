#include "catalog_alarms.hpp"

#include <gtest/gtest.h>

namespace headgate::app {
namespace {

using namespace std::chrono_literals;

const core::WallTime today = std::chrono::sys_days(std::chrono::year(2026) / 9 / 1);
const catalog::AgeSettings quarter{std::chrono::days(90)};

catalog::Price price(std::int64_t input, std::string source, int days_ago) {
  catalog::Price made;
  made.rates[catalog::Rate::input] = core::Money::picodollars(input);
  made.origin = {std::move(source), std::chrono::floor<std::chrono::days>(today) - std::chrono::days(days_ago)};
  return made;
}

routing::Model model(std::string name, std::optional<catalog::Price> of = price(5, "list", 1)) {
  routing::Model made;
  made.name = std::move(name);
  made.facts.vendor = "openai";
  made.facts.price = std::move(of);
  return made;
}

// One of each concern, and one without.
std::vector<routing::Model> troubled() {
  std::vector<routing::Model> models{model("fine"), model("unknown", std::nullopt), model("old", price(5, "list", 91)),
                                     model("gone"), model("contested")};
  models[3].facts.deprecation = std::chrono::floor<std::chrono::days>(today);
  models[4].facts.other_prices = {price(6, "other", 1), price(7, "third", 1)};
  return models;
}

class CatalogAlarm : public testing::Test {
 protected:
  double gauge(const std::string& kind) {
    const auto text = registry.expose();
    const auto line = "headgate_catalog_alarms{kind=\"" + kind + "\"} ";
    const auto at = text.find(line);
    return at == text.npos ? -1 : std::stod(text.substr(at + line.size()));
  }

  struct Line {
    std::string what, kind, models, way_out;
  };
  std::vector<Line> lines;
  metrics::Registry registry;
  CatalogAlarms alarms{[this](std::string_view what, const LogFields& fields) {
                         lines.push_back({std::string(what), fields[0].second, fields[1].second, fields[2].second});
                       },
                       registry};
};

TEST_F(CatalogAlarm, IsOneLineAndOneFigureForEachConcern) {
  alarms.tell(troubled(), quarter, today);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].kind + ": " + lines[0].models, "unknown_price: unknown");
  EXPECT_EQ(lines[1].kind + ": " + lines[1].models, "old_price: old");
  EXPECT_EQ(lines[2].kind + ": " + lines[2].models, "past_deprecation: gone");
  EXPECT_EQ(lines[3].kind + ": " + lines[3].models, "disagreement: contested");
  for (const auto& line : lines) EXPECT_FALSE(line.what.empty() || line.way_out.empty());
  for (const auto kind : catalog::concern_names) EXPECT_EQ(gauge(std::string(kind)), 1) << kind;
}

TEST_F(CatalogAlarm, EndsWhenItsCauseIsGone) {
  alarms.tell(troubled(), quarter, today);
  lines.clear();
  alarms.tell({model("fine")}, quarter, today);
  EXPECT_TRUE(lines.empty());
  for (const auto kind : catalog::concern_names) EXPECT_EQ(gauge(std::string(kind)), 0) << kind;
}

TEST_F(CatalogAlarm, IsRepeatedOnceADay) {
  const auto models = troubled();
  alarms.look(models, quarter, today);
  EXPECT_EQ(lines.size(), 4u);
  alarms.look(models, quarter, today + 24h - 1s);
  EXPECT_EQ(lines.size(), 4u);
  alarms.look(models, quarter, today + 24h);
  EXPECT_EQ(lines.size(), 8u);
}

TEST_F(CatalogAlarm, ComesByItselfWhenAPriceGrowsOld) {
  alarms.look({model("a", price(5, "list", 90))}, quarter, today);
  EXPECT_EQ(gauge("old_price"), 0);
  alarms.look({model("a", price(5, "list", 90))}, quarter, today + 24h);
  EXPECT_EQ(gauge("old_price"), 1);
}

TEST_F(CatalogAlarm, KeepsALineShortAndTheFigureWhole) {
  std::vector<routing::Model> models;
  for (int i = 0; i < 30; ++i) models.push_back(model("m" + std::to_string(i), std::nullopt));
  alarms.tell(models, quarter, today);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(lines[0].models.starts_with("m0, m1, ") && lines[0].models.ends_with(", m19 and 10 more"));
  EXPECT_EQ(gauge("unknown_price"), 30);
}

TEST_F(CatalogAlarm, IsNotRaisedForOnesOwnPriceNorForSimulatedModels) {
  auto own = model("own", price(5, "", 1000));
  own.facts.other_prices = {price(6, "other", 1)};
  auto simulated = model("simulated", std::nullopt);
  simulated.facts.vendor = "simulated";
  EXPECT_TRUE(alarms_of_used({own, simulated}, quarter, today).empty());
}

}  // namespace
}  // namespace headgate::app
