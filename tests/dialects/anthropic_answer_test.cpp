#include <gmock/gmock.h>

#include "anthropic_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::anthropic {
namespace {

using chat::Event;
using Kind = Event::Kind;

std::string written(const chat::Answer& answer, const Shown& shown = {}) {
  std::string out;
  append_answer(out, answer, shown);
  return out;
}

Event piece(Kind kind, std::string text = {}, std::uint32_t index = 0) {
  Event event;
  event.kind = kind;
  event.text = std::move(text);
  event.index = index;
  return event;
}

Event call(std::uint32_t index, std::string id) {
  auto event = piece(Kind::tool_call, {}, index);
  event.id = std::move(id);
  event.name = "f";
  return event;
}

Event finish(chat::Finish reason) {
  auto event = piece(Kind::finish);
  event.finish = reason;
  return event;
}

class EachCase : public testing::TestWithParam<const char*> {
 protected:
  std::string folder() const { return std::string(GetParam()) + "/"; }
};

TEST_P(EachCase, SaysTheSameWholeAndStreamed) {
  const Document whole(fixture(folder() + "answer.json"));
  const auto answer = read_answer(whole);
  ASSERT_TRUE(answer);
  const auto heard = hear(fixture(folder() + "stream.sse"));
  ASSERT_TRUE(heard.end);
  expect_same(assembled(heard.events), *answer);
}

TEST_P(EachCase, IsHeardTheSameHoweverItIsCut) {
  const auto stream = fixture(folder() + "stream.sse");
  const auto whole = as_text(hear(stream).events);
  std::vector<std::size_t> every;
  for (std::size_t at = 1; at < stream.size(); ++at) {
    every.push_back(at);
    EXPECT_EQ(as_text(hear(stream, {at}).events), whole) << at;
  }
  EXPECT_EQ(as_text(hear(stream, every).events), whole);
}

TEST_P(EachCase, IsAnErrorWhereverItBreaksOff) {
  const auto stream = fixture(folder() + "stream.sse");
  const auto last = stream.rfind("event: message_stop");
  for (std::size_t at = 0; at < last; at += 7) EXPECT_FALSE(hear(stream.substr(0, at)).end) << at;
}

TEST_P(EachCase, IsWrittenAsTheDescriptionDemandsAndReadsBack) {
  test::Schemas schemas("anthropic");
  const Document whole(fixture(folder() + "answer.json"));
  const auto answer = *read_answer(whole);
  const auto text = written(answer);
  schemas.expect_valid("Message", text);
  const Document again(text);
  expect_same(*read_answer(again), answer);

  const auto stream = streamed(chat::in_pieces(answer));
  wire::SseReader reader(1 << 20);
  std::string_view rest = stream;
  for (wire::SseReader::Event event; reader.next(rest, event) == wire::SseReader::Status::event;) {
    schemas.expect_valid("MessageStreamEvent", event.data);
    EXPECT_EQ(nlohmann::json::parse(event.data)["type"], event.name);
    rest.remove_prefix(event.consumed);
  }
  EXPECT_TRUE(rest.empty());
  expect_same(assembled(hear(stream).events), answer);
}

INSTANTIATE_TEST_SUITE_P(Anthropic, EachCase, testing::ValuesIn(cases));

TEST(AnthropicAnswer, CountsEachTokenOnce) {
  const Document cached(fixture("cached/answer.json")), thinking(fixture("thinking/answer.json"));
  EXPECT_EQ(as_text(read_answer(cached)->usage), "176 512 512 42 - ");
  EXPECT_EQ(as_text(read_answer(thinking)->usage), "12 - - 22 20 ");
}

TEST(AnthropicAnswer, IsUnusableWithoutAReasonToStop) {
  const Document open(R"({"type":"message","content":[],"stop_reason":null,"usage":{}})");
  EXPECT_EQ(read_answer(open).error().code(), core::Code::upstream_error);
  const Document none(R"({"object":"list"})");
  EXPECT_EQ(read_answer(none).error().retry(), core::Retry::next_target);
}

TEST(AnthropicAnswer, ReadsAnErrorUnderAGoodStatus) {
  const Document error(R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})");
  EXPECT_EQ(read_answer(error).error().code(), core::Code::no_healthy_upstream);
}

TEST(AnthropicAnswer, FillsInWhatTheProviderLeftOut) {
  chat::Answer answer;
  answer.choices.push_back({{chat::Role::assistant, {}, {chat::text_part("hi")}}, chat::Finish::stop, {}, {}});
  const auto json = nlohmann::json::parse(written(answer, {"msg_9", "mine", 0, true}));
  EXPECT_EQ(json["id"], "msg_9");
  EXPECT_EQ(json["model"], "mine");
  EXPECT_EQ(json["stop_reason"], "end_turn");
}

TEST(AnthropicAnswer, MakesAnObjectOfArgumentsThatAreNone) {
  chat::Answer answer;
  const chat::ToolCall broken{"call:1", "f", R"({"a":)", {}, false};
  answer.choices.push_back({{chat::Role::assistant, {}, {{broken, {}}}}, chat::Finish::stop, {}, {}});
  const auto json = nlohmann::json::parse(written(answer));
  EXPECT_EQ(json["content"][0]["input"]["_raw"], R"({"a":)");
  EXPECT_EQ(json["content"][0]["id"], "call_1");
  EXPECT_EQ(json["stop_reason"], "tool_use");
}

TEST(AnthropicStream, TakesTheLastWordOnEveryCount) {
  const std::string stream =
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"x\","
      "\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}}\n\n"
      "event: something_new\ndata: {\"type\":\"something_new\"}\n\n"
      "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
      "\"usage\":{\"input_tokens\":30,\"cache_read_input_tokens\":5,\"output_tokens\":7}}\n\n"
      "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\ndata: [DONE]\n\n";
  const auto heard = hear(stream);
  ASSERT_TRUE(heard.end);
  EXPECT_EQ(as_text(assembled(heard.events).usage), "30 5 - 7 - ");
}

TEST(AnthropicStream, PassesOnWhatTheProviderReports) {
  const auto heard = hear(
      "event: error\ndata: "
      "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n");
  ASSERT_TRUE(heard.end);
  ASSERT_EQ(heard.events.size(), 1U);
  EXPECT_EQ(heard.events[0].kind, Kind::error);
  EXPECT_EQ(heard.events[0].error.code(), core::Code::no_healthy_upstream);
}

TEST(AnthropicStream, LetsACallWaitUntilTheOneBeforeItIsWhole) {
  chat::Events events{piece(Kind::start), call(0, "a"), piece(Kind::arguments, R"({"x":")", 0), call(1, "b")};
  events.push_back(piece(Kind::arguments, R"({"y":2})", 1));
  events.push_back(piece(Kind::arguments, R"(}\"1"})", 0));
  events.push_back(finish(chat::Finish::tool_calls));
  events.push_back(piece(Kind::done));
  const auto answer = assembled(hear(streamed(events)).events);
  const auto& parts = answer.choices[0].message.parts;
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(std::get<chat::ToolCall>(parts[0].value).arguments, R"({"x":"}\"1"})");
  EXPECT_EQ(std::get<chat::ToolCall>(parts[1].value).arguments, R"({"y":2})");
}

TEST(AnthropicStream, WhatIsSaidInTheMiddleOfACallComesBehindIt) {
  const auto heard = [](std::vector<std::string> pieces, bool more) {
    chat::Events events{piece(Kind::start), call(0, "a")};
    for (auto& text : pieces) {
      events.push_back(piece(Kind::text, "\n"));
      events.push_back(piece(Kind::arguments, std::move(text), 0));
    }
    if (more) events.push_back(call(1, "b"));
    if (more) events.push_back(piece(Kind::arguments, "{}", 1));
    events.push_back(finish(chat::Finish::tool_calls));
    events.push_back(piece(Kind::done));
    return assembled(hear(streamed(events)).events).choices.at(0).message.parts;
  };
  auto parts = heard({R"({"city":)", R"("Oslo"})"}, true);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(std::get<chat::ToolCall>(parts[0].value).arguments, R"({"city":"Oslo"})");
  EXPECT_EQ(std::get<chat::Text>(parts[1].value).text, "\n\n");
  EXPECT_EQ(std::get<chat::ToolCall>(parts[2].value).arguments, "{}");
  parts = heard({R"({"cut)"}, false);
  ASSERT_EQ(parts.size(), 2U) << "what waits for the end of a call is told where it has none";
  EXPECT_EQ(std::get<chat::Text>(parts[1].value).text, "\n");
}

TEST(AnthropicStream, OpensBlocksOneBehindTheOther) {
  const auto stream =
      streamed({piece(Kind::start), piece(Kind::reasoning, "hm"), piece(Kind::text, "a"), piece(Kind::text, "b"),
                call(0, "c"), piece(Kind::arguments, "{}"), finish(chat::Finish::stop), piece(Kind::done)});
  std::vector<std::string> order;
  wire::SseReader reader(1 << 20);
  std::string_view rest = stream;
  for (wire::SseReader::Event event; reader.next(rest, event) == wire::SseReader::Status::event;) {
    const auto json = nlohmann::json::parse(event.data);
    order.push_back(std::string(event.name) + (json.contains("index") ? json["index"].dump() : ""));
    if (event.name == "message_delta") {
      EXPECT_EQ(json["delta"]["stop_reason"], "tool_use");
    }
    rest.remove_prefix(event.consumed);
  }
  EXPECT_THAT(order,
              testing::ElementsAre("message_start", "content_block_start0", "content_block_delta0",
                                   "content_block_stop0", "content_block_start1", "content_block_delta1",
                                   "content_block_delta1", "content_block_stop1", "content_block_start2",
                                   "content_block_delta2", "content_block_stop2", "message_delta", "message_stop"));
}

TEST(AnthropicStream, EndsWithAnErrorAndNothingBehindIt) {
  auto failed = piece(Kind::error);
  failed.error = core::Error(core::Code::upstream_timeout, "Too slow.");
  const auto stream = streamed({piece(Kind::start), failed, piece(Kind::text, "late")});
  EXPECT_NE(stream.find("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"timeout_error\""),
            std::string::npos);
  EXPECT_EQ(stream.find("late"), std::string::npos);
}

}  // namespace
}  // namespace headgate::dialects::anthropic
