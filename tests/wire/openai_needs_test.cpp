#include "headgate/wire/openai_needs.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "support.hpp"

namespace headgate::wire::openai {
namespace {

using core::Feature;
using core::Tokens;

Needs needs(const std::string& body, Surface surface = Surface::chat_completions) {
  JsonReader json;
  const Padded padded(body);
  const auto document = json.read(padded.text());
  EXPECT_TRUE(document) << body;
  return document ? read_needs(surface, *document) : Needs();
}

core::FeatureSet features(const std::string& body) { return needs(body).features; }

core::FeatureSet only(std::initializer_list<Feature> list) {
  core::FeatureSet set;
  for (const auto feature : list) set.add(feature);
  return set;
}

std::string asking(const std::string& content) { return R"({"messages":[{"role":"user","content":)" + content + "}]}"; }

// Of a text as its only message, less what an empty one has.
Tokens tokens_of(const std::string& text) {
  return needs(asking("\"" + text + "\"")).input_tokens - needs(asking(R"("")")).input_tokens;
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST(Needs, AreNoneOfAPlainQuestion) {
  const auto plain = needs(asking(R"("hi")"));
  EXPECT_EQ(plain.features, core::FeatureSet());
  EXPECT_EQ(plain.choices, 1u);
  EXPECT_EQ(plain.output_tokens, std::nullopt);
  EXPECT_EQ(plain.input_tokens, 8u);
}

TEST(Needs, AreReadFromMembers) {
  const std::pair<const char*, core::FeatureSet> cases[] = {
      {R"("tools":[{"type":"function"}])", only({Feature::tools})},
      {R"("functions":[{"name":"f"}])", only({Feature::tools})},
      {R"("tools":[{}],"parallel_tool_calls":true)", only({Feature::tools, Feature::parallel_tools})},
      {R"("parallel_tool_calls":false)", {}},
      {R"("response_format":{"type":"json_object"})", only({Feature::json_object})},
      {R"("response_format":{"type":"json_schema","json_schema":{}})", only({Feature::json_schema})},
      {R"("response_format":{"type":"text"})", {}},
      {R"("logprobs":true)", only({Feature::logprobs})},
      {R"("logprobs":3)", only({Feature::logprobs})},
      {R"("logprobs":0)", {}},
      {R"("logprobs":false)", {}},
      {R"("n":2)", only({Feature::n})},
      {R"("n":1)", {}},
      {R"("reasoning_effort":"low")", only({Feature::reasoning})},
      {R"("reasoning_effort":"none")", {}},
      {R"("reasoning":{"max_tokens":100})", only({Feature::reasoning})},
      {R"("reasoning":{"effort":"none"})", {}},
      {R"("reasoning":{"enabled":false})", {}},
      {R"("modalities":["text","audio"])", only({Feature::audio})},
      {R"("modalities":["text"])", {}},
      {R"("too\u006cs":[1])", only({Feature::tools})},
  };
  for (const auto& [member, expected] : cases)
    EXPECT_EQ(features("{" + std::string(member) + R"(,"messages":[{"role":"user"}]})"), expected) << member;
}

TEST(Needs, AreReadFromMessages) {
  EXPECT_EQ(features(asking(R"([{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"x"}}])")),
            only({Feature::vision}));
  EXPECT_EQ(features(asking(R"([{"type":"input_image","image_url":"x"}])")), only({Feature::vision}));
  EXPECT_EQ(features(asking(R"([{"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}}])")),
            only({Feature::audio}));
  EXPECT_EQ(features(asking(R"([{"type":"file","file":{"file_id":"f"}}])")), only({Feature::files}));
  EXPECT_EQ(features(R"({"messages":[{"role":"system","content":"s"},{"role":"user"}]})"), only({Feature::system}));
  EXPECT_EQ(features(R"({"messages":[{"content":"s","role":"developer"},{"role":"user"}]})"), only({Feature::system}));
}

TEST(Needs, ToBeginTheAnswerOnlyWhenTheAssistantSpeaksLast) {
  EXPECT_EQ(features(R"({"messages":[{"role":"user"},{"role":"assistant"}]})"), only({Feature::prefill}));
  EXPECT_EQ(features(R"({"messages":[{"role":"assistant"},{"role":"user"}]})"), core::FeatureSet());
  EXPECT_EQ(features(R"({"messages":[{"role":"assistant"},{"content":"no role"}]})"), core::FeatureSet());
}

TEST(Needs, LeaveWrongTypesToTheProvider) {
  for (const char* member :
       {R"("tools":[])", R"("tools":{})", R"("tools":"x")", R"("tools":null)", R"("n":"2")", R"("n":-2)", R"("n":2.5)",
        R"("n":null)", R"("response_format":"json_object")", R"("logprobs":"yes")", R"("reasoning_effort":3)",
        R"("modalities":"audio")", R"("max_tokens":"9")", R"("max_tokens":0)", R"("max_tokens":-1)",
        R"("parallel_tool_calls":1)", R"("messages":{"role":"system"})", R"("messages":[1,null,["role"]])",
        R"("messages":[{"role":1,"content":7},{"role":"user","content":[7,{"type":[]}]}])"}) {
    const auto read = needs("{" + std::string(member) + "}");
    EXPECT_EQ(read.features, core::FeatureSet()) << member;
    EXPECT_EQ(read.output_tokens, std::nullopt) << member;
    EXPECT_EQ(read.choices, 1u) << member;
  }
}

TEST(Needs, TakeTheNewerLimitOfTheAnswer) {
  EXPECT_EQ(needs(R"({"max_tokens":5})").output_tokens, 5u);
  EXPECT_EQ(needs(R"({"max_completion_tokens":7,"max_tokens":5})").output_tokens, 7u);
  EXPECT_EQ(needs(R"({"max_tokens":5,"max_completion_tokens":7})").output_tokens, 7u);
  EXPECT_EQ(needs(R"({"max_completion_tokens":null,"max_tokens":5})").output_tokens, 5u);
}

TEST(Needs, CountChoices) {
  EXPECT_EQ(needs(R"({"n":5})").choices, 5u);
  EXPECT_EQ(needs(R"({"n":99999999999999})").choices, std::numeric_limits<unsigned>::max());
  EXPECT_EQ(needs(R"({"n":2,"best_of":6,"prompt":"x"})", Surface::completions).choices, 6u);
}

TEST(Needs, OfACompletionAreThoseOfItsPrompt) {
  const auto of = [](const std::string& prompt) { return needs(R"({"prompt":)" + prompt + "}", Surface::completions); };
  EXPECT_EQ(of(R"("ten  bytes")").input_tokens, 2u);
  EXPECT_EQ(of(R"(["ten  bytes","ten  bytes"])").input_tokens, 4u);
  EXPECT_EQ(of("[1,2,3]").input_tokens, 3u);
  EXPECT_EQ(of("[[1,2,3],[4]]").input_tokens, 4u);
  EXPECT_EQ(needs(R"({"prompt":"x","logprobs":2})", Surface::completions).features, only({Feature::logprobs}));
  EXPECT_EQ(needs(R"({"prompt":"x","tools":[1],"messages":[{"role":"system"}]})", Surface::completions).features,
            core::FeatureSet());
}

TEST(Needs, OfAnEmbeddingAreThoseOfItsInput) {
  EXPECT_EQ(needs(R"({"input":["ten  bytes","ten  bytes"]})", Surface::embeddings).input_tokens, 4u);
}

TEST(InputTokens, AreTheSameWhateverTheEscapes) {
  const std::pair<const char*, const char*> texts[] = {{"\xe4\xbd\xa0\xe5\xa5\xbd", R"(\u4f60\u597d)"},
                                                       {"\xd0\xbf\xd1\x80", R"(\u043f\u0440)"},
                                                       {"\xc3\xa9t\xc3\xa9", R"(\u00e9t\u00E9)"},
                                                       {"\xf0\x9f\x98\x80", R"(\ud83d\ude00)"},
                                                       {"\xe0\xb8\x81", R"(\u0e01)"},
                                                       {"a<b", R"(a\u003cb)"}};
  for (const auto& [plain, escaped] : texts)
    EXPECT_EQ(tokens_of(repeated(plain, 40)), tokens_of(repeated(escaped, 40))) << escaped;
}

TEST(InputTokens, CountEveryByteOfAnyLengthOnce) {
  for (std::size_t size = 0; size < 10'000; size += size < 100 ? 1 : 371)
    EXPECT_EQ(tokens_of(std::string(size, 'a')), (size + 4) / 5) << size;
}

TEST(InputTokens, GrowWithEveryPlaceWhereTextStands) {
  const std::string text = repeated("word ", 200);
  const auto bare = needs(asking(R"("")")).input_tokens;
  for (const auto& body :
       {asking("\"" + text + "\""), asking(R"([{"type":"text","text":")" + text + "\"}]"),
        asking(R"([{"type":"other","other":")" + text + "\"}]"),
        R"({"messages":[{"role":"assistant","tool_calls":[{"function":{"arguments":")" + text + R"("}}]}]})",
        R"({"messages":[{"role":"user","content":""}],"tools":[{"function":{"description":")" + text + R"("}}]})",
        R"({"messages":[],"response_format":{"type":"json_schema","json_schema":{"schema":{"title":")" + text +
            R"("}}}})"}) {
    EXPECT_GT(needs(body).input_tokens, bare + 190) << body;
    EXPECT_LT(needs(body).input_tokens, bare + 300) << body;
  }
}

TEST(InputTokens, OfMediaDoNotFollowTheirBase64) {
  const std::string megabyte(1'000'000, 'A');
  const auto image = needs(asking(R"([{"type":"image_url","image_url":{"url":"data:,)" + megabyte + R"("}}])"));
  EXPECT_GT(image.input_tokens, 700u);
  EXPECT_LT(image.most_input_tokens, 2000u);
  EXPECT_LT(needs(asking(R"([{"type":"image_url","image_url":{"url":"x","detail":"low"}}])")).input_tokens, 100u);
  EXPECT_LT(needs(asking(R"([{"type":"input_audio","input_audio":{"data":")" + megabyte + "\"}}]")).input_tokens,
            1000u);
  EXPECT_LT(needs(asking(R"([{"type":"file","file":{"file_data":")" + megabyte + "\"}}]")).input_tokens, 20'000u);
  EXPECT_EQ(needs(asking(R"([{"type":"file","file":{"file_id":"f"}}])")).input_tokens, 1007u);
}

TEST(InputTokens, StayBelowTheMost) {
  for (const char* text : {"a", "1", "1.5,2.5,3.5", "\xc3\xa9", "\xe4\xbd\xa0", "\xf0\x9f\x98\x80", R"(\u00e9)",
                           R"(\n\")", R"(\\users)", "{}[]"})
    for (const int times : {1, 3, 100}) {
      const auto read = needs(asking("\"" + repeated(text, times) + "\""));
      EXPECT_LE(read.input_tokens, read.most_input_tokens) << text;
      EXPECT_LE(read.most_input_tokens, most_input_tokens(repeated(text, times).size()) + 15) << text;
    }
  EXPECT_EQ(most_input_tokens(0), 0u);
  EXPECT_EQ(most_input_tokens(1000), 750u);
}

}  // namespace headgate::wire::openai
