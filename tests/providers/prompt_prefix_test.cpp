#include "headgate/providers/prompt_prefix.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace headgate::providers {
namespace {

constexpr std::string_view tools = R"([{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}])";
constexpr std::string_view rules = R"({"role":"system","content":"Be brief."})";
constexpr std::string_view asks = R"({"role":"user","content":"Weather?"})";
constexpr std::string_view answers = R"({"role":"assistant","content":"It is 4 C."})";
constexpr std::string_view thanks = R"({"role":"user","content":"Thanks. And in Rome?"})";

PromptPrefix read(std::string body, std::string_view tenant = "acme") {
  wire::JsonReader json;
  const auto size = body.size();
  body.resize(size + wire::json_padding);
  const auto document = json.read(std::string_view(body).substr(0, size));
  EXPECT_TRUE(document) << body;
  return read_prompt_prefix(*document, tenant);
}

std::string body(std::initializer_list<std::string_view> messages, std::string_view offered = tools,
                 std::string_view more = "") {
  std::string text = R"({"model":"m",)" + std::string(more) + R"("tools":)" + std::string(offered) + R"(,"messages":[)";
  for (const auto message : messages) (text += message) += ',';
  text.back() = ']';
  return text + "}";
}

}  // namespace

TEST(PromptPrefix, KnowsAConversationAgainWhenItComesBackLonger) {
  const auto first = read(body({rules, asks}));
  const auto second = read(body({rules, asks, answers, thanks}));
  ASSERT_EQ(first.turns.size(), 1u);
  ASSERT_EQ(second.turns.size(), 3u);
  EXPECT_EQ(second.turns.front(), first.turns.back());
  EXPECT_EQ(second.instructions, first.instructions);
  EXPECT_EQ(second.opening, first.opening);
  EXPECT_FALSE(first.goes_on);
  EXPECT_TRUE(second.goes_on);
}

TEST(PromptPrefix, DiffersWithAllThatStandsInFront) {
  const auto known = read(body({rules, asks})).turns.back();
  EXPECT_NE(read(body({rules, thanks})).turns.back(), known);
  EXPECT_NE(read(body({asks})).turns.back(), known);
  EXPECT_NE(read(body({rules, asks}, "[]")).turns.back(), known);
  EXPECT_NE(read(body({rules, asks}), "other").turns.back(), known);
  EXPECT_NE(read(body({rules, asks}, tools, R"("response_format":{"type":"json_object"},)")).turns.back(), known);
}

TEST(PromptPrefix, DoesNotDependOnWhatIsNoPartOfThePrompt) {
  EXPECT_EQ(read(body({rules, asks}, tools, R"("temperature":1,"stream":true,)")).turns,
            read(body({rules, asks})).turns);
}

TEST(PromptPrefix, OverlooksMarksAndTheFormTheyNeed) {
  const auto plain = read(body({rules, asks}));
  const auto marked = read(
      body({rules,
            R"({"role":"user","content":[{"type":"text","text":"Weather?","cache_control":{"type":"ephemeral"}}]})"}));
  EXPECT_EQ(marked.turns, plain.turns);
  EXPECT_TRUE(marked.has_marks);
  EXPECT_FALSE(plain.has_marks);
  const auto tool = read(body({rules, asks}, R"([{"type":"function","function":{"name":"f","parameters":
      {"type":"object"}},"cache_control":{"type":"ephemeral"}}])"));
  EXPECT_TRUE(tool.has_marks);
}

TEST(PromptPrefix, TellsAPictureFromAnother) {
  const auto picture = [](std::string_view url) {
    return read(body({rules, R"({"role":"user","content":[{"type":"image_url","image_url":{"url":")" +
                                 std::string(url) + R"("}}]})"}))
        .turns.back();
  };
  EXPECT_EQ(picture("data:a"), picture("data:a"));
  EXPECT_NE(picture("data:a"), picture("data:b"));
}

TEST(PromptPrefix, RemembersTheLastTurnsOnly) {
  std::string long_body = R"({"messages":[)";
  for (int i = 0; i < 500; ++i) long_body += R"({"role":"user","content":"x"},)";
  long_body.back() = ']';
  const auto prefix = read(long_body + "}");
  EXPECT_EQ(prefix.turns.size(), PromptPrefix::most_turns);
  auto turns = prefix.turns;
  std::sort(turns.begin(), turns.end());
  EXPECT_EQ(std::unique(turns.begin(), turns.end()), turns.end()) << "equal messages do not make equal beginnings";
}

TEST(PromptPrefix, SurvivesWhatIsNoConversation) {
  for (const char* text : {"{}", R"({"messages":7})", R"({"messages":[1,null,"x",[]],"tools":{"a":1}})",
                           R"({"messages":[{"content":[{"type":"text"},{"text":1},7]}]})", "[]"})
    EXPECT_FALSE(read(text).goes_on) << text;
}

TEST(PromptCacheKey, IsTheSameForAllThatBeginsAlike) {
  const core::Secret account("sk-1");
  const auto key = prompt_cache_key(read(body({rules, asks})), account);
  EXPECT_EQ(prompt_cache_key(read(body({rules, asks, answers, thanks})), account), key);
  EXPECT_EQ(prompt_cache_key(read(body({rules, thanks})), account), key);
  EXPECT_NE(prompt_cache_key(read(body({asks})), account), key);
}

TEST(PromptCacheKey, SaysNothingOfTheTenantAndFitsEveryLimit) {
  const auto mine = read(body({rules, asks}), "acme"), other = read(body({rules, asks}), "zenith");
  const auto key = prompt_cache_key(mine, core::Secret("sk-1"));
  EXPECT_NE(prompt_cache_key(other, core::Secret("sk-1")), key);
  EXPECT_NE(prompt_cache_key(mine, core::Secret("sk-2")), key) << "it can be computed with the account's key only";
  EXPECT_LE(key.size(), 64u);
  EXPECT_EQ(key.find("acme"), key.npos);
  EXPECT_EQ(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), key.npos);
}

TEST(PromptCacheKey, IsThatOfTheConversationWhereThereAreNoInstructions) {
  const core::Secret account("sk-1");
  const auto key = [&](std::initializer_list<std::string_view> messages) {
    std::string text = R"({"messages":[)";
    for (const auto message : messages) (text += message) += ',';
    text.back() = ']';
    return prompt_cache_key(read(text + "}"), account);
  };
  EXPECT_EQ(key({asks}), key({asks, answers, thanks}));
  EXPECT_NE(key({asks}), key({thanks}));
}

}  // namespace headgate::providers
