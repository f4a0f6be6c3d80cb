#include "headgate/catalog/import.hpp"

#include <algorithm>

#include "catalog/support.hpp"
#include "headgate/catalog/row.hpp"

namespace headgate::catalog {
namespace {

using core::Feature;

Import imported(const std::string& text, ImportSettings settings = {}) {
  settings.as_of = day("2026-08-06");
  auto list = import(text, settings);
  EXPECT_TRUE(list) << list.error().message();
  return list ? *list : Import();
}

Import litellm() { return imported(fixture("litellm.json")); }
Import portkey() { return imported(fixture("deepseek.json"), {.format = {}, .as_of = {}, .vendor = "deepseek"}); }
Import openrouter() { return imported(fixture("openrouter.json")); }

const Entry* find(const Import& list, std::string_view vendor, std::string_view model) {
  const auto found = std::find_if(list.entries.begin(), list.entries.end(),
                                  [=](const Entry& entry) { return entry.vendor == vendor && entry.model == model; });
  return found == list.entries.end() ? nullptr : &*found;
}

const Entry& get(const Import& list, std::string_view vendor, std::string_view model) {
  static const Entry none;
  const auto* found = find(list, vendor, model);
  EXPECT_NE(found, nullptr) << vendor << "/" << model;
  return found == nullptr ? none : *found;
}

std::string why(const Import& list, std::string_view model) {
  for (const auto& one : list.skipped)
    if (one.model == model) return one.why;
  return "";
}

Catalog catalog_of(const Import& list) {
  std::string rows;
  for (const auto& entry : list.entries) rows += to_row(entry) + "\n";
  return made(rows);
}

TEST(LitellmImport, ReadsDollarsPerTokenExactly) {
  const auto list = litellm();
  EXPECT_EQ(list.source, "litellm");
  const auto& gpt = *get(list, "openai", "gpt-4o").price;
  EXPECT_EQ(gpt.rates[Rate::input], rate("2.5"));
  EXPECT_EQ(gpt.rates[Rate::output], rate("10"));
  EXPECT_EQ(gpt.rates[Rate::cache_read], rate("1.25"));
  EXPECT_EQ(gpt.batch[Rate::input], rate("1.25"));
  EXPECT_EQ(gpt.origin, (Origin{"litellm", day("2026-08-06")}));
  const auto& claude = *get(list, "anthropic", "claude-sonnet-4-5").price;
  EXPECT_EQ(claude.rates[Rate::cache_write], rate("3.75"));
  EXPECT_EQ(claude.rates[Rate::cache_write_1h], rate("6"));
  EXPECT_EQ(get(list, "openai", "text-embedding-3-small").price->rates[Rate::input], rate("0.02"));
  EXPECT_EQ(get(list, "groq", "openai/gpt-oss-120b").price->rates[Rate::cache_read], rate("0.075"));
}

TEST(LitellmImport, ReadsBothFormsOfTiers) {
  const auto list = litellm();
  const auto& above = get(list, "openai", "gpt-5.5").price->tiers;
  ASSERT_EQ(above.size(), 1u);
  EXPECT_EQ(above[0].above, 272'000u);
  EXPECT_EQ(above[0].rates[Rate::output], rate("45"));
  const auto& ranges = *get(list, "qwen", "qwen3-max").price;
  EXPECT_EQ(ranges.rates[Rate::input], rate("1.2"));
  ASSERT_EQ(ranges.tiers.size(), 2u);
  EXPECT_EQ(ranges.tiers[1].above, 128'000u);
  EXPECT_EQ(ranges.tiers[1].rates[Rate::output], rate("15"));
  EXPECT_EQ(get(list, "qwen", "qwen-plus-2025-07-28").price->rates[Rate::reasoning], rate("4"));
}

TEST(LitellmImport, TakesZeroForUnknownUnlessTheModelIsLocal) {
  const auto list = litellm();
  EXPECT_FALSE(get(list, "deepseek", "deepseek-chat").price->rates[Rate::cache_write]);
  EXPECT_FALSE(get(list, "google", "gemini-exp-1206").price);
  EXPECT_TRUE(get(list, "ollama", "codegeex4").price->free);
}

TEST(LitellmImport, TakesAbsentSupportForUnknown) {
  const auto list = litellm();
  const auto& deepseek = get(list, "deepseek", "deepseek-chat");
  EXPECT_EQ(deepseek.support(Feature::vision), Support::unknown);
  EXPECT_EQ(deepseek.support(Feature::tools), Support::yes);
  EXPECT_EQ(deepseek.support(Feature::prefill), Support::yes)
      << "the entry under the vendor's prefix is the fuller one";
  EXPECT_FALSE(get(list, "anthropic", "claude-opus-5").parameters.at("temperature").supported);
}

TEST(LitellmImport, KeepsLimitsAndDeprecation) {
  const auto list = litellm();
  EXPECT_EQ(get(list, "openai", "gpt-5").context_window, 272'000u);
  EXPECT_EQ(get(list, "openai", "gpt-5").max_output, 128'000u);
  EXPECT_EQ(get(list, "openai", "text-embedding-3-small").dimensions, 1536u);
  EXPECT_EQ(get(list, "openai", "gpt-4-0613").deprecation, day("2025-06-06"));
  EXPECT_EQ(get(list, "fireworks", "accounts/fireworks/models/deepseek-v4-flash").price->rates[Rate::input],
            rate("0.14"));
}

TEST(LitellmImport, NamesWhatItLeavesOut) {
  const auto list = litellm();
  EXPECT_EQ(find(list, "openai", "sample_spec"), nullptr);
  EXPECT_EQ(find(list, "openai", "fallback_generalizations"), nullptr);
  for (const auto* name :
       {"ft:gpt-4o-2024-08-06", "azure/eu/gpt-4o-2024-11-20", "bedrock/us-east-1/deepseek.v3.2", "together-ai-4.1b-8b"})
    EXPECT_NE(why(list, name).find("price of one region"), std::string::npos) << name;
  EXPECT_NE(why(list, "dall-e-3").find("neither chat"), std::string::npos);
}

TEST(PortkeyImport, ReadsCentsPerTokenAndNoDefault) {
  const auto list = portkey();
  EXPECT_EQ(list.entries.size(), 2u);
  const auto& chat = *get(list, "deepseek", "deepseek-chat").price;
  EXPECT_EQ(chat.rates[Rate::input], rate("0.14"));
  EXPECT_EQ(chat.rates[Rate::output], rate("0.28"));
  EXPECT_EQ(chat.rates[Rate::cache_read], rate("0.0028"));
  EXPECT_FALSE(chat.rates[Rate::cache_write]);
  EXPECT_EQ(find(list, "deepseek", "default"), nullptr);
  EXPECT_EQ(why(list, "free-of-charge"), "no price for tokens, or zero");
  EXPECT_EQ(why(list, "in-yuan"), "not priced in dollars");
}

TEST(PortkeyImport, MustBeToldTheVendor) {
  const auto list = import(fixture("deepseek.json"), {});
  ASSERT_FALSE(list);
  EXPECT_NE(list.error().message().find("--vendor"), std::string::npos);
  EXPECT_EQ(imported(fixture("deepseek.json"), {.format = {}, .as_of = {}, .vendor = "x-ai"}).entries[0].vendor, "xai");
}

TEST(OpenrouterImport, ReadsStringsOfDollarsPerToken) {
  const auto list = openrouter();
  const auto& large = get(list, "openrouter", "maker/large");
  EXPECT_EQ(large.price->rates[Rate::input], rate("3"));
  EXPECT_EQ(large.price->rates[Rate::cache_write], rate("3.75"));
  ASSERT_EQ(large.price->tiers.size(), 1u);
  EXPECT_EQ(large.price->tiers[0].above, 199'999u) << "from 200000 on";
  EXPECT_EQ(large.max_output, 64'000u);
  EXPECT_EQ(large.deprecation, day("2027-01-31"));
  EXPECT_EQ(large.support(Feature::tools), Support::yes);
  EXPECT_EQ(large.support(Feature::vision), Support::yes);
  EXPECT_EQ(large.support(Feature::logprobs), Support::unknown);
}

TEST(OpenrouterImport, GuessesNoPrice) {
  const auto list = openrouter();
  EXPECT_TRUE(get(list, "openrouter", "maker/small:free").price->free);
  for (const auto* name : {"maker/zero", "openrouter/auto", "maker/by-the-hour", "maker/per-request"})
    EXPECT_FALSE(get(list, "openrouter", name).price) << name;
  EXPECT_NE(why(list, "maker/by-the-hour"), "");
  EXPECT_NE(why(list, "maker/per-request"), "");
  EXPECT_EQ(why(list, "maker/nothing"), "neither price nor limits");
}

TEST(Import, ReadsItsOwnRowsToo) {
  const auto list = imported(R"({"vendor":"a","model":"m","price":{"input":"1"}})");
  EXPECT_EQ(get(list, "a", "m").price->rates[Rate::input], rate("1"));
}

TEST(Import, RefusesWhatItDoesNotKnow) {
  for (const auto* text : {"", "{", "[]", "{}", "42", R"({"a":{"b":1}})", R"({"data":[]})"})
    EXPECT_FALSE(import(text, {})) << text;
  EXPECT_FALSE(import(fixture("litellm.json").substr(0, 5'000), {})) << "cut short";
}

TEST(Import, SurvivesBeingWrittenAndRead) {
  for (const auto& list : {litellm(), portkey(), openrouter()}) {
    const auto catalog = catalog_of(list);
    ASSERT_EQ(catalog.entries().size(), list.entries.size());
    for (std::size_t i = 0; i < list.entries.size(); ++i) EXPECT_EQ(catalog.entries()[i], list.entries[i]);
  }
}

TEST(Import, CountsPricesSoThatADamagedListIsSeen) {
  const auto before = catalog_of(litellm());
  auto list = litellm();
  EXPECT_FALSE(count_prices(before, list).shrinks_by_half());
  auto openai = list;
  std::erase_if(openai.entries, [](const Entry& entry) { return entry.vendor != "openai"; });
  EXPECT_FALSE(count_prices(before, openai).shrinks_by_half()) << "other vendors are not meant";
  for (auto& entry : list.entries)
    if (entry.model != "gpt-5") entry.price.reset();
  EXPECT_TRUE(count_prices(before, list).shrinks_by_half());
  EXPECT_FALSE(count_prices(before, portkey()).shrinks_by_half()) << "another source is no heir";
}

TEST(Import, ReplacesItsOwnSourceAndLeavesTheOthers) {
  const auto first = merged_rows({"imported", ""}, litellm()).value();
  const auto both = merged_rows({"imported", first}, portkey()).value();
  const auto again = merged_rows({"imported", both}, portkey()).value();
  EXPECT_EQ(both, again);
  const auto catalog = made(both);
  const auto& entry = *catalog.find("deepseek", "deepseek-chat");
  EXPECT_EQ(entry.price->origin.source, "portkey");
  ASSERT_EQ(entry.other_prices.size(), 1u);
  EXPECT_EQ(entry.other_prices[0].rates[Rate::input], rate("0.28"));
  EXPECT_TRUE(catalog.find("openai", "gpt-4o")->other_prices.empty());
  const auto list = merged_rows({"imported", "not a row\n"}, portkey());
  ASSERT_FALSE(list);
  EXPECT_TRUE(list.error().message().starts_with("imported:1: ")) << list.error().message();
}

}  // namespace
}  // namespace headgate::catalog
