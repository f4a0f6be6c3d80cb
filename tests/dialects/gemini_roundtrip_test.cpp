// The GenerateContent API read and written: what goes in comes out.
#include <gtest/gtest.h>

#include <string>

#include "headgate/dialects/gemini.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::dialects::gemini {
namespace {

struct Document {
  explicit Document(std::string body) : text(std::move(body)) { text.reserve(text.size() + wire::json_padding); }
  wire::JsonValue value() {
    auto read = json.read_lenient(text);
    EXPECT_TRUE(read.has_value()) << text;
    return read ? *read : wire::JsonValue();
  }
  std::string text;
  wire::JsonReader json;
};

constexpr std::string_view conversation =
    R"({"systemInstruction":{"parts":[{"text":"Answer briefly."}]},"contents":[{"role":"user","parts":[{"text":"Weather in Oslo?"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]},{"role":"model","parts":[{"functionCall":{"id":"call_0001","name":"get_weather","args":{"city":"Oslo"}},"thoughtSignature":"c2lnLTE="}]},{"role":"user","parts":[{"functionResponse":{"id":"call_0001","name":"get_weather","response":{"temp_c":4}}}]}],"tools":[{"functionDeclarations":[{"name":"get_weather","description":"Current weather","parametersJsonSchema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY"}},"generationConfig":{"maxOutputTokens":256,"stopSequences":["END"]}})";

chat::Events events_of(std::initializer_list<std::string_view> datas, bool& whole) {
  const auto reader = make_event_reader();
  chat::Events events;
  for (const auto data : datas) {
    Document document{std::string(data)};
    EXPECT_TRUE(reader->read(document.json, {}, document.text, events).has_value());
  }
  whole = reader->end(events).has_value();
  return events;
}

chat::Answer assembled(const chat::Events& events) {
  chat::Assembly assembly;
  for (const auto& event : events) EXPECT_TRUE(assembly.add(event).has_value());
  EXPECT_TRUE(assembly.is_done());
  return assembly.answer();
}

TEST(Gemini, WritesARequestAsItWasRead) {
  Document document{std::string(conversation)};
  const auto request = read_request(document.value());
  ASSERT_TRUE(request.has_value()) << request.error().message();
  const auto written = write_request(*request, {});
  ASSERT_TRUE(written.has_value());
  EXPECT_EQ(written->body, conversation);
  EXPECT_TRUE(written->changed.empty());
}

constexpr std::string_view thought =
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":"Let me think.","thought":true}]},"index":0}],"usageMetadata":{"promptTokenCount":20,"thoughtsTokenCount":12,"totalTokenCount":32},"modelVersion":"gemini-x","responseId":"r-002"})";
constexpr std::string_view hello =
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":"Hello"}]},"index":0}],"usageMetadata":{"promptTokenCount":20,"candidatesTokenCount":1,"thoughtsTokenCount":12,"totalTokenCount":33},"modelVersion":"gemini-x","responseId":"r-002"})";
constexpr std::string_view call =
    R"({"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"get_weather","args":{"city":"Oslo"}},"thoughtSignature":"c2lnLTI="}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":20,"candidatesTokenCount":8,"thoughtsTokenCount":12,"totalTokenCount":40},"modelVersion":"gemini-x","responseId":"r-002"})";

TEST(Gemini, ReadsAStreamOfThoughtsTextAndACall) {
  bool whole = false;
  const auto answer = assembled(events_of({thought, hello, call}, whole));
  ASSERT_TRUE(whole);
  const auto& choice = answer.choices.at(0);
  EXPECT_EQ(choice.finish, chat::Finish::tool_calls);
  ASSERT_EQ(choice.message.parts.size(), 3u);
  const auto& made = std::get<chat::ToolCall>(choice.message.parts[2].value);
  EXPECT_EQ(made.arguments, R"({"city":"Oslo"})");
  EXPECT_EQ(made.signature, "c2lnLTI=");
  EXPECT_EQ(answer.usage.input, 20u);
  EXPECT_EQ(answer.usage.output, 8u);
  EXPECT_EQ(answer.usage.reasoning, 12u);
}

TEST(Gemini, CallsAStreamWithoutAReasonToFinishBroken) {
  bool whole = true;
  events_of({thought, hello}, whole);
  EXPECT_FALSE(whole);
}

TEST(Gemini, WritesAStreamThatReadsBackAsTheSameAnswer) {
  bool whole = false;
  const auto answer = assembled(events_of({thought, hello, call}, whole));
  const auto writer = make_event_writer({});
  std::string stream;
  for (const auto& event : chat::in_pieces(answer)) writer->write(stream, event);
  wire::SseReader sse(1 << 20);
  const auto reader = make_event_reader();
  chat::Events events;
  wire::SseReader::Event event;
  for (std::size_t at = 0; sse.next(std::string_view(stream).substr(at), event) == wire::SseReader::Status::event;
       at += event.consumed) {
    Document document{std::string(event.data)};
    EXPECT_TRUE(reader->read(document.json, {}, document.text, events).has_value());
  }
  ASSERT_TRUE(reader->end(events).has_value());
  const auto again = assembled(events);
  EXPECT_EQ(again.choices.at(0), answer.choices.at(0));
  EXPECT_EQ(again.usage.all_output(), 20u);
  EXPECT_EQ(again.id, "r-002");
}

TEST(Gemini, TakesARefusedKeyForTheGatewaysTrouble) {
  Document document{
      R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}})"};
  const auto error = read_error(document.json, 400, document.text);
  EXPECT_EQ(error.fault(), core::Fault::provider);
  EXPECT_EQ(error.retry(), core::Retry::next_target);
}

TEST(Gemini, WaitsAsLongAsAReachedLimitAsks) {
  Document document{
      R"({"error":{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"22s"}]}})"};
  const auto error = read_error(document.json, 429, document.text);
  EXPECT_EQ(error.code(), core::Code::rate_limit_exceeded);
  EXPECT_EQ(error.retry_after_seconds(), 22.0);
}

}  // namespace
}  // namespace headgate::dialects::gemini
