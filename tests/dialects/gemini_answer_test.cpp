// Answers, errors and lists as clients of the GenerateContent API get them, and odd ones that providers send.
#include "gemini_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::gemini {
namespace {

using chat::Finish;
using core::Code;
using nlohmann::json;

chat::Answer answer_of(std::vector<chat::Part> parts, Finish finish = Finish::stop) {
  chat::Answer answer;
  answer.choices.push_back({{chat::Role::assistant, {}, std::move(parts)}, finish, {}, {}});
  return answer;
}

std::string candidate(const std::string& reason) {
  return R"({"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":")" + reason + R"("}]})";
}

TEST(GeminiAnswer, EveryReasonToFinishIsRead) {
  const auto finish = [](const std::string& reason) { return answer_in(candidate(reason))->choices.at(0).finish; };
  EXPECT_EQ(finish("STOP"), Finish::stop);
  EXPECT_EQ(finish("MAX_TOKENS"), Finish::length);
  EXPECT_EQ(finish("OTHER"), Finish::other);
  for (const auto* reason :
       {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY"})
    EXPECT_EQ(finish(reason), Finish::filtered) << reason;
  for (const auto* reason : {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MISSING_THOUGHT_SIGNATURE", "NEW_ONE"})
    EXPECT_EQ(finish(reason), Finish::failed) << reason;
  EXPECT_FALSE(answer_in(candidate("FINISH_REASON_UNSPECIFIED")));
}

TEST(GeminiAnswer, EveryFinishIsWrittenAsAReasonThatExists) {
  test::Schemas schemas("gemini");
  for (int i = 0; i <= static_cast<int>(Finish::other); ++i)
    schemas.expect_valid("GenerateContentResponse",
                         answered(answer_of({chat::text_part("x")}, static_cast<Finish>(i))));
}

TEST(GeminiAnswer, CallsBehindTheReasonStillCount) {
  const auto reading = read_stream(
      "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n"
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\"}}]}}]}\n\n");
  EXPECT_EQ(assembled(reading.events).choices.at(0).finish, Finish::tool_calls);
}

TEST(GeminiAnswer, PromptsBlockedOnSecondThoughtEndFiltered) {
  const auto reading = read_stream("data: " + std::string(R"({"candidates":[{"content":{"parts":[{"text":"I"}]}}]})") +
                                   "\n\ndata: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n");
  EXPECT_TRUE(reading.end);
  EXPECT_EQ(assembled(reading.events).choices.at(0).finish, Finish::filtered);
}

TEST(GeminiAnswer, AnswersThatAreNoneAreRefused) {
  for (const std::string_view body :
       {R"({})", R"([])", R"({"candidates":[]})", R"({"candidates":[{}]})",
        R"({"candidates":[{"index":4000000,"finishReason":"STOP"}]})",
        R"({"candidates":[{"content":{"parts":[{"functionCall":{}}]},"finishReason":"STOP"}]})"}) {
    const auto answer = answer_in(body);
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().code(), Code::upstream_error);
  }
  const std::string_view error = R"([{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}])";
  EXPECT_EQ(answer_in(error).error().code(), Code::rate_limit_exceeded);
}

TEST(GeminiAnswer, CountsThatCannotBeAreLeftOut) {
  const auto usage = answer_in(R"({"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5,
    "cachedContentTokenCount":9,"candidatesTokenCount":-1}})")
                         ->usage;
  EXPECT_TRUE(usage.implausible);
  EXPECT_EQ(usage.input, 5u);
  EXPECT_FALSE(usage.cache_read || usage.output);
}

TEST(GeminiAnswer, OtherProvidersLogprobsAreTold) {
  auto answer = answer_of({chat::text_part("Hi")});
  answer.choices[0].logprobs =
      R"({"content":[{"token":"Hi","logprob":-0.25,"bytes":[72,105],"top_logprobs":[{"token":"Ho","logprob":-2}]}]})";
  const json expected = json::parse(
      R"({"topCandidates":[{"candidates":[{"token":"Ho","logProbability":-2.0}]}],
          "chosenCandidates":[{"token":"Hi","logProbability":-0.25}]})");
  EXPECT_EQ(json::parse(answered(answer))["candidates"][0]["logprobsResult"], expected);
  const auto events = events_in(streamed(chat::in_pieces(answer)));
  EXPECT_EQ(events.at(1)["candidates"][0]["logprobsResult"], expected);
  for (const auto* other : {"{}", R"({"content":null})", "[1]", "7"}) {
    answer.choices[0].logprobs = other;
    EXPECT_FALSE(json::parse(answered(answer))["candidates"][0].contains("logprobsResult")) << other;
  }
}

TEST(GeminiAnswer, ArgumentsThatAreNoObjectAreShownRaw) {
  const auto args = [](std::string arguments) {
    const auto body = json::parse(answered(answer_of({call_part("c", "f", std::move(arguments))})));
    return body["candidates"][0]["content"]["parts"][0]["functionCall"]["args"];
  };
  EXPECT_EQ(args(R"({"a":)"), (json{{"_raw", R"({"a":)"}}));
  EXPECT_EQ(args("[1]"), (json{{"_raw", "[1]"}}));
  EXPECT_EQ(args(""), json::object());
}

TEST(GeminiAnswer, ArgumentsComeWithoutTheirLayout) {
  const auto answer = answer_in(
      "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{\n  "
      R"("a" : "x \" : \\ " , "b":[ 1, 2 ])"
      "\n}}}]},\"finishReason\":\"STOP\"}]}");
  ASSERT_TRUE(answer);
  EXPECT_EQ(std::get<chat::ToolCall>(answer->choices.at(0).message.parts.at(0).value).arguments,
            R"({"a":"x \" : \\ ","b":[1,2]})");
}

TEST(GeminiAnswer, StreamsPutTogetherCallsThatComeInterleaved) {
  using Kind = chat::Event::Kind;
  const auto piece = [](Kind kind, std::uint32_t index, std::string text, std::string name = {}) {
    chat::Event event;
    event.kind = kind;
    event.index = index;
    event.text = std::move(text);
    event.id = event.name = std::move(name);
    return event;
  };
  auto finish = piece(Kind::finish, 0, {});
  finish.finish = Finish::tool_calls;
  const auto reading = read_stream(
      streamed({piece(Kind::start, 0, {}), piece(Kind::tool_call, 0, {}, "f"), piece(Kind::tool_call, 1, {}, "g"),
                piece(Kind::arguments, 0, R"({"a")"), piece(Kind::text, 0, "\n"), piece(Kind::arguments, 1, "{}"),
                piece(Kind::arguments, 0, ":1}"), finish, piece(Kind::done, 0, {})}));
  EXPECT_EQ(
      assembled(reading.events).choices.at(0).message.parts,
      (std::vector<chat::Part>{chat::text_part("\n"), call_part("f", "f", R"({"a":1})"), call_part("g", "g", "{}")}));
}

json written_error(const core::Error& error) {
  std::string out;
  append_error(out, error, "req-1");
  return json::parse(out)["error"];
}

TEST(GeminiError, SaysStatusReasonAndRequest) {
  const auto error = written_error(core::Error(Code::rate_limit_exceeded, "Slower.").with_retry_after(2.5));
  EXPECT_EQ(error["code"], 429);
  EXPECT_EQ(error["status"], "RESOURCE_EXHAUSTED");
  EXPECT_EQ(error["details"][0]["reason"], "rate_limit_exceeded");
  EXPECT_EQ(error["details"][1]["retryDelay"], "2.5s");
  EXPECT_EQ(error["details"][2]["requestId"], "req-1");
  const auto wrong = written_error(core::Error(Code::invalid_request, "No.").with_param("contents"));
  EXPECT_EQ(wrong["status"], "INVALID_ARGUMENT");
  EXPECT_EQ(wrong["details"][1]["fieldViolations"][0]["field"], "contents");
  EXPECT_FALSE(written_error(core::Error(Code::internal_error))["message"].empty());
}

TEST(GeminiError, EveryCodeHasAStatusAndReadsBackAsOne) {
  for (int i = 0; i <= static_cast<int>(Code::client_gone); ++i) {
    const core::Error error(static_cast<Code>(i), "m");
    const auto written = written_error(error);
    EXPECT_EQ(written["code"], error.status());
    EXPECT_TRUE(written["status"].is_string());
  }
}

TEST(GeminiError, InsideAStreamIsReadBackWithItsWait) {
  chat::Event event;
  event.kind = chat::Event::Kind::error;
  event.error = core::Error(Code::rate_limit_exceeded, "Slower.").with_retry_after(3);
  const auto events = read_stream(streamed({event})).events;
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].error.code(), Code::rate_limit_exceeded);
  EXPECT_EQ(events[0].error.retry_after_seconds(), 3.0);
}

TEST(GeminiError, BodiesThatAreNoneAreJudgedByTheirStatus) {
  EXPECT_EQ(error_in(502, "<html>").code(), Code::upstream_error);
  EXPECT_EQ(error_in(429, "").code(), Code::rate_limit_exceeded);
  EXPECT_EQ(error_in(400, R"({"error":{"code":400,"status":"FAILED_PRECONDITION","message":"Not here."}})").fault(),
            core::Fault::provider);
  EXPECT_EQ(error_in(400, R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"Bad."}})").message(), "Bad.");
  for (const auto* delay : {"", "s", "x", "-2s", "2", "nans"})
    EXPECT_FALSE(error_in(429, R"({"error":{"details":[{"retryDelay":")" + std::string(delay) + R"("}]}})")
                     .retry_after_seconds())
        << delay;
  EXPECT_EQ(error_in(429, R"({"error":{"details":[{"retryDelay":"86400s"}]}})").retry_after_seconds(), 60.0);
}

TEST(GeminiLists, AreAsTheyArePublished) {
  test::Schemas schemas("gemini");
  std::string models, count;
  append_models(models, std::vector<std::string_view>{"smart", "fa\"st"});
  schemas.expect_valid("ListModelsResponse", models);
  EXPECT_EQ(json::parse(models)["models"][1]["name"], "models/fa\"st");
  append_token_count(count, 31);
  schemas.expect_valid("CountTokensResponse", count);
  EXPECT_EQ(count, R"({"totalTokens":31})");
}

TEST(GeminiEmbeddings, AreAskedForAndReadInOrder) {
  test::Schemas schemas("gemini");
  const auto body = write_embedding_request("e", std::vector<std::string>{"a", "b"}, 64);
  schemas.expect_valid("BatchEmbedContentsRequest", body);
  EXPECT_EQ(json::parse(body)["requests"][1]["content"]["parts"][0]["text"], "b");
  const auto many = read_embeddings(
      Document(R"({"embeddings":[{"values":[1,0.5]},{"values":[]}],"usageMetadata":{"promptTokenCount":3}})"));
  ASSERT_TRUE(many);
  EXPECT_EQ(many->vectors, (std::vector<chat::Json>{"[1,0.5]", "[]"}));
  EXPECT_EQ(many->usage.input, 3u);
  EXPECT_EQ(read_embeddings(Document(R"({"embedding":{"values":[2]}})"))->vectors.size(), 1u);
  for (const auto* none : {"{}", R"({"embeddings":[{}]})", R"({"embedding":{"values":["1"]}})"})
    EXPECT_FALSE(read_embeddings(Document(none))) << none;
}

}  // namespace
}  // namespace headgate::dialects::gemini
