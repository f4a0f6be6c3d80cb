#include "headgate/wire/openai_usage.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace headgate::wire::openai {
namespace {

core::Usage read(std::string_view text) {
  JsonReader json;
  const Padded padded(text);
  return read_usage(json.read_lenient(padded.text()).value());
}

}  // namespace

TEST(OpenAiUsage, LeavesOutOfTheInputWhatWasRememberedOrWritten) {
  for (const auto* text :
       {R"({"prompt_tokens":100,"prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10}})",
        R"({"prompt_tokens":100,"prompt_cache_hit_tokens":60,"prompt_cache_miss_tokens":40,
            "prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10}})",
        R"({"prompt_tokens":100,"num_cached_tokens":60,"prompt_tokens_details":{"cache_creation_input_tokens":10}})"}) {
    const auto usage = read(text);
    EXPECT_EQ(usage.input, 30u) << text;
    EXPECT_EQ(usage.cache_read, 60u) << text;
    EXPECT_EQ(usage.cache_write, 10u) << text;
    EXPECT_EQ(usage.output, std::nullopt) << text;
  }
}

TEST(OpenAiUsage, LearnsFromTheTotalWhetherReasoningIsPartOfTheCompletion) {
  const auto inside = read(
      R"({"prompt_tokens":32,"completion_tokens":103,"total_tokens":135,"completion_tokens_details":{"reasoning_tokens":94}})");
  const auto beside = read(
      R"({"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"completion_tokens_details":{"reasoning_tokens":94}})");
  const auto untold = read(R"({"prompt_tokens":32,"completion_tokens":9,"total_tokens":135})");
  for (const auto& usage : {inside, beside, untold}) {
    EXPECT_EQ(usage.output, 9u);
    EXPECT_EQ(usage.reasoning, 94u);
    EXPECT_FALSE(usage.implausible);
  }
}

TEST(OpenAiUsage, IsReadAsItWasWritten) {
  std::string out;
  core::Usage usage{5, 3, 2, 7, 4};
  append_usage(out, usage);
  EXPECT_EQ(
      out,
      R"({"prompt_tokens":10,"completion_tokens":11,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":3,"cache_write_tokens":2},"completion_tokens_details":{"reasoning_tokens":4}})");
  const auto again = read(out);
  EXPECT_EQ(again.input, 5u);
  EXPECT_EQ(again.output, 7u);
}

}  // namespace headgate::wire::openai
