// What providers of all dialects get wrong alike, and what they say that no other dialect can say.
#include <gmock/gmock.h>

#include "headgate/dialects/codec.hpp"

namespace headgate::dialects {
namespace {

using Kind = chat::Event::Kind;
using testing::ElementsAre;

std::string padded(std::string_view text) {
  std::string out(text);
  out.reserve(out.size() + wire::json_padding);
  return out;
}

core::Result<chat::Answer> whole(Dialect dialect, std::string_view body) {
  const auto text = padded(body);
  wire::JsonReader json;
  return codec_of(dialect).read_answer(*json.read_lenient(text));
}

struct Piece {
  std::string_view name, data;
};

struct Heard {
  chat::Events events;
  core::Result<void> end;
  chat::Answer answer;
};

Heard streamed(Dialect dialect, const std::vector<Piece>& pieces) {
  wire::JsonReader json;
  const auto reader = codec_of(dialect).make_event_reader();
  Heard heard;
  for (const auto& piece : pieces)
    if (heard.end = reader->read(json, piece.name, padded(piece.data), heard.events); !heard.end) return heard;
  heard.end = reader->end(heard.events);
  chat::Assembly assembly;
  for (const auto& event : heard.events)
    if (!assembly.add(event)) break;
  heard.answer = assembly.answer();
  return heard;
}

TEST(ProviderFaults, ACallWithoutANameIsNoAnswerInAnyDialect) {
  const std::pair<Dialect, std::string_view> answers[] = {
      {Dialect::chat_completions,
       R"({"choices":[{"message":{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"",
          "arguments":"{}"}}]},"finish_reason":"tool_calls"}]})"},
      {Dialect::chat_completions,
       R"({"choices":[{"message":{"role":"assistant","function_call":{"arguments":"{}"}},"finish_reason":"stop"}]})"},
      {Dialect::responses,
       R"({"status":"completed","output":[{"type":"function_call","call_id":"c","name":"","arguments":"{}"}]})"},
      {Dialect::messages, R"({"content":[{"type":"tool_use","id":"c","input":{}}],"stop_reason":"tool_use"})"},
      {Dialect::generate_content,
       R"({"candidates":[{"content":{"parts":[{"functionCall":{"args":{}}}]},"finishReason":"STOP"}]})"},
      {Dialect::converse,
       R"({"output":{"message":{"content":[{"toolUse":{"toolUseId":"c","input":{}}}]}},"stopReason":"tool_use"})"},
  };
  for (const auto& [dialect, body] : answers) {
    const auto answer = whole(dialect, body);
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().retry(), core::Retry::next_target) << body;
  }
}

TEST(ProviderFaults, ACallWithoutANameBreaksAStreamInAnyDialect) {
  const std::pair<Dialect, std::vector<Piece>> streams[] = {
      {Dialect::chat_completions,
       {{"", R"({"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"",
              "arguments":""}}]}}]})"}}},
      {Dialect::responses,
       {{"",
         R"({"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"c"}})"}}},
      {Dialect::messages,
       {{"", R"({"type":"message_start","message":{}})"},
        {"", R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c","input":{}}})"}}},
      {Dialect::generate_content, {{"", R"({"candidates":[{"content":{"parts":[{"functionCall":{"args":{}}}]}}]})"}}},
      {Dialect::converse, {{"contentBlockStart", R"({"start":{"toolUse":{"toolUseId":"c"}},"contentBlockIndex":0})"}}},
  };
  for (const auto& [dialect, pieces] : streams) {
    const auto heard = streamed(dialect, pieces);
    EXPECT_FALSE(heard.end) << pieces.back().data;
    for (const auto& event : heard.events) EXPECT_NE(event.kind, Kind::tool_call) << pieces.back().data;
  }
}

TEST(ProviderFaults, WhatOnlyTheProvidersOwnDialectCanSayIsNamed) {
  const std::tuple<Dialect, std::string_view, std::string> answers[] = {
      {Dialect::messages,
       R"({"content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"text","text":"Hi"}],
          "stop_reason":"end_turn"})",
       "server_tool_use"},
      {Dialect::messages,
       R"({"content":[{"type":"text","text":"Hi","citations":[{"type":"char_location"}]}],"stop_reason":"end_turn"})",
       "citations"},
      {Dialect::generate_content,
       R"({"candidates":[{"content":{"parts":[{"executableCode":{"code":"1"}},{"text":"Hi"}]},"finishReason":"STOP"}]})",
       "executableCode"},
      {Dialect::converse,
       R"({"output":{"message":{"content":[{"toolUse":{"type":"server_tool_use","toolUseId":"c","name":"x"}},
          {"text":"Hi"}]}},"stopReason":"end_turn"})",
       "server_tool_use"},
      {Dialect::responses,
       R"({"status":"completed","output":[{"type":"web_search_call","id":"w","status":"completed"},
          {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[]}]}]})",
       "web_search_call"},
  };
  for (const auto& [dialect, body, kind] : answers) {
    const auto answer = whole(dialect, body);
    ASSERT_TRUE(answer) << body << answer.error().detail();
    EXPECT_THAT(answer->left_out, ElementsAre(kind));
    EXPECT_EQ(std::get<chat::Text>(answer->choices.at(0).message.parts.at(0).value).text, "Hi");
  }
}

TEST(ProviderFaults, NamesOfWhatIsLeftOutMayStandInAHeader) {
  std::vector<std::string> kinds;
  for (const auto* kind : {"a_b", "a_b", "with space", "line\r\nbreak", ""}) chat::note_left_out(kinds, kind);
  EXPECT_THAT(kinds, ElementsAre("a_b", "unknown"));
  for (int i = 0; i < 100; ++i) chat::note_left_out(kinds, "kind" + std::to_string(i));
  EXPECT_LE(kinds.size(), 16U);
}

// --- Messages

constexpr std::string_view start =
    R"({"type":"message_start","message":{"id":"m","model":"x","usage":{"input_tokens":40,"cache_read_input_tokens":8}}})";

TEST(MessagesStream, EndsACallThatIsStillOpenAtItsEnd) {
  const auto heard = streamed(
      Dialect::messages,
      {{"", start},
       {"", R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c","name":"f","input":
              {"a":1}}})"},
       {"", R"({"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":3}})"},
       {"", R"({"type":"message_stop"})"}});
  ASSERT_TRUE(heard.end);
  const auto& call = std::get<chat::ToolCall>(heard.answer.choices.at(0).message.parts.at(0).value);
  EXPECT_EQ(call.arguments, R"({"a":1})");
  EXPECT_EQ(heard.answer.choices.at(0).finish, chat::Finish::tool_calls);
}

TEST(MessagesStream, GoesByTheLastReasonToStopAndTellsItOnce) {
  const auto heard =
      streamed(Dialect::messages, {{"", start},
                                   {"", R"({"type":"message_delta","delta":{"stop_reason":"end_turn"}})"},
                                   {"", R"({"type":"message_delta","delta":{"stop_reason":"max_tokens"}})"},
                                   {"", R"({"type":"message_stop"})"}});
  ASSERT_TRUE(heard.end);
  EXPECT_EQ(std::ranges::count(heard.events, Kind::finish, &chat::Event::kind), 1);
  EXPECT_EQ(heard.answer.choices.at(0).finish, chat::Finish::length);
}

TEST(MessagesStream, TellsItsCountsBeforeItsEnd) {
  const auto heard = streamed(
      Dialect::messages,
      {{"", start}, {"", R"({"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":7}})"}});
  EXPECT_FALSE(heard.end);
  EXPECT_EQ(heard.answer.usage.input, 40U);
  EXPECT_EQ(heard.answer.usage.cache_read, 8U);
  EXPECT_EQ(heard.answer.usage.output, 7U);
}

TEST(MessagesStream, EndsForAReasonThatIsNewAsAnyOther) {
  const auto heard = streamed(Dialect::messages, {{"", start},
                                                  {"", R"({"type":"message_delta","delta":{"stop_reason":"tired"}})"},
                                                  {"", R"({"type":"message_stop"})"}});
  ASSERT_TRUE(heard.end);
  EXPECT_EQ(heard.answer.choices.at(0).finish, chat::Finish::other);
}

TEST(MessagesStream, NamesTheRequestInItsError) {
  chat::Event failure;
  failure.kind = Kind::error;
  failure.error = core::Error(core::Code::upstream_error, "Broken.");
  std::string out;
  codec_of(Dialect::messages).make_event_writer({"req_7", "m", 0, true}, "")->write(out, failure);
  EXPECT_NE(out.find(R"("request_id":"req_7")"), std::string::npos) << out;
}

// --- reasons to stop that OpenAI has no word for go through its words all the same

TEST(Finish, SurvivesTheWordsOfPolicy) {
  for (const auto finish : {chat::Finish::pause, chat::Finish::window, chat::Finish::other, chat::Finish::stop}) {
    chat::Answer answer;
    answer.choices.push_back({{chat::Role::assistant, {}, {chat::text_part("Hi")}}, finish, {}, {}});
    std::string body;
    codec_of(Dialect::chat_completions).append_answer(body, answer, {"id", "m", 1, true}, "");
    EXPECT_EQ(whole(Dialect::chat_completions, body)->choices.at(0).finish, finish) << body;
  }
}

TEST(Finish, IsOtherForGoogleWhereNobodyKnowsTheWord) {
  const auto answer = whole(Dialect::chat_completions,
                            R"({"choices":[{"message":{"role":"assistant","content":"Hi"},"finish_reason":"tired"}]})");
  std::string google, claude;
  codec_of(Dialect::generate_content).append_answer(google, *answer, {}, "");
  codec_of(Dialect::messages).append_answer(claude, *answer, {}, "");
  EXPECT_NE(google.find(R"("finishReason":"OTHER")"), std::string::npos) << google;
  EXPECT_NE(claude.find(R"("stop_reason":"end_turn")"), std::string::npos) << claude;
}

}  // namespace
}  // namespace headgate::dialects
