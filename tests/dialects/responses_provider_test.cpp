#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "responses_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Finish;
using nlohmann::json;
namespace fs = std::filesystem;

const fs::path fixtures = HEADGATE_SOURCE_DIR "/tests/fixtures/responses";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> cases_with(std::string_view file) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(fixtures))
    if (fs::exists(entry.path() / file)) found.push_back(entry.path());
  EXPECT_FALSE(found.empty());
  return found;
}

// What a reader makes of a stream that comes in pieces of the given sizes, the last one to its end.
struct Reading {
  chat::Events events;
  core::Result<void> end;
};
Reading read_stream(std::string_view stream, const std::vector<std::size_t>& sizes) {
  wire::SseReader sse(1 << 20);
  wire::JsonReader reader;
  const auto events = make_event_reader();
  Reading reading;
  std::string pending;
  std::size_t taken = 0, piece = 0;
  while (taken < stream.size()) {
    const auto more = stream.substr(taken, piece < sizes.size() ? sizes[piece++] : stream.npos);
    taken += more.size();
    pending += more;
    for (wire::SseReader::Event event;;) {
      pending.reserve(pending.size() + wire::json_padding);
      const auto status = sse.next(pending, event);
      if (status == wire::SseReader::Status::event) {
        std::string data(event.data);
        data.append(wire::json_padding, '\0');
        EXPECT_TRUE(
            events->read(reader, event.name, std::string_view(data).substr(0, event.data.size()), reading.events));
      } else if (status != wire::SseReader::Status::skipped) {
        break;
      }
      pending.erase(0, event.consumed);
    }
  }
  reading.end = events->end(reading.events);
  return reading;
}

std::string described(const chat::Events& events) {
  std::string all;
  for (const auto& event : events)
    all += std::to_string(static_cast<int>(event.kind)) + " " + std::to_string(event.index) + " " + event.id + " " +
           event.name + " " + event.text + " " + std::to_string(static_cast<int>(event.finish)) + " " +
           std::to_string(event.usage.all_input()) + " " + event.error.message() + "\n";
  return all;
}

void expect_same_usage(const core::Usage& one, const core::Usage& other) {
  EXPECT_EQ(one.input, other.input);
  EXPECT_EQ(one.cache_read, other.cache_read);
  EXPECT_EQ(one.cache_write, other.cache_write);
  EXPECT_EQ(one.output, other.output);
  EXPECT_EQ(one.reasoning, other.reasoning);
}

chat::Answer assembled(const chat::Events& events) {
  chat::Assembly assembly;
  for (const auto& event : events) EXPECT_TRUE(assembly.add(event));
  EXPECT_TRUE(assembly.is_done());
  return assembly.answer();
}

core::Result<chat::Answer> answer_in(std::string_view text) { return read_answer(Document(text)); }

TEST(ResponsesFixtures, StreamsSayTheSameHoweverTheyAreCut) {
  for (const auto& path : cases_with("stream.sse")) {
    const auto stream = read_file(path / "stream.sse");
    const auto whole = described(read_stream(stream, {}).events);
    EXPECT_EQ(described(read_stream(stream, std::vector<std::size_t>(stream.size(), 1)).events), whole) << path;
    for (std::size_t cut = 1; cut < stream.size(); cut += 7)
      ASSERT_EQ(described(read_stream(stream, {cut}).events), whole) << path << " cut at " << cut;
  }
}

TEST(ResponsesFixtures, StreamsEndAsTheWholeAnswer) {
  for (const auto& path : cases_with("response.json")) {
    const auto whole = answer_in(read_file(path / "response.json"));
    const auto reading = read_stream(read_file(path / "stream.sse"), {});
    EXPECT_TRUE(reading.end) << path;
    if (!whole) {
      ASSERT_EQ(reading.events.back().kind, chat::Event::Kind::error) << path;
      EXPECT_EQ(reading.events.back().error.message(), whole.error().message());
      continue;
    }
    const auto streamed = assembled(reading.events);
    EXPECT_EQ(streamed.choices, whole->choices) << path;
    EXPECT_EQ(streamed.id, whole->id);
    EXPECT_EQ(streamed.model, whole->model);
    EXPECT_EQ(streamed.created, whole->created);
    expect_same_usage(streamed.usage, whole->usage);
  }
}

// The description wants an id of each thought; without a store there is none, and clients leave it out.
json with_ids(json body) {
  for (auto& item : body["input"])
    if (item["type"] == "reasoning") item["id"] = "rs_1";
  return body;
}

TEST(ResponsesFixtures, RequestsAreWrittenAsTheyWereRead) {
  test::Schemas schemas("responses");
  for (const auto& path : cases_with("request.json")) {
    const auto body = json::parse(read_file(path / "request.json"));
    const Document document(body.dump());
    const auto request = read_request(document);
    ASSERT_TRUE(request) << path << request.error().message();
    const auto written = write_request(*request);
    ASSERT_TRUE(written) << path;
    EXPECT_EQ(json::parse(written->body), body) << path;
    EXPECT_TRUE(written->changed.empty());
    schemas.expect_valid("CreateResponse", with_ids(body).dump());
  }
}

TEST(ResponsesFixtures, HoldWhatTheySeemTo) {
  const auto calls = answer_in(read_file(fixtures / "parallel_tools/response.json"));
  ASSERT_TRUE(calls);
  EXPECT_EQ(calls->choices.at(0).finish, Finish::tool_calls);
  EXPECT_EQ(calls->choices.at(0).message.parts,
            (std::vector<chat::Part>{call_part("call_a1", "get_weather", R"({"city":"Oslo"})"),
                                     call_part("call_a2", "get_weather", R"({"city":"Bergen"})"),
                                     {chat::ToolCall{"call_a3", "shell", "ls -l", {}, true}, {}}}));
  const auto thoughts = answer_in(read_file(fixtures / "reasoning/response.json"));
  ASSERT_TRUE(thoughts);
  EXPECT_EQ(
      thoughts->choices.at(0).message.parts.at(0),
      (chat::Part{chat::Reasoning{"**Look.** The city is known.\n\nAsk for it.", "Z0FBQUFB", "openai-responses-v1"},
                  {}}));
  EXPECT_EQ(thoughts->choices.at(0).message.parts.at(1),
            (chat::Part{chat::SealedReasoning{"Z0FBQUJC", "openai-responses-v1"}, {}}));
  EXPECT_EQ(thoughts->usage.output, 16u);
  EXPECT_EQ(thoughts->usage.reasoning, 64u);
  const auto cached = answer_in(read_file(fixtures / "cached_usage/response.json"));
  ASSERT_TRUE(cached);
  EXPECT_EQ(cached->usage.input, 48u);
  EXPECT_EQ(cached->usage.cache_read, 1024u);
  EXPECT_EQ(cached->usage.cache_write, 128u);
  EXPECT_EQ(answer_in(read_file(fixtures / "length/response.json"))->choices.at(0).finish, Finish::length);
  EXPECT_EQ(answer_in(read_file(fixtures / "refusal/response.json"))->choices.at(0).finish, Finish::refused);
}

TEST(ResponsesProvider, FailuresInsideAStreamAreErrorsOfTheProvider) {
  const auto failed = read_stream(read_file(fixtures / "provider_error/stream.sse"), {}).events.back().error;
  EXPECT_EQ(failed.code(), core::Code::upstream_error);
  EXPECT_EQ(failed.retry(), core::Retry::next_target);
  const auto limited = read_stream(read_file(fixtures / "error_event/stream.sse"), {}).events.back().error;
  EXPECT_EQ(limited.code(), core::Code::rate_limit_exceeded);
  EXPECT_EQ(limited.retry(), core::Retry::next_target);
}

TEST(ResponsesProvider, ErrorsAreJudgedByWhatTheySay) {
  wire::JsonReader reader;
  auto body = read_file(fixtures / "overflow/error_400.json");
  body.append(wire::json_padding, ' ');
  EXPECT_EQ(read_error(reader, 400, body).code(), core::Code::context_length_exceeded);
  body = read_file(fixtures / "rate_limit/error_429.json");
  body.append(wire::json_padding, ' ');
  EXPECT_EQ(read_error(reader, 429, body).retry(), core::Retry::next_target);
}

TEST(ResponsesProvider, AStreamThatBreaksOffIsNoAnswer) {
  for (const auto& path : cases_with("stream.sse")) {
    const auto stream = read_file(path / "stream.sse");
    const auto cut = stream.rfind("event: ");
    const auto reading = read_stream(std::string_view(stream).substr(0, cut), {});
    ASSERT_FALSE(reading.end) << path;
    EXPECT_EQ(reading.end.error().code(), core::Code::upstream_error);
  }
}

TEST(ResponsesProvider, TakesItemsThatComeWithoutTheirSteps) {
  const auto reading = read_stream(
      "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"model\":\"m\"}}\n\n"
      "data: {\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"message\",\"content\":"
      "[{\"type\":\"output_text\",\"text\":\"Hi\"}]}}\n\n"
      "data: {\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{\"type\":\"function_call\","
      "\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}}\n\n"
      "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}\n\ndata: [DONE]\n\n",
      {});
  EXPECT_TRUE(reading.end);
  const auto answer = assembled(reading.events);
  EXPECT_EQ(answer.choices.at(0).message.parts,
            (std::vector<chat::Part>{chat::text_part("Hi"), call_part("c", "f", "{}")}));
  EXPECT_FALSE(answer.usage.known());
}

TEST(ResponsesProvider, AnswersThatAreNoneAreRefused) {
  for (const std::string_view body :
       {R"({})", R"([])", R"({"output":{}})", R"({"status":"in_progress","output":[]})",
        R"({"status":"completed","output":[{"type":"function_call"}]})", R"({"status":"failed","output":[]})"}) {
    const auto answer = answer_in(body);
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().code(), core::Code::upstream_error);
  }
}

TEST(ResponsesProvider, CountsThatCannotBeAreLeftOut) {
  const auto answer = answer_in(R"({"output":[],"usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":9},
    "output_tokens":-1}})");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->usage.implausible);
  EXPECT_EQ(answer->usage.input, 5u);
  EXPECT_FALSE(answer->usage.cache_read || answer->usage.output);
}

chat::Request plain_request() {
  chat::Request request;
  request.model = "m";
  request.messages = {{chat::Role::user, {}, {chat::text_part("Hi")}}};
  return request;
}

TEST(ResponsesProvider, WhatItCannotSayIsRefusedByName) {
  const auto unsaid = [](auto change) {
    auto request = plain_request();
    change(request);
    const auto written = write_request(request);
    return written ? std::string() : written.error().param();
  };
  EXPECT_EQ(unsaid([](auto& request) { request.answers = 2; }), "n");
  EXPECT_EQ(unsaid([](auto& request) { request.stop = {"END"}; }), "stop");
  EXPECT_EQ(unsaid([](auto& request) { request.seed = 1; }), "seed");
  EXPECT_EQ(unsaid([](auto& request) { request.top_k = 1; }), "top_k");
  EXPECT_EQ(unsaid([](auto& request) { request.presence_penalty = 1; }), "presence_penalty");
  EXPECT_EQ(unsaid([](auto& request) { request.extras = {{"tools[1]", "{}"}}; }), "tools[1]");
  EXPECT_EQ(unsaid([](auto& request) {
              request.messages[0].parts = {{chat::Audio{{chat::Source::Kind::base64, "AA", "audio/wav"}}, {}}};
            }),
            "input_audio");
  EXPECT_EQ(unsaid([](auto& request) { request.answers = 1, request.presence_penalty = 0; }), "");
}

TEST(ResponsesProvider, WhatChangesNoAnswerIsToldAndLeftOut) {
  auto request = plain_request();
  request.messages[0].name = "ann";
  request.messages[0].parts[0].remember = chat::CacheTime::one_hour;
  request.messages.push_back(
      {chat::Role::assistant, {}, {{chat::Reasoning{"mine", ""}, {}}, call_part("c", "f", "{}", "s")}});
  request.messages.push_back({chat::Role::tool, {}, {{chat::ToolResult{"c", "f", {}, true}, {}}}});
  request.thinking = {{}, 4096, {}, {}};
  request.extras = {{"prediction", "{}"}};
  const auto written = write_request(request);
  ASSERT_TRUE(written);
  EXPECT_THAT(written->changed, testing::UnorderedElementsAre("name", "cache_control", "reasoning", "thought_signature",
                                                              "is_error", "thinking.budget", "prediction"));
  const auto body = json::parse(written->body);
  EXPECT_EQ(body["reasoning"]["effort"], "medium");
  EXPECT_EQ(body["store"], false);
  EXPECT_EQ(body["input"].size(), 3u);
}

}  // namespace
}  // namespace headgate::dialects::responses
