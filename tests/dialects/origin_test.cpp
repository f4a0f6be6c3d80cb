// Thoughts that one vendor signed are handed back to nobody else, whatever dialect the client speaks in between.
#include "headgate/dialects/origin.hpp"

#include <gtest/gtest.h>

#include <random>

#include "headgate/dialects/codec.hpp"
#include "headgate/dialects/words.hpp"

namespace headgate::dialects {
namespace {

constexpr std::string_view vendors[] = {anthropics_thoughts, googles_thoughts, openais_thoughts};

std::string base64_word(std::mt19937_64& random) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string word;
  for (auto groups = 1 + random() % 6; groups > 0; --groups)
    for (int i = 0; i < 4; ++i) word += letters[random() % letters.size()];
  return word;
}

TEST(Origin, ComesBackWithTheSignature) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 500; ++round) {
    const auto signature = base64_word(random);
    for (const auto own : vendors)
      for (const std::string_view origin :
           {vendors[0], vendors[1], vendors[2], std::string_view("xai-responses-v1"), std::string_view()}) {
        const auto plain = read_origin(with_origin(signature, origin, own), own);
        EXPECT_EQ(plain.signature, signature);
        EXPECT_EQ(plain.origin, origin);
        const auto text = with_origin_in_base64(signature, origin, own);
        EXPECT_TRUE(is_base64(text));
        EXPECT_EQ(text.size() % 4, 0U);
        const auto bytes = read_origin_in_base64(text, own);
        EXPECT_EQ(bytes.signature, signature);
        EXPECT_EQ(bytes.origin, origin);
      }
  }
}

TEST(Origin, LeavesASignatureOfTheDialectsOwnVendorAsItIs) {
  EXPECT_EQ(with_origin("c2ln", anthropics_thoughts, anthropics_thoughts), "c2ln");
  EXPECT_EQ(with_origin_in_base64("c2ln", googles_thoughts, googles_thoughts), "c2ln");
  EXPECT_EQ(with_origin("", googles_thoughts, anthropics_thoughts), "");
  EXPECT_EQ(read_origin("", anthropics_thoughts).origin, "");
}

TEST(Origin, IsOfNoUseForASignatureThatIsNoBase64WhereBytesAreWanted) {
  EXPECT_EQ(with_origin_in_base64("not bytes!", anthropics_thoughts, googles_thoughts), "");
}

// What a client of a dialect gets as an answer, as it hands it back in its next request.
std::string request_after(Dialect dialect, const chat::Answer& answer) {
  std::string said;
  codec_of(dialect).append_answer(said, answer, {"id", "m", 0, true}, "");
  const auto between = [&](std::string_view from, std::string_view to) {
    const auto begin = said.find(from) + from.size();
    return said.substr(begin, said.find(to, begin) - begin);
  };
  switch (dialect) {
    case Dialect::messages:
      return R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":)" +
             between(R"("content":)", R"(,"stop_reason")") + R"(},{"role":"user","content":"more"}]})";
    case Dialect::responses:
      return R"({"model":"m","input":[{"role":"user","content":"q"},)" + between(R"("output":[)", R"(],"usage")") +
             R"(,{"role":"user","content":"more"}]})";
    case Dialect::generate_content:
      return R"({"contents":[{"role":"user","parts":[{"text":"q"}]},)" +
             between(R"("content":)", R"(,"finishReason")") + R"(,{"role":"user","parts":[{"text":"more"}]}]})";
    default:
      return R"({"model":"m","messages":[{"role":"user","content":"q"},)" + between(R"("message":)", R"(,"logprobs")") +
             R"(,{"role":"user","content":"more"}]})";
  }
}

chat::Answer signed_answer(std::string_view origin) {
  chat::Answer answer;
  auto& choice = answer.choices.emplace_back();
  choice.finish = chat::Finish::stop;
  choice.message.parts = {{chat::Reasoning{"Hm.", "c2lnbmVk", std::string(origin)}, {}}, chat::text_part("Hi")};
  return answer;
}

core::Result<chat::Request> read(Dialect dialect, const std::string& body) {
  std::string padded = body;
  padded.reserve(padded.size() + wire::json_padding);
  wire::JsonReader json;
  const auto document = json.read(padded);
  if (!document) return document.error();
  return codec_of(dialect).read_request(*document);
}

class EachClient : public testing::TestWithParam<Dialect> {};

TEST_P(EachClient, HandsThoughtsBackToWhoeverSignedThemAndToNobodyElse) {
  const std::pair<std::string_view, Words> providers[] = {
      {anthropics_thoughts, anthropic::Words{}},
      {googles_thoughts, gemini::Words{}},
      {openais_thoughts, ResponsesWords{}},
      {anthropics_thoughts, ConverseWords{}},
  };
  for (const auto origin : vendors) {
    const auto body = request_after(GetParam(), signed_answer(origin));
    auto request = read(GetParam(), body);
    ASSERT_TRUE(request) << body << request.error().message();
    request->extras.clear();
    EXPECT_EQ(holds_thoughts_of_others(*request, origin), false) << body;
    for (const auto& [own, words] : providers) {
      const auto written = write_request(*request, words);
      ASSERT_TRUE(written) << written.error().message();
      const bool handed_back = written->body.find("c2lnbmVk") != std::string::npos;
      EXPECT_EQ(handed_back, own == origin) << origin << " by " << body << " as " << written->body;
      EXPECT_EQ(holds_thoughts_of_others(*request, own), own != origin);
      if (!handed_back) {
        EXPECT_FALSE(written->changed.empty());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Origin, EachClient,
                         testing::Values(Dialect::chat_completions, Dialect::responses, Dialect::messages,
                                         Dialect::generate_content));

}  // namespace
}  // namespace headgate::dialects
