#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "headgate/wire/openai.hpp"
#include "support.hpp"

namespace headgate::wire::openai {
namespace {

using core::Code;
using nlohmann::json;

core::Result<Reply> check(const std::string& body, Surface surface = Surface::chat_completions) {
  JsonReader reader;
  const Padded padded(body);
  return check_reply(reader, surface, padded.text());
}

Reply accepted(const std::string& body, Surface surface = Surface::chat_completions) {
  auto reply = check(body, surface);
  EXPECT_TRUE(reply) << body;
  return reply ? *std::move(reply) : Reply();
}

void expect_unusable(const std::string& body, Surface surface = Surface::chat_completions) {
  const auto reply = check(body, surface);
  ASSERT_FALSE(reply) << body;
  EXPECT_EQ(reply.error().code(), Code::upstream_error) << body;
  EXPECT_EQ(reply.error().status(), 502) << body;
  EXPECT_EQ(reply.error().fault(), core::Fault::provider) << body;
  EXPECT_EQ(reply.error().retry(), core::Retry::next_target) << body;
}

constexpr const char* choices =
    R"("choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}])";

std::string with_usage(const std::string& usage) { return std::string("{") + choices + ",\"usage\":" + usage + "}"; }

std::string base64(const std::string& body) {
  JsonReader reader;
  const Padded padded(body);
  const auto out = embeddings_as_base64(reader, padded.text());
  EXPECT_TRUE(out) << body;
  return out ? *out : "";
}

// RFC 4648, bit by bit.
std::string reference_base64(const std::string& bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits, out;
  for (const char c : bytes)
    for (int bit = 7; bit >= 0; --bit) bits += (static_cast<unsigned char>(c) >> bit & 1) != 0 ? '1' : '0';
  while (bits.size() % 6 != 0) bits += '0';
  for (std::size_t at = 0; at < bits.size(); at += 6) out += digits[std::stoul(bits.substr(at, 6), nullptr, 2)];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::string little_endian(const std::vector<float>& numbers) {
  std::string bytes;
  for (const float number : numbers) {
    const auto bits = std::bit_cast<std::uint32_t>(number);
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(bits >> shift & 0xff);
  }
  return bytes;
}

}  // namespace

TEST(Reply, TellsUsage) {
  const auto reply =
      accepted(std::string("{") + choices + R"(,"model":"m-large","usage":{"prompt_tokens":1200,"completion_tokens":9,
    "prompt_tokens_details":{"cached_tokens":1024},"completion_tokens_details":{"reasoning_tokens":4}}})");
  EXPECT_EQ(reply.usage.input, 176u);
  EXPECT_EQ(reply.usage.output, 5u);
  EXPECT_EQ(reply.usage.cache_read, 1024u);
  EXPECT_EQ(reply.usage.reasoning, 4u);
  EXPECT_FALSE(reply.usage.implausible);
}

TEST(Reply, KnowsNothingOfUsageThatIsNotThere) {
  for (const auto& body : {std::string("{") + choices + "}", with_usage("null"), with_usage("{}"), with_usage("[]"),
                           with_usage(R"({"prompt_tokens":null,"prompt_tokens_details":null})")}) {
    const auto usage = accepted(body).usage;
    EXPECT_FALSE(usage.known() || usage.cache_read || usage.reasoning || usage.implausible) << body;
  }
}

TEST(Reply, LeavesImplausibleCountsOut) {
  for (const char* count : {"-1", "1e12", "9223372036854775808", "1000000000", "1.5", "\"9\"", "true", "[]"}) {
    const auto usage =
        accepted(with_usage(std::string(R"({"prompt_tokens":7,"completion_tokens":)") + count + "}")).usage;
    EXPECT_EQ(usage.input, 7u) << count;
    EXPECT_FALSE(usage.output) << count;
    EXPECT_TRUE(usage.implausible) << count;
  }
}

TEST(Reply, IsUnusableWhenItIsNoAnswer) {
  for (const char* body : {"",
                           "null",
                           "[]",
                           "1",
                           "\"hi\"",
                           "{}",
                           "{",
                           "<html>Bad gateway</html>",
                           R"({"choices":null})",
                           R"({"choices":{}})",
                           R"({"choices":[]})",
                           R"({"choices":[null]})",
                           R"({"choices":[1]})",
                           R"({"choices":[{}]})",
                           R"({"choices":[{"message":null}]})",
                           R"({"choices":[{"message":"hi"}]})",
                           R"({"choices":[{"text":"hi"}]})",
                           R"({"choices":[{"message":{}},{}]})",
                           "{\"choices\":[{\"message\":{\"content\":\"\xff\"}}]}",
                           R"({"choices":[{"message":{}}]} x)",
                           R"({"choices":[{"message":{"n":1e999}}]})"})
    expect_unusable(body);
  expect_unusable(std::string(100'000, '['));
}

TEST(Reply, IsUnusableOnTheOtherSurfacesToo) {
  accepted(R"({"choices":[{"text":"hi"}]})", Surface::completions);
  for (const char* body :
       {"{}", R"({"choices":[]})", R"({"choices":[{"message":{}}]})", R"({"choices":[{"text":null}]})"})
    expect_unusable(body, Surface::completions);
  accepted(R"({"data":[{"embedding":[0.1]}]})", Surface::embeddings);
  accepted(R"({"data":[{"embedding":"AAAA"}]})", Surface::embeddings);
  for (const char* body : {"{}", R"({"data":null})", R"({"data":[]})", R"({"data":[{}]})", R"({"data":[1]})",
                           R"({"data":[{"embedding":1}]})", R"({"data":[{"embedding":[1]},{"embedding":null}]})"})
    expect_unusable(body, Surface::embeddings);
}

TEST(Reply, IsAnErrorWhenA200HoldsOne) {
  const auto reply = check(R"({"error":{"message":"Provider lost","code":502},"choices":[]})");
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), Code::upstream_error);
  EXPECT_EQ(reply.error().retry(), core::Retry::next_target);
  EXPECT_NE(reply.error().detail().find("status 502"), std::string::npos);
  EXPECT_TRUE(check(std::string(R"({"error":null,)") + choices + "}"));
}

TEST(Embeddings, BecomeBase64OfLittleEndianFloats) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> draw(-1, 1);
  for (std::size_t size = 0; size < 20; ++size) {
    std::vector<float> numbers(size);
    for (auto& number : numbers) number = draw(random);
    const json body{
        {"object", "list"}, {"data", {{{"index", 0}, {"embedding", numbers}}}}, {"usage", {{"prompt_tokens", 3}}}};
    const auto out = json::parse(base64(body.dump()));
    EXPECT_EQ(out["data"][0]["embedding"], reference_base64(little_endian(numbers)));
    EXPECT_EQ(out["data"][0]["index"], 0);
    EXPECT_EQ(out["usage"], body["usage"]);
    EXPECT_EQ(out["object"], "list");
  }
}

TEST(Embeddings, ReadKnownNumbers) {
  const auto out = json::parse(base64(R"({"data":[{"embedding":[1,-2.5,0]}]})"));
  EXPECT_EQ(out["data"][0]["embedding"], "AACAPwAAIMAAAAAA");
}

TEST(Embeddings, KeepEverythingElse) {
  const json body = json::parse(
      R"({"data":[{"embedding":[1],"a\"b":"\u00e9\n","x":[1,{"y":null}]},{"embedding":"AAAA"}],"model":"m/\\"})");
  auto expected = body;
  expected["data"][0]["embedding"] = "AACAPw==";
  EXPECT_EQ(json::parse(base64(body.dump())), expected);
}

TEST(Embeddings, NeedNothingWhenTheyAreBase64Already) {
  EXPECT_EQ(base64(R"({"data":[{"embedding":"AAAA"}]})"), "");
  EXPECT_EQ(base64(R"({"data":[]})"), "");
}

TEST(Embeddings, AreUnusableWithOtherThanNumbers) {
  JsonReader reader;
  for (const char* body :
       {R"({"data":[{"embedding":["a"]}]})", R"({"data":[{"embedding":[null]}]})", R"({"data":[{"embedding":[[1]]}]})",
        R"({"data":[5,{"embedding":[1]}]})", R"({"data":1})", "[]", "{"}) {
    const auto out = embeddings_as_base64(reader, Padded(body).text());
    ASSERT_FALSE(out) << body;
    EXPECT_EQ(out.error().code(), Code::upstream_error) << body;
  }
}

TEST(Reply, TellsRefusalsAndWhatCameToItsLimit) {
  JsonReader reader;
  const auto said = [&](std::string_view choice) {
    const Padded body(R"({"choices":[)" + std::string(choice) + "]}");
    return check_reply(reader, Surface::chat_completions, body.text()).value();
  };
  EXPECT_TRUE(said(R"({"message":{"refusal":"No."}})").refuses);
  EXPECT_TRUE(said(R"({"message":{},"finish_reason":"content_filter"})").refuses);
  EXPECT_TRUE(said(R"({"message":{"content":"x"},"finish_reason":"length"})").truncated);
  const auto usual = said(R"({"message":{"content":"x","refusal":null},"finish_reason":"stop"})");
  EXPECT_FALSE(usual.refuses || usual.truncated);
}

}  // namespace headgate::wire::openai
