#include "headgate/providers/prompt_cache.hpp"

#include <gtest/gtest.h>

#include <set>

#include "headgate/providers/vendor.hpp"

namespace headgate::providers {
namespace {

using Kind = PromptCache::Kind;

Account account(std::string type, PromptCaching caching = PromptCaching::automatic) {
  Account account;
  account.base_url = find_vendor(type)->base_url;
  account.type = std::move(type);
  account.prompt_caching = caching;
  return account;
}

}  // namespace

TEST(PromptCaches, AreThoseOfKnownVendors) {
  std::set<std::string_view> types;
  for (const auto type : types_with_prompt_cache()) {
    EXPECT_NE(find_vendor(type), nullptr) << type;
    EXPECT_TRUE(types.insert(type).second) << type;
  }
}

TEST(PromptCaches, RememberFromTheLengthThatTheModelsTableSays) {
  const auto claude = account("anthropic");
  EXPECT_EQ(prompt_cache_of(claude, "claude-sonnet-4-5-20250929").least, 1024u);
  EXPECT_EQ(prompt_cache_of(claude, "claude-opus-4-1").least, 1024u);
  EXPECT_EQ(prompt_cache_of(claude, "claude-sonnet-4-6").least, 2048u);
  EXPECT_EQ(prompt_cache_of(claude, "claude-opus-4-5").least, 4096u);
  EXPECT_EQ(prompt_cache_of(claude, "a-model-of-next-year").least, 4096u) << "the longest, to be sure";
}

TEST(PromptCaches, TakeMarksWhereTheModelDoes) {
  EXPECT_EQ(prompt_cache_of(account("anthropic"), "claude").kind, Kind::marked);
  EXPECT_EQ(prompt_cache_of(account("bedrock"), "eu.anthropic.claude-sonnet-4-5-v1:0").kind, Kind::marked);
  EXPECT_EQ(prompt_cache_of(account("bedrock"), "meta.llama4-v1:0").kind, Kind::none);
  EXPECT_EQ(prompt_cache_of(account("openrouter"), "anthropic/claude-sonnet-4.5").kind, Kind::marked);
  EXPECT_EQ(prompt_cache_of(account("openrouter"), "openai/gpt-5").kind, Kind::automatic);
}

TEST(PromptCaches, TakeAKeyAtTheVendorsOwnAddressOrWhereItIsSaid) {
  EXPECT_TRUE(prompt_cache_of(account("openai"), "gpt").takes_key);
  auto elsewhere = account("openai");
  elsewhere.base_url = "http://127.0.0.1:9/v1";
  EXPECT_FALSE(prompt_cache_of(elsewhere, "gpt").takes_key);
  elsewhere.prompt_caching = PromptCaching::on;
  EXPECT_TRUE(prompt_cache_of(elsewhere, "gpt").takes_key);
  EXPECT_FALSE(prompt_cache_of(account("azure"), "gpt").takes_key) << "older versions of its API refuse it";
  EXPECT_FALSE(prompt_cache_of(account("deepseek", PromptCaching::on), "chat").takes_key);
}

TEST(PromptCaches, AreLeftAloneWhereTheyAreOff) {
  for (const auto type : types_with_prompt_cache())
    EXPECT_EQ(prompt_cache_of(account(std::string(type), PromptCaching::off), "claude"), PromptCache()) << type;
}

}  // namespace headgate::providers
