// Recorded shapes of the GenerateContent API: each is read whole and in pieces, and written as it was.
#include "gemini_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::gemini {
namespace {

using chat::Finish;
using chat::Part;
using nlohmann::json;

std::string described(const Reading& reading) {
  std::string all = reading.end ? "whole\n" : "broken\n";
  for (const auto& event : reading.events)
    all += std::to_string(static_cast<int>(event.kind)) + " " + std::to_string(event.choice) + " " +
           std::to_string(event.index) + " " + event.id + " " + event.name + " " + event.text + " " +
           std::to_string(static_cast<int>(event.finish)) + " " + std::to_string(event.usage.all_input()) + " " +
           std::to_string(event.usage.all_output()) + " " + event.error.message() + "\n";
  return all;
}

TEST(GeminiFixtures, StreamsSayTheSameHoweverTheyAreCut) {
  for (const auto& path : cases_with("stream.sse")) {
    const auto stream = read_file(path / "stream.sse");
    const auto whole = described(read_stream(stream));
    EXPECT_TRUE(whole.starts_with("whole")) << path;
    EXPECT_EQ(described(read_stream(stream, std::vector<std::size_t>(stream.size(), 1))), whole) << path;
    for (std::size_t cut = 1; cut < stream.size(); ++cut)
      ASSERT_EQ(described(read_stream(stream, {cut})), whole) << path << " cut at " << cut;
  }
}

TEST(GeminiFixtures, StreamsEndAsTheWholeAnswer) {
  for (const auto& path : cases_with("response.json")) {
    const auto whole = answer_in(read_file(path / "response.json"));
    ASSERT_TRUE(whole) << path << whole.error().detail();
    const auto streamed = assembled(read_stream(read_file(path / "stream.sse")).events);
    EXPECT_EQ(streamed.choices, whole->choices) << path;
    EXPECT_EQ(streamed.id, whole->id);
    EXPECT_EQ(streamed.model, whole->model);
    expect_same_usage(streamed.usage, whole->usage);
  }
}

TEST(GeminiFixtures, StreamsThatBreakOffAreNoAnswers) {
  for (const auto& path : cases_with("response.json")) {
    const auto stream = read_file(path / "stream.sse");
    const auto reading = read_stream(std::string_view(stream).substr(0, stream.rfind("data: ")));
    ASSERT_FALSE(reading.end) << path;
    EXPECT_EQ(reading.end.error().code(), core::Code::upstream_error);
  }
}

TEST(GeminiFixtures, RequestsAreWrittenAsTheyWereRead) {
  test::Schemas schemas("gemini");
  for (const auto& path : cases_with("request.json")) {
    const auto body = json::parse(read_file(path / "request.json"));
    const auto request = request_in(body.dump());
    ASSERT_TRUE(request) << path << request.error().message();
    EXPECT_TRUE(request->extras.empty()) << path;
    const auto written = write_request(*request, {});
    ASSERT_TRUE(written) << path;
    EXPECT_EQ(json::parse(written->body), body) << path;
    EXPECT_TRUE(written->changed.empty()) << path;
    schemas.expect_valid("GenerateContentRequest", written->body);
  }
}

TEST(GeminiFixtures, AnswersAreWrittenSoThatTheyReadTheSame) {
  test::Schemas schemas("gemini");
  for (const auto& path : cases_with("response.json")) {
    const auto answer = answer_in(read_file(path / "response.json"));
    const auto written = answered(*answer);
    schemas.expect_valid("GenerateContentResponse", written);
    const auto again = answer_in(written);
    ASSERT_TRUE(again) << path;
    EXPECT_EQ(again->choices, answer->choices) << path;
    expect_same_usage(again->usage, answer->usage);
    for (const auto& event : events_in(streamed(chat::in_pieces(*answer))))
      schemas.expect_valid("GenerateContentResponse", event.dump());
  }
}

chat::Answer answer_of(std::string_view name) {
  const auto answer = answer_in(read_file(fixtures / name / "response.json"));
  EXPECT_TRUE(answer) << name;
  return answer ? *answer : chat::Answer();
}

const chat::Choice& only_choice(const chat::Answer& answer) { return answer.choices.at(0); }

TEST(GeminiFixtures, CallsAreReadWithTheirIdsOrGivenSome) {
  const auto answer = answer_of("parallel_tools");
  EXPECT_EQ(only_choice(answer).finish, Finish::tool_calls);
  EXPECT_EQ(only_choice(answer).message.parts,
            (std::vector<Part>{call_part("fc-1", "get_weather", R"({"city":"Oslo"})", "c2lnLTI="),
                               call_part("fc-2", "get_weather", R"({"city":"Bergen"})"),
                               call_part("call_r-1_3", "get_time", "{}")}));
}

TEST(GeminiFixtures, ThoughtsAreReadWithTheSignatureBehindThem) {
  const auto answer = answer_of("reasoning");
  EXPECT_EQ(only_choice(answer).message.parts,
            (std::vector<Part>{thought_part("Let me think."), chat::text_part("Hello"), thought_part("", "c2lnLTE=")}));
  EXPECT_EQ(answer.usage.output, 6u);
  EXPECT_EQ(answer.usage.reasoning, 45u);
}

TEST(GeminiFixtures, EndsAreReadAsWhatTheyAre) {
  EXPECT_EQ(only_choice(answer_of("plain")).finish, Finish::stop);
  EXPECT_EQ(only_choice(answer_of("length")).finish, Finish::length);
  EXPECT_EQ(only_choice(answer_of("refusal")).finish, Finish::filtered);
  EXPECT_EQ(only_choice(answer_of("blocked")).finish, Finish::filtered);
  EXPECT_TRUE(only_choice(answer_of("blocked")).message.parts.empty());
}

TEST(GeminiFixtures, WhatWasRememberedIsCountedOnce) {
  const auto usage = answer_of("cached_usage").usage;
  EXPECT_EQ(usage.input, 186u);  // 176 of the prompt, 10 of tools
  EXPECT_EQ(usage.cache_read, 1024u);
  EXPECT_EQ(usage.output, 9u);
  EXPECT_FALSE(usage.reasoning || usage.cache_write);
}

TEST(GeminiFixtures, ProbabilitiesAreToldAsOpenAiTellsThem) {
  const auto answer = answer_of("candidates");
  ASSERT_EQ(answer.choices.size(), 2u);
  EXPECT_EQ(answer.choices[1].finish, Finish::length);
  const auto logprobs = json::parse(answer.choices[0].logprobs);
  EXPECT_EQ(logprobs["content"].size(), 2u);
  EXPECT_EQ(logprobs["content"][0]["top_logprobs"][1], (json{{"token", "No"}, {"logprob", -1.5}, {"bytes", nullptr}}));
}

TEST(GeminiFixtures, ErrorsAreJudgedByWhatTheySay) {
  using core::Code;
  const auto error = [](std::string_view path, int status) { return error_in(status, read_file(fixtures / path)); };
  EXPECT_EQ(error("overflow/error_400.json", 400).code(), Code::context_length_exceeded);
  EXPECT_EQ(error("overflow/error_400.json", 400).fault(), core::Fault::client);
  const auto limited = error("rate_limit/error_429.json", 429);
  EXPECT_EQ(limited.code(), Code::rate_limit_exceeded);
  EXPECT_EQ(limited.retry_after_seconds(), 22.0);
  const auto spent = error("day_quota/error_429.json", 429);
  EXPECT_EQ(spent.code(), Code::insufficient_quota);
  EXPECT_EQ(spent.retry(), core::Retry::next_target);
  EXPECT_FALSE(spent.retry_after_seconds());
  EXPECT_EQ(error("provider_error/error_503.json", 503).code(), Code::no_healthy_upstream);
  const auto refused = error("refused_key/error_400.json", 400);
  EXPECT_EQ(refused.fault(), core::Fault::provider);
  EXPECT_EQ(refused.message().find("API key"), std::string::npos);
}

TEST(GeminiFixtures, ErrorsInsideAStreamEndIt) {
  const auto overloaded = read_stream(read_file(fixtures / "provider_error/stream.sse")).events;
  EXPECT_EQ(overloaded.back().kind, chat::Event::Kind::error);
  EXPECT_EQ(overloaded.back().error.code(), core::Code::no_healthy_upstream);
  const auto limited = read_stream(read_file(fixtures / "rate_limit/stream.sse")).events;
  ASSERT_EQ(limited.size(), 1u);
  EXPECT_EQ(limited[0].error.code(), core::Code::rate_limit_exceeded);
  EXPECT_EQ(limited[0].error.retry_after_seconds(), 22.0);
}

}  // namespace
}  // namespace headgate::dialects::gemini
