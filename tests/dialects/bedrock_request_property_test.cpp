// Any conversation: what is written is what the service describes, or it is refused by name.
#include <algorithm>

#include "bedrock_support.hpp"
#include "support/random.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::bedrock {
namespace {

using test::Random;

std::string word(Random& random) {
  if (random.one_in(12)) return {};
  if (random.one_in(12)) {
    auto bytes = random.bytes(random.below(80));
    std::replace(bytes.begin(), bytes.end(), '\0', '\1');  // the judge takes it for the end of a text
    return bytes;
  }
  return std::string(1 + random.below(9), static_cast<char>('a' + random.below(26)));
}

chat::Source source(Random& random) {
  constexpr std::string_view types[] = {"image/png", "application/pdf", "audio/wav", "text/plain", "", "model/obj"};
  return {static_cast<chat::Source::Kind>(random.below(4)),
          random.one_in(3) ? "s3://bucket/key" : "aGVsbG8=", std::string(types[random.below(6)])};
}

std::optional<chat::CacheTime> remember(Random& random) {
  if (!random.one_in(4)) return {};
  return random.one_in(2) ? chat::CacheTime::one_hour : chat::CacheTime::five_minutes;
}

chat::Part part(Random& random, chat::Role role) {
  const auto kind = random.below(20);
  if (role == chat::Role::tool) {
    chat::ToolResult result{word(random), {}, {}, random.one_in(3)};
    for (std::size_t i = random.below(3); i > 0; --i) result.content.push_back(part(random, chat::Role::user));
    return {std::move(result), remember(random)};
  }
  if (role == chat::Role::assistant && kind < 5)
    return {chat::ToolCall{word(random), word(random), random.one_in(2) ? "" : R"({"a":{}})", {}, random.one_in(20)},
            {}};
  if (role == chat::Role::assistant && kind < 8) return {chat::Reasoning{word(random), word(random)}, remember(random)};
  if (role == chat::Role::assistant && kind < 10) return {chat::SealedReasoning{word(random)}, {}};
  if (role == chat::Role::assistant && kind < 11) return {chat::Refusal{word(random)}, {}};
  if (role == chat::Role::user && kind < 2) return {chat::Image{source(random), word(random)}, remember(random)};
  if (role == chat::Role::user && kind < 3) return {chat::Audio{source(random)}, {}};
  if (role == chat::Role::user && kind < 5) return {chat::File{source(random), word(random)}, remember(random)};
  return {chat::Text{word(random)}, remember(random)};
}

chat::Request any_request(Random& random) {
  constexpr std::string_view models[] = {"eu.anthropic.claude-x", "amazon.nova-x", "meta.llama-x",
                                         "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/x"};
  chat::Request request;
  request.model = models[random.below(4)];
  for (std::size_t i = random.below(6); i > 0; --i) {
    chat::Message message{static_cast<chat::Role>(random.below(5)), {}, {}};
    for (std::size_t j = random.below(4); j > 0; --j) message.parts.push_back(part(random, message.role));
    request.messages.push_back(std::move(message));
  }
  for (std::size_t i = random.below(3); i > 0; --i)
    request.tools.push_back({"t" + std::to_string(i), word(random), random.one_in(2) ? "" : R"({"type":"object"})",
                             random.one_in(2), false, remember(random)});
  if (random.one_in(2))
    request.tool_choice = chat::ToolChoice{static_cast<chat::ToolChoice::Mode>(random.below(3)), {}};
  if (request.tool_choice && random.one_in(3)) request.tool_choice->only = {"t1"};
  if (random.one_in(3)) request.parallel_tools = random.one_in(2);
  if (random.one_in(3)) request.format = chat::Format{R"({"type":"object"})", word(random), word(random), true};
  if (random.one_in(2)) request.thinking = chat::Thinking{static_cast<chat::Effort>(random.below(7)), {}, {}, {}};
  if (request.thinking && random.one_in(3)) request.thinking->budget = 1024;
  if (random.one_in(2)) request.max_tokens = 1 + random.below(99);
  if (random.one_in(2)) request.temperature = static_cast<double>(random.below(200)) / 100;
  if (random.one_in(3)) request.top_k = random.below(99);
  if (random.one_in(3)) request.stop = {word(random), word(random)};
  if (random.one_in(2)) request.user = word(random);
  for (std::size_t i = random.below(20); i > 0; --i) request.metadata.emplace_back(word(random), word(random));
  if (random.one_in(3)) request.service_tier = random.one_in(2) ? "priority" : word(random);
  return request;
}

// Sides take turns, no turn is empty, and tools are offered wherever calls stand.
void expect_sound(const json& body) {
  std::string last;
  for (const auto& message : body["messages"]) {
    ASSERT_FALSE(message["content"].empty());
    ASSERT_NE(message["role"], last);
    last = message["role"];
    for (const auto& block : message["content"])
      ASSERT_TRUE(body.contains("toolConfig") || !(block.contains("toolUse") || block.contains("toolResult")));
  }
}

TEST(BedrockRequest, IsAlwaysWhatTheServiceDescribes) {
  test::Schemas schemas("bedrock");
  Random random(3);
  int written = 0;
  for (int round = 0; round < 3000 && !testing::Test::HasFailure(); ++round) {
    const auto request = any_request(random);
    const auto out = write_request(request);
    if (!out) {
      ASSERT_FALSE(out.error().param().empty());
      continue;
    }
    ++written;
    ASSERT_EQ(schemas.complaints("ConverseRequest", out->body), "");
    expect_sound(json::parse(out->body));
  }
  EXPECT_GT(written, 300);
}

}  // namespace
}  // namespace headgate::dialects::bedrock
