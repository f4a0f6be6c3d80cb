#include "headgate/catalog/entry.hpp"

#include "catalog/support.hpp"

namespace headgate::catalog {
namespace {

using core::Capability;
using core::Feature;

const std::string row =
    R"({"vendor":"a","model":"m","aliases":["n"],"source":"list","as_of":"2026-01-01","kind":"chat","price":{"input":"1","output":"2","cache_read":"0.5"},"context_window":1000,"max_output":100,"supports":["tools","vision"],"lacks":["audio"],"parameters":{"temperature":{"max":1},"stop":{"max_items":4}},"deprecation":"2027-01-01","quality":{"code":{"score":0.5,"source":"x"},"chat":{"score":0.6,"source":"x"}}})";

Entry known() { return made(row).entries()[0]; }

TEST(Entry, OverNothingKnownIsWhatIsStated) {
  Entry stated;
  stated.model = "m";
  stated.max_output = 7;
  EXPECT_EQ(over(stated, nullptr), stated);
}

TEST(Entry, OfWhichNothingIsStatedIsWhatIsKnown) {
  const auto below = known();
  EXPECT_EQ(over(Entry(), &below), below);
}

TEST(Entry, StatedFactsWinOneByOne) {
  const auto below = known();
  Entry stated;
  stated.context_window = 5;
  stated.parameters["temperature"].min = 0.1;
  stated.parameters["n"].supported = false;
  stated.quality[static_cast<std::size_t>(Capability::code)] = Quality{0.9, ""};
  const auto both = over(stated, &below);
  EXPECT_EQ(both.context_window, 5u);
  EXPECT_EQ(both.max_output, 100u);
  EXPECT_EQ(both.kind, Kind::chat);
  EXPECT_EQ(both.deprecation, below.deprecation);
  ASSERT_EQ(both.parameters.size(), 3u);
  EXPECT_FALSE(both.parameters.at("temperature").max) << "a limit is replaced whole";
  EXPECT_EQ(both.parameters.at("stop").max_items, 4u);
  EXPECT_EQ(both.quality[static_cast<std::size_t>(Capability::code)], (Quality{0.9, ""}));
  EXPECT_EQ(both.quality[static_cast<std::size_t>(Capability::chat)], (Quality{0.6, "x"}));
}

TEST(Entry, StatedPriceStandsAlone) {
  const auto below = known();
  Entry stated;
  stated.price.emplace().rates[Rate::input] = rate("3");
  const auto both = over(stated, &below);
  EXPECT_EQ(both.price, stated.price);
  EXPECT_FALSE(both.price->rates[Rate::cache_read]);
}

TEST(Entry, StatedFeaturesReplaceTheList) {
  const auto below = known();
  Entry stated;
  stated.supported.add(Feature::json_schema);
  const auto both = over(stated, &below);
  EXPECT_EQ(both.support(Feature::json_schema), Support::yes);
  EXPECT_EQ(both.support(Feature::tools), Support::unknown);
  EXPECT_EQ(both.support(Feature::audio), Support::unknown);
}

}  // namespace
}  // namespace headgate::catalog
