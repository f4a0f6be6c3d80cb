// What is written is read as the same, for all that this dialect can say; and nothing makes it stumble.
#include <algorithm>

#include "gemini_support.hpp"
#include "support/random.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::gemini {
namespace {

using chat::Finish;
using chat::Part;
using chat::Role;
using test::Random;
using Kind = chat::Source::Kind;

std::string word(Random& random) {
  constexpr std::string_view letters[] = {"a", "é", "\"", "\\", "\n", "{", "雪", " "};
  std::string text = "w";
  for (auto count = random.below(6); count > 0; --count) text += letters[random.below(std::size(letters))];
  return text;
}

std::string signature(Random& random) { return random.one_in(2) ? "c2lnLTE=" : "AQID"; }

Part any_media(Random& random) {
  constexpr std::string_view googles[] = {"gs://b/", "https://generativelanguage.googleapis.com/v1beta/files/"};
  const auto uri = std::string(googles[random.below(2)]) + word(random);
  switch (random.below(5)) {
    case 0: return {chat::Image{{Kind::base64, "AAAA", "image/png"}, {}}, {}};
    case 1: return {chat::Audio{{Kind::base64, "AAAA", "audio/wav"}}, {}};
    case 2: return {chat::File{{Kind::base64, "AAAA", "application/pdf"}, {}}, {}};
    case 3: return {chat::Image{{Kind::file_id, uri, "image/png"}, {}}, {}};
    default: return {chat::File{{Kind::file_id, uri, random.one_in(2) ? "video/mp4" : ""}, {}}, {}};
  }
}

Part any_result(Random& random, const Part& call) {
  const auto& made = std::get<chat::ToolCall>(call.value);
  chat::ToolResult result{made.id, made.name, {}, random.one_in(3)};
  const bool pictured = random.one_in(3);
  if (!pictured || random.one_in(2))
    result.content.push_back(chat::text_part(random.one_in(3) ? R"({"n":[1]})" : word(random)));
  if (result.content.empty()) result.failed = false;
  if (pictured) result.content.push_back({chat::Image{{Kind::base64, "AAAA", "image/png"}, {}}, {}});
  return {std::move(result), {}};
}

Part any_said(Random& random, std::size_t& calls) {
  switch (random.below(4)) {
    case 0: return thought_part(word(random), signature(random));
    case 1: return thought_part("", signature(random));
    case 2: {
      const auto id = "id" + std::to_string(calls++);
      return call_part(id, "f" + std::to_string(random.below(3)), R"({"n":1})",
                       random.one_in(2) ? signature(random) : "");
    }
    default: return chat::text_part(word(random));
  }
}

// Two texts in a row are one text in two pieces.
std::vector<Part> any_speech(Random& random, std::size_t& calls) {
  std::vector<Part> parts;
  for (auto count = 1 + random.below(5); count > 0; --count) {
    auto part = any_said(random, calls);
    const bool text = std::holds_alternative<chat::Text>(part.value);
    if (parts.empty() || !text || !std::holds_alternative<chat::Text>(parts.back().value))
      parts.push_back(std::move(part));
  }
  return parts;
}

std::vector<chat::Message> any_conversation(Random& random) {
  std::vector<chat::Message> messages;
  std::size_t calls = 0;
  if (random.one_in(2)) messages.push_back({Role::system, {}, {chat::text_part(word(random))}});
  for (auto count = 1 + random.below(3); count > 0; --count) {
    chat::Message user{Role::user, {}, {chat::text_part(word(random))}};
    if (random.one_in(2)) user.parts.push_back(any_media(random));
    messages.push_back(std::move(user));
    messages.push_back({Role::assistant, {}, any_speech(random, calls)});
    chat::Message results{Role::tool, {}, {}};
    for (const auto& part : messages.back().parts)
      if (std::holds_alternative<chat::ToolCall>(part.value)) results.parts.push_back(any_result(random, part));
    if (!results.parts.empty()) messages.push_back(std::move(results));
  }
  return messages;
}

chat::Request any_request(Random& random) {
  chat::Request request;
  request.wants_usage = true;
  request.messages = any_conversation(random);
  for (auto count = random.below(3); count > 0; --count)
    request.tools.push_back({"f" + std::to_string(count),
                             random.one_in(2) ? word(random) : "",
                             random.one_in(2) ? R"({"type":"object"})" : "",
                             {},
                             false,
                             {}});
  if (random.one_in(2)) {
    request.tool_choice = {static_cast<chat::ToolChoice::Mode>(random.below(3)), {}};
    if (random.one_in(2)) request.tool_choice->only = {"f1", "f2"};
  }
  if (random.one_in(3)) request.format = {random.one_in(2) ? R"({"type":"object"})" : "", {}, {}, {}};
  if (random.one_in(2)) request.thinking = {static_cast<chat::Effort>(1 + random.below(4)), {}, true, {}};
  if (random.one_in(2)) request.max_tokens = random.below(1000);
  if (random.one_in(2)) request.temperature = 0.3;
  if (random.one_in(2)) request.top_p = 0.7;
  if (random.one_in(2)) request.top_k = random.below(100);
  if (random.one_in(2)) request.answers = 1 + random.below(4);
  if (random.one_in(2)) request.stop = {word(random), word(random)};
  if (random.one_in(2)) request.seed = static_cast<std::int64_t>(random.below(1000)) - 500;
  if (random.one_in(2)) request.presence_penalty = -0.5;
  if (random.one_in(2)) request.frequency_penalty = 0.5;
  if (random.one_in(3)) request.logprobs = true, request.top_logprobs = random.below(20);
  if (random.one_in(2)) request.service_tier = random.one_in(2) ? "flex" : "default";
  if (random.one_in(3))
    request.extras = {{"generationConfig.mediaResolution", R"("MEDIA_RESOLUTION_LOW")"}, {"safetySettings", "[]"}};
  return request;
}

std::string any_logprobs(Random& random) {
  if (random.one_in(2)) return {};
  return R"({"content":[{"token":"w","logprob":-0.5,"bytes":null,"top_logprobs":[{"token":"v","logprob":-2,"bytes":null}]}],"refusal":null})";
}

chat::Answer any_answer(Random& random) {
  chat::Answer answer{"r-7", "gemini-x", 0, {}, {}, {}};
  for (auto count = 1 + random.below(3); count > 0; --count) {
    std::size_t calls = 0;
    auto parts = any_speech(random, calls);
    auto finish = calls > 0 ? Finish::tool_calls : Finish::stop;
    if (random.one_in(3)) finish = Finish::length;
    answer.choices.push_back({{Role::assistant, {}, std::move(parts)}, finish, {}, any_logprobs(random)});
  }
  answer.usage.input = 100;
  if (random.one_in(2)) answer.usage.cache_read = 50;
  answer.usage.output = 9;
  if (random.one_in(2)) answer.usage.reasoning = 4;
  return answer;
}

TEST(GeminiProperty, ARequestIsReadAsItWasWritten) {
  Random random(11);
  test::Schemas schemas("gemini");
  for (int round = 0; round < 500; ++round) {
    const auto request = any_request(random);
    const auto written = write_request(request, {});
    ASSERT_TRUE(written) << written.error().param();
    const auto again = request_in(written->body);
    ASSERT_TRUE(again) << again.error().message() << written->body;
    ASSERT_EQ(*again, request) << written->body;
    EXPECT_EQ(write_request(*again, {})->body, written->body);
    if (round < 50) schemas.expect_valid("GenerateContentRequest", written->body);
  }
}

std::vector<chat::ToolResult> results_in(const chat::Request& request) {
  std::vector<chat::ToolResult> results;
  for (const auto& message : request.messages)
    for (const auto& part : message.parts)
      if (const auto* result = std::get_if<chat::ToolResult>(&part.value)) results.push_back(*result);
  return results;
}

TEST(GeminiProperty, WithoutIdsResultsFindTheirCalls) {
  Random random(12);
  for (int round = 0; round < 300; ++round) {
    auto request = any_request(random);
    auto expected = results_in(request);
    for (auto& message : request.messages)
      if (message.role == Role::tool) std::ranges::reverse(message.parts);
    const auto written = write_request(request, {true, false, false});
    ASSERT_TRUE(written);
    EXPECT_EQ(written->body.find("\"id\""), std::string::npos);
    const auto again = request_in(written->body);
    ASSERT_TRUE(again) << again.error().message() << written->body;
    for (std::size_t i = 0; i < expected.size(); ++i)
      expected[i].call_id = (i < 9 ? "call_000" : "call_00") + std::to_string(i + 1);
    EXPECT_EQ(results_in(*again), expected) << written->body;
  }
}

TEST(GeminiProperty, AnAnswerIsReadAsItWasWrittenWholeAndStreamed) {
  Random random(13);
  test::Schemas schemas("gemini");
  for (int round = 0; round < 500; ++round) {
    const auto answer = any_answer(random);
    const auto whole = answered(answer);
    const auto again = answer_in(whole);
    ASSERT_TRUE(again) << again.error().detail() << whole;
    ASSERT_EQ(again->choices, answer.choices) << whole;
    expect_same_usage(again->usage, answer.usage);
    const auto stream = streamed(chat::in_pieces(answer));
    const auto reading = read_stream(stream);
    ASSERT_TRUE(reading.end) << stream;
    const auto put_together = assembled(reading.events);
    ASSERT_EQ(put_together.choices, answer.choices) << stream;
    EXPECT_EQ(put_together.id, answer.id);
    EXPECT_EQ(put_together.model, answer.model);
    expect_same_usage(put_together.usage, answer.usage);
    if (round < 50) schemas.expect_valid("GenerateContentResponse", whole);
  }
}

// A text with a piece of it cut out, doubled or replaced; often no JSON any more.
std::string mutated(Random& random, std::string text) {
  const auto at = random.below(text.size()), size = std::min(random.below(20), text.size() - at);
  switch (random.below(3)) {
    case 0: text.erase(at, size); break;
    case 1: text.insert(at, text.substr(at, size)); break;
    default: text[at] = "{}[]\",:0n"[random.below(9)];
  }
  return text;
}

TEST(GeminiProperty, NothingMakesAReaderStumble) {
  Random random(14);
  wire::JsonReader json, copies;
  int sound = 0;
  for (int round = 0; round < 3000; ++round) {
    auto text =
        mutated(random, random.one_in(2) ? write_request(any_request(random), {})->body : answered(any_answer(random)));
    const auto size = text.size();
    text.append(wire::json_padding, '\0');
    const auto document = json.read_lenient(std::string_view(text).substr(0, size));
    if (!document) continue;
    ++sound;
    (void)read_answer(*document);
    (void)read_embeddings(*document);
    (void)error_in(400, std::string(document->source()));
    const auto request = read_request(*document);
    if (!request) continue;
    auto written = write_request(*request, {});
    if (!written) continue;
    written->body.reserve(written->body.size() + wire::json_padding);
    EXPECT_TRUE(copies.read(written->body)) << written->body;
  }
  EXPECT_GT(sound, 300);
}

TEST(GeminiProperty, NoStreamMakesAReaderStumble) {
  Random random(15);
  for (int round = 0; round < 2000; ++round) {
    chat::Assembly assembly;
    for (const auto& event : read_stream(mutated(random, streamed(chat::in_pieces(any_answer(random))))).events)
      (void)assembly.add(event);
  }
}

}  // namespace
}  // namespace headgate::dialects::gemini
