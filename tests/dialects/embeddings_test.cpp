#include "headgate/dialects/embeddings.hpp"

#include <gtest/gtest.h>

#include "gemini_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::embeddings {
namespace {

using gemini::Document;

core::Result<Written> write(std::string_view text, Dialect to = Dialect::generate_content) {
  return write_request(Document(text), "up", to);
}

std::string refusal(std::string_view members) {
  const auto written = write(R"({"model":"m",)" + std::string(members) + "}");
  return written ? "" : std::to_string(written.error().status()) + " " + written.error().param();
}

const Shown shown{"req_1", "up", 7, true};

}  // namespace

TEST(Embeddings, AreAskedOfGeminiInABatch) {
  const auto written = write(R"({"model":"m","input":["a","b"],"dimensions":8,"encoding_format":"base64","user":"u"})");
  ASSERT_TRUE(written);
  EXPECT_EQ(written->changed, std::vector<std::string>{"user"});
  const auto asked = nlohmann::json::parse(written->body)["requests"];
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0]["model"], "models/up");
  EXPECT_EQ(asked[1]["content"]["parts"][0]["text"], "b");
  EXPECT_EQ(asked[1]["outputDimensionality"], 8);
  test::Schemas("gemini-embeddings").expect_valid("BatchEmbedContentsRequest", written->body);
}

TEST(Embeddings, OneTextIsABatchOfOne) {
  const auto written = write(R"({"model":"m","input":"a"})");
  ASSERT_TRUE(written);
  EXPECT_EQ(nlohmann::json::parse(written->body)["requests"].size(), 1u);
}

TEST(Embeddings, WhatCannotBeSaidIsRefusedByName) {
  EXPECT_EQ(refusal(R"("input":[1,2])"), "422 input");
  EXPECT_EQ(refusal(R"("input":[[1,2]])"), "422 input");
  EXPECT_EQ(refusal(R"("input":"x","input_type":"query")"), "422 input_type");
  EXPECT_EQ(refusal(R"("input":[])"), "400 input");
  EXPECT_EQ(refusal(R"("input":7)"), "400 input");
  EXPECT_EQ(refusal(R"("input":"x","dimensions":0)"), "400 dimensions");
  EXPECT_EQ(refusal(R"("input":"x","encoding_format":"int8")"), "400 encoding_format");
  EXPECT_EQ(refusal(R"("input":"x","user":null,"provider":{},"models":["b"])"), "");
}

TEST(Embeddings, ADialectWithoutThemIsNotAsked) {
  for (const auto to : {Dialect::messages, Dialect::converse, Dialect::responses}) {
    const auto written = write(R"({"model":"m","input":"a"})", to);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().status(), 422);
  }
}

TEST(Embeddings, ComeBackInOpenAisShape) {
  const auto list = read_answer(
      Document(R"({"embeddings":[{"values":[0.5,-1]},{"values":[2e-3]}],"usageMetadata":{"promptTokenCount":9}})"),
      shown, Dialect::generate_content);
  ASSERT_TRUE(list);
  const auto json = nlohmann::json::parse(*list);
  EXPECT_EQ(json["data"][0]["embedding"], (nlohmann::json{0.5, -1}));
  EXPECT_EQ(json["data"][1]["index"], 1);
  EXPECT_EQ(json["model"], "up");
  EXPECT_EQ(json["usage"], (nlohmann::json{{"prompt_tokens", 9}, {"total_tokens", 9}}));
  test::Schemas("openai-others").expect_valid("CreateEmbeddingResponse", *list);
}

TEST(Embeddings, WhatTheProviderDidNotCountIsNotSaid) {
  const auto list = read_answer(Document(R"({"embedding":{"values":[1]}})"), shown, Dialect::generate_content);
  ASSERT_TRUE(list);
  EXPECT_FALSE(nlohmann::json::parse(*list).contains("usage"));
}

TEST(Embeddings, AnAnswerWithoutThemIsNone) {
  for (const auto* body : {"{}", R"({"embeddings":[]})", R"({"embeddings":[{"values":["a"]}]})"})
    EXPECT_FALSE(read_answer(Document(body), shown, Dialect::generate_content).has_value()) << body;
}

}  // namespace headgate::dialects::embeddings
