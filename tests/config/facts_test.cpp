// What the file states of models.
#include "support.hpp"

namespace headgate::config {
namespace {

using catalog::Rate;
using catalog::Support;
using core::Capability;
using core::Feature;
using core::Money;

// The column of what follows `m: {provider: lab, ` is 24.
std::string with(const std::string& facts) {
  return "providers:\n  lab: {type: simulated, trust: low, data_collection: allow}\nmodels:\n  m: {provider: lab, " +
         facts + "}\n";
}

routing::Model model_of(const std::string& text) {
  const auto result = load_plain(text);
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  return result.settings ? result.settings->routing.models.at(0) : routing::Model{};
}

catalog::Entry facts_of(const std::string& facts) { return model_of(with(facts)).facts; }

Money picodollars(std::int64_t amount) { return Money::picodollars(amount); }

}  // namespace

TEST(Facts, AreThoseOfTheFileOnly) {
  const auto model = model_of(with("upstream: x"));
  catalog::Entry nothing;
  nothing.vendor = "simulated";
  nothing.model = "x";
  EXPECT_EQ(model.facts, nothing);
}

TEST(Facts, LimitsAreTokens) {
  const auto facts = facts_of("context_window: 32000, max_output: 4000");
  EXPECT_EQ(facts.context_window, 32000u);
  EXPECT_EQ(facts.max_output, 4000u);
}

TEST(Facts, PricesAreOfOneTokenAndOnesOwn) {
  const auto price =
      facts_of("price: {input: $0.10, output: $0.40, cache_read: $0.01, cache_write: $0.12, reasoning: $1}").price;
  ASSERT_TRUE(price);
  EXPECT_EQ(price->rates[Rate::input], picodollars(100'000));
  EXPECT_EQ(price->rates[Rate::output], picodollars(400'000));
  EXPECT_EQ(price->rates[Rate::cache_read], picodollars(10'000));
  EXPECT_EQ(price->rates[Rate::cache_write], picodollars(120'000));
  EXPECT_EQ(price->rates[Rate::reasoning], picodollars(1'000'000));
  EXPECT_EQ(price->origin, catalog::Origin());
  EXPECT_FALSE(price->free);
  EXPECT_EQ(facts_of("price: {input: $2, per: 1K}").price->rates[Rate::input], picodollars(2'000'000'000));
}

TEST(Facts, FreeIsSaidInSoManyWords) {
  EXPECT_TRUE(facts_of("price: {free: true}").price->free);
  expect_only(with("price: {input: $0}"), {"HG-1216", 4, 37, "a price of `$0`", "`{free: true}`", ""});
}

TEST(Facts, PricesThatDoNotDivideAreRoundedAndSaidSo) {
  const auto text = with("price: {input: $0.1234565, output: $0.1234564}");
  const auto price = model_of(text).facts.price;
  EXPECT_EQ(price->rates[Rate::input], picodollars(123'457));
  EXPECT_EQ(price->rates[Rate::output], picodollars(123'456));
  expect_only(with("price: {input: $0.1234565}"), {"HG-1504", 4, 37, "`$0.1234565` counts as $0.123457", "", ""});
}

TEST(Facts, PricesSayEnoughAndNotTooMuch) {
  expect_only(with("price: {output: $1}"), {"HG-1216", 4, 29, "without `input`", "free: true", ""});
  expect_only(with("price: {}"), {"HG-1216", 4, 29, "without `input`", "", ""});
  expect_only(with("price: {free: true, input: $1}"), {"HG-1216", 4, 29, "free has no prices", "", ""});
  expect_only(with("price: {input: $1000001}"), {"HG-1104", 4, 37, "more than a dollar a token", "", ""});
  expect_only(with("price: {input: $0.0000001}"), {"HG-1104", 4, 37, "too small", "", "at least $0.000001"});
}

TEST(Facts, ListOfAbilitiesIsComplete) {
  const auto facts = facts_of("supports: [tools, json_schema]");
  EXPECT_EQ(facts.support(Feature::tools), Support::yes);
  EXPECT_EQ(facts.support(Feature::json_schema), Support::yes);
  EXPECT_EQ(facts.support(Feature::vision), Support::no);
  EXPECT_EQ(facts.support(Feature::system), Support::no);
  EXPECT_EQ(facts_of("supports: []").support(Feature::tools), Support::no);
  EXPECT_EQ(facts_of("upstream: x").support(Feature::tools), Support::unknown);
  expect_only(with("supports: [toolz]"), {"HG-1103", 4, 33, "`toolz`", "`tools`", ""});
}

TEST(Facts, ParametersHaveLimits) {
  const auto facts =
      facts_of("parameters: {temperature: {min: -1, max: 1.5}, stop: {max_items: 4}, frequency_penalty: unsupported}");
  ASSERT_EQ(facts.parameters.size(), 3u);
  EXPECT_EQ(facts.parameters.at("temperature"), (catalog::ParameterLimit{true, -1.0, 1.5, {}}));
  EXPECT_EQ(facts.parameters.at("stop"), (catalog::ParameterLimit{true, {}, {}, 4u}));
  EXPECT_EQ(facts.parameters.at("frequency_penalty"), (catalog::ParameterLimit{false, {}, {}, {}}));
  expect_only(with("parameters: {n: {min: 2, max: 1}}"), {"HG-1213", 4, 35, "`min` of `n`", "", ""});
  expect_only(with("parameters: {\"a b\": unsupported}"), {"HG-1108", 4, 35, "`a b`", "", ""});
}

TEST(Facts, QualityIsByCapability) {
  const auto facts = facts_of("quality: {code: 0.86}");
  EXPECT_EQ(facts.quality[static_cast<std::size_t>(Capability::code)], (catalog::Quality{0.86, ""}));
  EXPECT_FALSE(facts.quality[static_cast<std::size_t>(Capability::chat)]);
  expect_only(with("quality: {cod: 0.5}"), {"HG-1103", 4, 32, "`cod`", "`code`", ""});
}

TEST(Facts, TrustAndDataAreTheProviders) {
  const auto model = model_of(with("upstream: x"));
  EXPECT_EQ(model.trust, routing::Trust::low);
  EXPECT_EQ(model.collects_data, true);
  const auto plain = model_of("providers: {s: {type: simulated}}\nmodels: {m: {provider: s}}\n");
  EXPECT_EQ(plain.trust, routing::Trust::medium);
  EXPECT_EQ(plain.collects_data, std::nullopt);
  EXPECT_EQ(
      model_of("providers: {s: {type: simulated, data_collection: deny}}\nmodels: {m: {provider: s}}\n").collects_data,
      false);
}

}  // namespace headgate::config
