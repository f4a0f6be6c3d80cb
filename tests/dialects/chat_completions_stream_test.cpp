#include <gtest/gtest.h>

#include "chat_completions_support.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::dialects::chat_completions {
namespace {

using nlohmann::json;
using Kind = chat::Event::Kind;

// What a client would have made of it.
struct Heard {
  chat::Answer answer;
  std::string trouble;  // broken off: "broken"; reported by the provider: its message
  bool done = false;
};

Heard hear(const std::vector<std::string>& chunks) {
  Heard heard;
  chat::Events events;
  wire::JsonReader reader;
  const auto stream = make_event_reader();
  for (const auto& chunk : chunks)
    if (const PaddedText data(chunk); !stream->read(reader, "", data.text(), events)) heard.trouble = "broken";
  if (heard.trouble.empty() && !stream->end(events)) heard.trouble = "broken";
  chat::Assembly assembly;
  for (const auto& event : events)
    if (const auto added = assembly.add(event); !added) heard.trouble = added.error().message();
  heard.answer = assembly.answer();
  heard.done = assembly.is_done();
  return heard;
}

std::string chunk(const json& delta, const json& finish = nullptr, const json& more = json::object()) {
  json all{{"id", "c-1"},
           {"created", 7},
           {"model", "m"},
           {"choices", {{{"index", 0}, {"delta", delta}, {"finish_reason", finish}}}}};
  all.update(more);
  return all.dump();
}

json called(json call) { return {{"tool_calls", {std::move(call)}}}; }

const chat::ToolCall& call_of(const Heard& heard, std::size_t index) {
  return std::get<chat::ToolCall>(heard.answer.choices.at(0).message.parts.at(index).value);
}

constexpr const char* done = "[DONE]";

}  // namespace

TEST(ChatCompletionsStream, HearsTextAndUsage) {
  const auto heard =
      hear({chunk({{"role", "assistant"}, {"content", ""}}), chunk({{"content", "It is "}}),
            chunk({{"content", "4 C."}}), chunk(json::object(), "stop"),
            R"({"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":9,"total_tokens":21}})", done});
  EXPECT_EQ(heard.trouble, "");
  EXPECT_TRUE(heard.done);
  EXPECT_EQ(heard.answer.id, "c-1");
  EXPECT_EQ(heard.answer.choices.at(0).message.parts, std::vector{chat::text_part("It is 4 C.")});
  EXPECT_EQ(heard.answer.choices.at(0).finish, chat::Finish::stop);
  EXPECT_EQ(heard.answer.usage.input, 12u);
}

TEST(ChatCompletionsStream, HearsThoughtsInEveryVendorsWay) {
  for (const auto* member : {"reasoning_content", "reasoning"}) {
    const auto heard = hear(
        {chunk({{"content", nullptr}, {member, "Need"}}), chunk({{"content", "Hi"}, {member, nullptr}}, "stop"), done});
    EXPECT_EQ(heard.answer.choices.at(0).message.parts.at(0), (chat::Part{chat::Reasoning{"Need", ""}, {}}));
  }
  const auto detail = [](const json& what) { return json{{"reasoning", what["text"]}, {"reasoning_details", {what}}}; };
  const auto heard = hear({chunk(detail({{"type", "reasoning.text"}, {"text", "Ne"}})),
                           chunk(detail({{"type", "reasoning.text"}, {"text", "ed"}})),
                           chunk(detail({{"type", "reasoning.text"}, {"text", nullptr}, {"signature", "c2ln"}})),
                           chunk({{"reasoning_details", {{{"type", "reasoning.encrypted"}, {"data", "x"}}}}}, "stop")});
  EXPECT_EQ(heard.trouble, "") << "whole without [DONE]";
  EXPECT_EQ(heard.answer.choices.at(0).message.parts.at(0), (chat::Part{chat::Reasoning{"Need", "c2ln"}, {}}));
  EXPECT_EQ(heard.answer.choices.at(0).message.parts.at(1), (chat::Part{chat::SealedReasoning{"x"}, {}}));
}

TEST(ChatCompletionsStream, HearsCallsInPiecesAndWhole) {
  const auto pieces = hear(
      {chunk(
           called({{"index", 0}, {"id", "a"}, {"type", "function"}, {"function", {{"name", "f"}, {"arguments", ""}}}})),
       chunk(called({{"index", 1}, {"id", "b"}, {"function", {{"name", "g"}}}})),
       chunk(called({{"index", 0}, {"id", ""}, {"function", {{"name", nullptr}, {"arguments", "{\"a\""}}}})),
       chunk(called({{"index", 0}, {"function", {{"arguments", ":1}"}}}})), chunk(json::object(), "tool_calls"), done});
  EXPECT_EQ(pieces.trouble, "");
  EXPECT_EQ(call_of(pieces, 0), (chat::ToolCall{"a", "f", "{\"a\":1}", "", false}));
  EXPECT_EQ(call_of(pieces, 1), (chat::ToolCall{"b", "g", "{}", "", false}));
}

TEST(ChatCompletionsStream, HearsCallsWithoutIndexesOrWithTheSameForAll) {
  const json f{{"id", "a"}, {"function", {{"name", "f"}, {"arguments", "{}"}}}};
  const json g{{"id", "b"}, {"function", {{"name", "g"}, {"arguments", "{\"x\":1}"}}}};
  auto f0 = f, g0 = g;
  f0["index"] = g0["index"] = 0;
  for (const auto& [first, second] : {std::pair(f, g), std::pair(f0, g0)}) {
    const auto heard = hear({chunk({{"tool_calls", {first, second}}}), chunk(json::object(), "stop"), done});
    EXPECT_EQ(heard.trouble, "");
    EXPECT_EQ(call_of(heard, 0).name, "f");
    EXPECT_EQ(call_of(heard, 1).arguments, "{\"x\":1}");
    EXPECT_EQ(heard.answer.choices.at(0).finish, chat::Finish::tool_calls) << "whatever it calls it";
  }
}

TEST(ChatCompletionsStream, MakesUpIdsThatAreMissing) {
  const json f{{"function", {{"name", "f"}, {"arguments", json::object()}}}};
  const auto heard = hear({chunk({{"tool_calls", {f, f}}}, "stop"), done});
  EXPECT_NE(call_of(heard, 0).id, call_of(heard, 1).id);
  EXPECT_FALSE(call_of(heard, 0).id.empty());
}

TEST(ChatCompletionsStream, PassesOverAzuresFirstChunk) {
  const auto heard = hear({R"({"id":"","model":"","object":"","choices":[],"prompt_filter_results":[]})",
                           chunk({{"content", "Hi"}}), chunk(json::object(), "eos"), done});
  EXPECT_EQ(heard.answer.id, "c-1");
  EXPECT_EQ(heard.answer.choices.at(0).finish, chat::Finish::stop);
}

TEST(ChatCompletionsStream, FindsUsageWhereverItStands) {
  const json usage{{"prompt_tokens", 3}, {"completion_tokens", 1}};
  for (const auto& more : {json{{"usage", usage}}, json{{"x_groq", {{"usage", usage}}}}}) {
    const auto heard = hear({chunk({{"content", "Hi"}}, nullptr, more), chunk(json::object(), "stop", more), done});
    EXPECT_EQ(heard.answer.usage.input, 3u);
    EXPECT_EQ(heard.answer.usage.output, 1u) << "a total, however often it is told";
  }
}

TEST(ChatCompletionsStream, NeverTakesABrokenStreamForAWholeOne) {
  EXPECT_EQ(hear({chunk({{"content", "Hi"}})}).trouble, "broken");
  EXPECT_EQ(hear({chunk({{"content", "Hi"}}), done}).trouble, "broken");
  EXPECT_EQ(hear({done}).trouble, "broken");
  EXPECT_EQ(hear({}).trouble, "broken");
  EXPECT_EQ(hear({"<html>"}).trouble, "broken");
  EXPECT_EQ(hear({R"({"choices":[{"index":5000,"delta":{}}]})"}).trouble, "broken");
}

TEST(ChatCompletionsStream, PassesOnWhatTheProviderReports) {
  const auto heard = hear(
      {chunk({{"content", "Hi"}}),
       R"({"id":"g","error":{"code":429,"message":"Slow"},"choices":[{"index":0,"delta":{},"finish_reason":"error"}]})",
       done});
  EXPECT_EQ(heard.trouble, "The provider's rate limit is reached.");
  EXPECT_NE(hear({chunk({{"content", "Hi"}}, "insufficient_system_resource"), done}).trouble, "");
}

TEST(ChatCompletionsStream, TellsErrorsAsClientsExpectThem) {
  std::string out;
  const auto writer = make_event_writer({"c-1", "m", 7, true});
  chat::Event event;
  event.kind = Kind::start;
  writer->write(out, event);
  out.clear();
  event.kind = Kind::error;
  event.error = core::Error(core::Code::upstream_error, "Lost.");
  writer->write(out, event);
  EXPECT_EQ(out, "data: {\"error\":{\"message\":\"Lost.\",\"type\":\"" + std::string(event.error.type()) +
                     "\",\"param\":null,\"code\":\"upstream_error\"}}\n\ndata: [DONE]\n\n");
  out.clear();
  writer->write(out, event);
  EXPECT_EQ(out, "") << "it has ended";
}

}  // namespace headgate::dialects::chat_completions
