#include "headgate/catalog/catalog.hpp"

#include "catalog/support.hpp"

namespace headgate::catalog {
namespace {

using core::Feature;

TEST(Catalog, FindsModelsByVendorAndNameOrAlias) {
  const auto catalog = made(
      R"({"vendor":"a","model":"large","aliases":["large-2026-01-02"],"context_window":1000}
{"vendor":"b","model":"large","context_window":2000})");
  ASSERT_NE(catalog.find("a", "large-2026-01-02"), nullptr);
  EXPECT_EQ(catalog.find("a", "large-2026-01-02")->model, "large");
  EXPECT_EQ(catalog.find("b", "large")->context_window, 2000u);
  EXPECT_EQ(catalog.find("b", "large-2026-01-02"), nullptr);
  EXPECT_EQ(catalog.find("a", "larg"), nullptr);
  EXPECT_EQ(catalog.find("", ""), nullptr);
}

TEST(Catalog, KeepsUnknownApartFromNo) {
  const auto catalog = made(R"({"vendor":"a","model":"m","supports":["tools"],"lacks":["vision"]})");
  const auto& entry = *catalog.find("a", "m");
  EXPECT_EQ(entry.support(Feature::tools), Support::yes);
  EXPECT_EQ(entry.support(Feature::vision), Support::no);
  EXPECT_EQ(entry.support(Feature::audio), Support::unknown);
  EXPECT_FALSE(entry.price);
  EXPECT_FALSE(entry.context_window);
}

TEST(Catalog, PutsLaterRowsOverEarlierOnes) {
  const auto catalog = read({{"first", R"({"vendor":"a","model":"m","source":"list","supports":["tools","vision"],)"
                                       R"("price":{"input":"1","output":"2","cache_read":"0.1"},"max_output":10})"},
                             {"second", R"({"vendor":"a","model":"m","lacks":["vision"],"price":{"input":"3"}})"},
                             {"third", R"({"vendor":"a","model":"m","max_output":null})"}});
  const auto& entry = *catalog->find("a", "m");
  EXPECT_EQ(entry.support(Feature::tools), Support::yes);
  EXPECT_EQ(entry.support(Feature::vision), Support::no);
  EXPECT_EQ(entry.price->rates[Rate::input], rate("3"));
  EXPECT_FALSE(entry.price->rates[Rate::cache_read]) << "a price is replaced whole";
  EXPECT_FALSE(entry.max_output);
  ASSERT_EQ(entry.other_prices.size(), 1u);
  EXPECT_EQ(entry.other_prices[0].origin.source, "list");
}

TEST(Catalog, ARevisionOfOneSourceLeavesNoSecondOpinion) {
  const auto catalog = made(R"({"vendor":"a","model":"m","source":"list","as_of":"2026-01-01","price":{"input":"1"}}
{"vendor":"a","model":"m","source":"list","as_of":"2026-02-01","price":{"input":"2"}})");
  EXPECT_TRUE(catalog.find("a", "m")->other_prices.empty());
  EXPECT_EQ(catalog.find("a", "m")->price->origin.as_of, day("2026-02-01"));
}

TEST(Catalog, GivesAVendorsModelsWhatHoldsForAll) {
  const auto catalog = made(R"({"vendor":"a","model":"m","parameters":{"stop":{"max_items":2}}}
{"vendor":"a","model":"*","lacks":["n"],"parameters":{"stop":{"max_items":4},"temperature":{"min":0,"max":1}}})");
  const auto& entry = *catalog.find("a", "m");
  EXPECT_EQ(entry.support(Feature::n), Support::no);
  EXPECT_EQ(entry.parameters.at("stop").max_items, 2u);
  EXPECT_EQ(entry.parameters.at("temperature").max, 1.0);
  EXPECT_EQ(catalog.find("a", "*"), nullptr);
  EXPECT_EQ(catalog.entries().size(), 1u);
}

TEST(Catalog, AnAliasWithARowOfItsOwnStartsAsACopy) {
  const auto catalog = made(R"({"vendor":"a","model":"m","aliases":["m-1"],"context_window":5}
{"vendor":"a","model":"m-1","max_output":7})");
  EXPECT_EQ(catalog.find("a", "m-1")->model, "m-1");
  EXPECT_EQ(catalog.find("a", "m-1")->context_window, 5u);
  EXPECT_EQ(catalog.find("a", "m-1")->max_output, 7u);
  EXPECT_FALSE(catalog.find("a", "m")->max_output);
  EXPECT_TRUE(catalog.find("a", "m")->aliases.empty()) << "it is one no longer";
}

TEST(Catalog, GivesUpAnAliasThatALaterRowDoesNotName) {
  const auto catalog = made(R"({"vendor":"a","model":"m","aliases":["old"]}
{"vendor":"a","model":"m","aliases":["new"]}
{"vendor":"a","model":"k","aliases":["old"]})");
  EXPECT_EQ(catalog.find("a", "old")->model, "k");
  EXPECT_EQ(catalog.find("a", "new")->model, "m");
}

TEST(Catalog, RefusesAnAliasOfTwoModels) {
  EXPECT_EQ(complaint(R"({"vendor":"a","model":"m","aliases":["x"]}
{"vendor":"a","model":"k","aliases":["x"]})"),
            "own.jsonl:2: `x` is an alias of `m` already");
}

TEST(Catalog, ListsItsEntriesInOrder) {
  const auto catalog = made(R"({"vendor":"b","model":"y"}
{"vendor":"b","model":"x"}

{"vendor":"a","model":"z"})");
  ASSERT_EQ(catalog.entries().size(), 3u);
  EXPECT_EQ(catalog.entries()[0].model, "z");
  EXPECT_EQ(catalog.entries()[1].model, "x");
}

TEST(Catalog, IsBounded) {
  EXPECT_NE(complaint(std::string(max_text + 1, ' ')).find("own.jsonl is larger than 8 MiB"), std::string::npos);
  EXPECT_NE(complaint(R"({"vendor":"a","model":"m","note":")" + std::string(max_line, 'x') + "\"}").find("own.jsonl:1"),
            std::string::npos);
  std::string rows;
  for (std::size_t i = 0; i <= max_entries; ++i) rows += R"({"vendor":"a","model":")" + std::to_string(i) + "\"}\n";
  EXPECT_EQ(complaint(rows), "own.jsonl:20001: more than 20000 models");
}

}  // namespace
}  // namespace headgate::catalog
