#include "headgate/providers/surfaces.hpp"

#include <gtest/gtest.h>

#include "headgate/providers/adapter.hpp"
#include "headgate/wire/http.hpp"

namespace headgate::providers {
namespace {

using wire::Surface;

Adapter at(std::string_view type, std::string base_url = "https://api.example/v1") {
  Account account;
  account.type = type;
  account.base_url = std::move(base_url);
  account.key = core::Secret("k-1");
  return {account, *wire::parse_url(account.base_url), *find_vendor(type)};
}

std::string head(const Adapter& adapter, const Post& post) {
  std::string out;
  adapter.append_head(out, post);
  return out;
}

}  // namespace

TEST(Surfaces, EveryRowIsOfAVendor) {
  for (const auto* name : {"openai", "openai_compatible", "azure", "gemini", "deepseek", "mistral", "groq", "together",
                           "xai", "openrouter", "vllm"})
    EXPECT_NE(find_vendor(name), nullptr) << name;
}

TEST(Surfaces, AConversationCanBeHadEverywhere) {
  for (const auto& vendor : vendors()) {
    const auto adapter = at(vendor.name);
    EXPECT_EQ(adapter.answering(Surface::chat_completions), Surface::chat_completions) << vendor.name;
    EXPECT_TRUE(adapter.answering(Surface::completions).has_value()) << vendor.name;
  }
}

TEST(Surfaces, CompletionsAreAConversationWhereTheyAreNotThereThemselves) {
  for (const auto* type : {"openai", "together", "vllm", "openai_compatible", "simulated"})
    EXPECT_EQ(at(type).answering(Surface::completions), Surface::completions) << type;
  for (const auto* type : {"anthropic", "gemini", "bedrock", "deepseek", "mistral", "groq"})
    EXPECT_EQ(at(type).answering(Surface::completions), Surface::chat_completions) << type;
}

TEST(Surfaces, TheRestIsThereOrNot) {
  EXPECT_EQ(at("gemini").answering(Surface::embeddings), Surface::embeddings);
  EXPECT_EQ(at("anthropic").answering(Surface::embeddings), std::nullopt);
  EXPECT_EQ(at("bedrock").answering(Surface::embeddings), std::nullopt);
  EXPECT_EQ(at("groq").answering(Surface::transcriptions), Surface::transcriptions);
  EXPECT_EQ(at("anthropic").answering(Surface::transcriptions), std::nullopt);
  EXPECT_EQ(at("azure").answering(Surface::moderations), std::nullopt);
  EXPECT_EQ(at("simulated").answering(Surface::speech), std::nullopt);
}

TEST(Surfaces, AreNamedInThePath) {
  const auto line = [](const Adapter& adapter, Surface surface) {
    const auto text = head(adapter, {surface, "m"});
    return text.substr(0, text.find(" HTTP"));
  };
  EXPECT_EQ(line(at("openai"), Surface::image_generations), "POST /v1/images/generations");
  EXPECT_EQ(line(at("openai"), Surface::translations), "POST /v1/audio/translations");
  EXPECT_EQ(line(at("azure", "https://api.example/openai"), Surface::speech),
            "POST /openai/deployments/m/audio/speech?api-version=2024-10-21");
  EXPECT_EQ(line(at("gemini"), Surface::embeddings), "POST /v1/models/m:batchEmbedContents");
}

TEST(Surfaces, ARequestThatIsPassedThroughKeepsItsType) {
  Post post{Surface::transcriptions, "m"};
  post.content_type = "multipart/form-data; boundary=\"a b\"";
  const auto text = head(at("openai"), post);
  EXPECT_NE(text.find("\r\ncontent-type: multipart/form-data; boundary=\"a b\"\r\n"), std::string::npos);
  EXPECT_NE(text.find("\r\naccept: */*\r\n"), std::string::npos);
  EXPECT_EQ(text.find("application/json"), std::string::npos);
  EXPECT_EQ(wire::fault_in_request_head(text), "");
}

}  // namespace headgate::providers
