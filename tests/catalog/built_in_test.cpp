// What the binary carries is whole, and says what its sources say.
#include <algorithm>
#include <set>

#include "catalog/support.hpp"
#include "headgate/catalog/row.hpp"

namespace headgate::catalog {
namespace {

using core::Capability;
using core::Feature;

const Catalog& known() {
  static const Catalog catalog = [] {
    auto read = Catalog::read(built_in());
    EXPECT_TRUE(read) << read.error().message();
    return read ? *read : Catalog();
  }();
  return catalog;
}

std::string per_million(const std::optional<core::Money>& rate) { return rate ? (*rate * 1'000'000).to_string() : "-"; }

TEST(BuiltInCatalog, HasChatModelsOfEveryVendor) {
  std::set<std::string> vendors;
  for (const auto& entry : known().entries())
    if (entry.kind == Kind::chat && entry.price) vendors.insert(entry.vendor);
  EXPECT_EQ(vendors, (std::set<std::string>{"anthropic", "azure", "bedrock", "deepseek", "fireworks", "google", "groq",
                                            "mistral", "openai", "openrouter", "qwen", "together", "xai"}));
}

// Input, output, cache read, cache write: dollars per million, from LiteLLM's map of 2026-08-06.
TEST(BuiltInCatalog, HasThePricesOfItsSource) {
  struct Row {
    const char *vendor, *model, *input, *output, *cache_read, *cache_write;
  };
  for (const auto& row :
       {Row{"openai", "gpt-4o", "2.5", "10", "1.25", "-"}, Row{"openai", "gpt-5", "1.25", "10", "0.125", "-"},
        Row{"openai", "gpt-5.5", "5", "30", "0.5", "-"}, Row{"openai", "gpt-5.5-2026-04-23", "5", "30", "0.5", "-"},
        Row{"openai", "text-embedding-3-small", "0.02", "-", "-", "-"},
        Row{"anthropic", "claude-sonnet-4-5", "3", "15", "0.3", "3.75"},
        Row{"anthropic", "claude-opus-4-5", "5", "25", "0.5", "6.25"},
        Row{"google", "gemini-2.5-pro", "1.25", "10", "0.125", "-"},
        Row{"deepseek", "deepseek-chat", "0.28", "0.42", "0.028", "-"}, Row{"qwen", "qwen3-max", "1.2", "6", "-", "-"},
        Row{"xai", "grok-4", "3", "15", "-", "-"}, Row{"groq", "openai/gpt-oss-120b", "0.15", "0.6", "0.075", "-"},
        Row{"azure", "gpt-4o", "2.5", "10", "1.25", "-"}}) {
    const auto* entry = known().find(row.vendor, row.model);
    ASSERT_TRUE(entry != nullptr && entry->price) << row.model;
    EXPECT_EQ(per_million(entry->price->rates[Rate::input]), row.input) << row.model;
    EXPECT_EQ(per_million(entry->price->rates[Rate::output]), row.output) << row.model;
    EXPECT_EQ(per_million(entry->price->rates[Rate::cache_read]), row.cache_read) << row.model;
    EXPECT_EQ(per_million(entry->price->rates[Rate::cache_write]), row.cache_write) << row.model;
  }
}

TEST(BuiltInCatalog, DatesAndSourcesEveryPrice) {
  for (const auto& entry : known().entries()) {
    EXPECT_TRUE(entry.kind) << entry.vendor << "/" << entry.model << " is only spoken of by a hand-kept row";
    if (!entry.price) continue;
    EXPECT_TRUE(entry.price->origin.as_of && !entry.price->origin.source.empty()) << entry.model;
  }
}

TEST(BuiltInCatalog, IsDearerTheLongerTheInput) {
  for (const auto& entry : known().entries())
    for (const auto& tier : entry.price ? entry.price->tiers : std::vector<Tier>())
      for (const auto rate : {Rate::input, Rate::output})
        EXPECT_GE(entry.price->rates_for(tier.above + 1)[rate], entry.price->rates_for(tier.above)[rate])
            << entry.model;
}

TEST(BuiltInCatalog, KnowsWhatIsMeasuredAndByWhom) {
  const auto& quality = known().find("openai", "gpt-5")->quality[static_cast<std::size_t>(Capability::code)];
  ASSERT_TRUE(quality);
  EXPECT_EQ(quality->source, "aider-polyglot");
  EXPECT_DOUBLE_EQ(quality->score, 0.867);
  EXPECT_FALSE(known().find("openai", "gpt-5.5")->quality[static_cast<std::size_t>(Capability::code)]);
}

TEST(BuiltInCatalog, KnowsTheParametersOfVendorsAndModels) {
  EXPECT_EQ(known().find("anthropic", "claude-sonnet-4-5")->parameters.at("temperature").max, 1.0);
  EXPECT_EQ(known().find("openai", "gpt-4o")->parameters.at("stop").max_items, 4u);
  EXPECT_FALSE(known().find("openai", "gpt-5")->parameters.at("temperature").supported);
  EXPECT_EQ(known().find("groq", "llama-3.3-70b-versatile")->support(Feature::n), Support::no);
}

TEST(BuiltInCatalog, IsSmall) {
  std::size_t bytes = 0;
  for (const auto& text : built_in()) bytes += text.rows.size();
  EXPECT_LT(bytes, 1u << 20);
  EXPECT_GT(known().entries().size(), 500u);
}

TEST(BuiltInCatalog, SurvivesBeingWrittenAndRead) {
  std::string rows;
  for (const auto& entry : known().entries()) rows += to_row(entry) + "\n";
  const auto again = made(rows);
  ASSERT_EQ(again.entries().size(), known().entries().size());
  for (std::size_t i = 0; i < again.entries().size(); ++i) EXPECT_EQ(again.entries()[i], known().entries()[i]);
}

}  // namespace
}  // namespace headgate::catalog
