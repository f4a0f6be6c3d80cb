#include <gtest/gtest.h>

#include "headgate/wire/openai.hpp"
#include "support.hpp"

namespace headgate::wire::openai {
namespace {

using Kind = StreamEvent::Kind;

StreamEvent read(const std::string& data, Surface surface = Surface::chat_completions) {
  JsonReader reader;
  const Padded padded(data);
  return read_stream_event(reader, surface, padded.text());
}

Kind kind_of_delta(const std::string& delta) {
  return read(R"({"choices":[{"index":0,"delta":)" + delta + R"(,"finish_reason":null}]})").kind;
}

}  // namespace

TEST(StreamEvent, IsAPreambleWhileThereIsNothingToSee) {
  for (const char* delta :
       {"{}", R"({"role":"assistant"})", R"({"role":"assistant","content":""})", R"({"content":null})",
        R"({"role":"assistant","content":null,"refusal":null,"tool_calls":[]})", R"({"obfuscation":"xyz"})"})
    EXPECT_EQ(kind_of_delta(delta), Kind::preamble) << delta;
  EXPECT_EQ(read(R"({"choices":[{"index":0}]})").kind, Kind::preamble);
}

TEST(StreamEvent, IsContentOnceSomethingShows) {
  for (const char* delta :
       {R"({"content":"a"})", R"({"content":" "})", R"({"refusal":"no"})", R"({"reasoning_content":"hm"})",
        R"({"tool_calls":[{"index":0,"id":"call_1"}]})", R"({"function_call":{"name":"f"}})",
        R"({"role":"assistant","content":"","reasoning":"x"})", R"({"audio":{"id":"a"}})"})
    EXPECT_EQ(kind_of_delta(delta), Kind::content) << delta;
}

TEST(StreamEvent, IsContentWhenAnyChoiceShowsSomething) {
  EXPECT_EQ(read(R"({"choices":[{"index":0,"delta":{}},{"index":1,"delta":{"content":"a"}}]})").kind, Kind::content);
}

TEST(StreamEvent, FinishesWithAReason) {
  for (const char* reason : {"stop", "length", "tool_calls", "content_filter", "eos"}) {
    const auto event = read(std::string(R"({"choices":[{"index":0,"delta":{},"finish_reason":")") + reason + "\"}]}");
    EXPECT_EQ(event.kind, Kind::content) << reason;
    EXPECT_TRUE(event.finishes) << reason;
  }
  EXPECT_FALSE(read(R"({"choices":[{"delta":{"content":"a"},"finish_reason":null}]})").finishes);
}

TEST(StreamEvent, ReadsTextCompletions) {
  const auto kind = [](const char* choice) {
    return read(std::string(R"({"choices":[)") + choice + "]}", Surface::completions).kind;
  };
  EXPECT_EQ(kind(R"({"text":"a","finish_reason":null})"), Kind::content);
  EXPECT_EQ(kind(R"({"text":""})"), Kind::preamble);
  EXPECT_EQ(kind(R"({"text":"","finish_reason":"stop"})"), Kind::content);
}

TEST(StreamEvent, IsUsageOnlyWithoutChoices) {
  const auto event = read(R"({"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}})");
  EXPECT_EQ(event.kind, Kind::usage_only);
  EXPECT_EQ(event.usage.input, 5u);
  EXPECT_EQ(event.usage.output, 2u);
}

TEST(StreamEvent, WithoutChoicesOrUsageIsAPreamble) {
  EXPECT_EQ(read(R"({"choices":[],"prompt_filter_results":[]})").kind, Kind::preamble);
  EXPECT_EQ(read(R"({"choices":[],"usage":null})").kind, Kind::preamble);
}

TEST(StreamEvent, TellsUsageNextToContent) {
  const auto event =
      read(R"({"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":-2}})");
  EXPECT_EQ(event.kind, Kind::content);
  EXPECT_EQ(event.usage.input, 5u);
  EXPECT_FALSE(event.usage.output);
  EXPECT_TRUE(event.usage.implausible);
}

TEST(StreamEvent, IsDoneAtTheEnd) {
  EXPECT_EQ(read("[DONE]").kind, Kind::done);
  EXPECT_EQ(read("[DONE] ").kind, Kind::done);
}

TEST(StreamEvent, IsAnErrorWhenItHoldsOne) {
  for (
      const char* data :
      {R"({"error":{"message":"Overloaded","type":"server_error"}})", R"({"error":"Overloaded"})",
       R"({"id":"gen-1","error":{"code":502,"message":"Overloaded"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]})"}) {
    const auto event = read(data);
    EXPECT_EQ(event.kind, Kind::error) << data;
    EXPECT_EQ(event.error.code(), core::Code::upstream_error) << data;
    EXPECT_EQ(event.error.fault(), core::Fault::provider) << data;
    EXPECT_EQ(event.error.retry(), core::Retry::next_target) << data;
    EXPECT_NE(event.error.detail().find("status 502"), std::string::npos) << data;
  }
  EXPECT_EQ(read(R"({"error":null,"choices":[]})").kind, Kind::preamble);
}

TEST(StreamEvent, MayTellNothingButUsage) {
  for (const char* data : {R"({"choices":null,"usage":{"prompt_tokens":3,"completion_tokens":5}})",
                           R"({"usage":{"prompt_tokens":3,"completion_tokens":5}})"}) {
    EXPECT_EQ(read(data).kind, Kind::usage_only) << data;
    EXPECT_EQ(read(data).usage.output, 5u) << data;
  }
}

TEST(StreamEvent, IsMalformedOtherwise) {
  for (const char* data :
       {"", "x", "{", "[]", "null", "1", "{}", R"({"choices":null})", R"({"choices":{}})", R"({"choices":[1]})",
        R"({"choices":[null]})", R"({"choices":[{"delta":{}},[]]})", "{\"choices\":[\"\xff\"]}", "[done]", "[DONE"})
    EXPECT_EQ(read(data).kind, Kind::malformed) << data;
}

TEST(StreamEvent, TellsRefusalsAndWhatCameToItsLimit) {
  EXPECT_TRUE(read(R"({"choices":[{"delta":{"content":null,"refusal":"No."}}]})").refuses);
  EXPECT_TRUE(read(R"({"choices":[{"delta":{},"finish_reason":"content_filter"}]})").refuses);
  EXPECT_TRUE(read(R"({"choices":[{"delta":{},"finish_reason":"length"}]})").truncated);
  const auto usual = read(R"({"choices":[{"delta":{"content":"x","refusal":null},"finish_reason":"stop"}]})");
  EXPECT_FALSE(usual.refuses || usual.truncated);
}

}  // namespace headgate::wire::openai
