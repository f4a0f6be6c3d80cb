#include "headgate/dialects/completions.hpp"

#include <gtest/gtest.h>

#include "headgate/dialects/chat_completions.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::completions {
namespace {

using Kind = chat::Event::Kind;

core::Result<chat::Request> read(std::string text) {
  const auto size = text.size();
  text.resize(size + wire::json_padding);
  wire::JsonReader json;
  const auto body = json.read(std::string_view(text).substr(0, size));
  EXPECT_TRUE(body) << text;
  return read_request(*body);
}

std::string refusal(const std::string& member) {
  const auto request = read(R"({"model":"m","prompt":"x",)" + member + "}");
  return request ? "" : std::to_string(request.error().status()) + " " + request.error().param();
}

chat::Answer answer() {
  chat::Answer said;
  said.id = "a-1";
  said.model = "m";
  said.created = 7;
  chat::Choice choice;
  choice.message.parts = {{chat::Reasoning{"Hm", {}}, {}}, chat::text_part("It is "), chat::text_part("4 C.")};
  choice.finish = chat::Finish::length;
  said.choices = {choice};
  said.usage.input = 3;
  said.usage.output = 2;
  said.usage.reasoning = 1;
  return said;
}

std::string streamed(const chat::Answer& said, Shown shown = {"r", "x", 1, true}) {
  const auto writer = make_event_writer(std::move(shown));
  std::string out;
  for (const auto& event : chat::in_pieces(said)) writer->write(out, event);
  return out;
}

}  // namespace

TEST(Completions, APromptIsTheOneMessageOfAUser) {
  for (const auto* prompt : {R"("Say \"hi\"")", R"(["Say \"hi\""])"}) {
    const auto request = read(R"({"model":"m","prompt":)" + std::string(prompt) +
                              R"(,"max_tokens":5,"temperature":0.5,"stop":["END"],"n":2,"user":"u","stream":true})");
    ASSERT_TRUE(request) << request.error().message();
    ASSERT_EQ(request->messages.size(), 1u);
    EXPECT_EQ(request->messages[0], (chat::Message{chat::Role::user, {}, {chat::text_part("Say \"hi\"")}}));
    EXPECT_EQ(request->model, "m");
    EXPECT_EQ(request->max_tokens, 5u);
    EXPECT_EQ(request->temperature, 0.5);
    EXPECT_EQ(request->stop, std::vector<std::string>{"END"});
    EXPECT_EQ(request->answers, 2u);
    EXPECT_EQ(request->user, "u");
    EXPECT_TRUE(request->stream);
    EXPECT_TRUE(request->extras.empty());
  }
}

TEST(Completions, WhatAConversationHasNoWordForIsRefusedByName) {
  EXPECT_EQ(refusal(R"("suffix":"!")"), "422 suffix");
  EXPECT_EQ(refusal(R"("echo":true)"), "422 echo");
  EXPECT_EQ(refusal(R"("logprobs":0)"), "422 logprobs");
  EXPECT_EQ(refusal(R"("best_of":2)"), "422 best_of");
}

TEST(Completions, TheSameMembersAreFineWhereTheyAskForNothing) {
  EXPECT_EQ(refusal(R"("suffix":null,"echo":false,"logprobs":null,"best_of":1)"), "");
}

TEST(Completions, UnknownMembersAreKeptForWhoKnowsThem) {
  const auto request = read(R"({"model":"m","prompt":"x","colour":1})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->extras, (std::vector<chat::Extra>{{"colour", "1"}}));
}

TEST(Completions, OnlyOneTextIsAPrompt) {
  const auto asked = [](std::string_view prompt) {
    const auto request = read(R"({"model":"m","prompt":)" + std::string(prompt) + "}");
    return request ? 200 : request.error().status();
  };
  EXPECT_EQ(asked(R"(["a","b"])"), 422);
  EXPECT_EQ(asked("[1,2]"), 422);
  EXPECT_EQ(asked("[[1,2]]"), 422);
  EXPECT_EQ(asked(R"(["a",1])"), 422);
  EXPECT_EQ(asked("[]"), 400);
  EXPECT_EQ(asked("1"), 400);
  EXPECT_EQ(asked("{}"), 400);
}

TEST(Completions, AnAnswerIsOfOpenAisShape) {
  std::string out;
  append_answer(out, answer(), {"r", "x", 1, true});
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["choices"][0]["text"], "It is 4 C.");
  EXPECT_EQ(json["choices"][0]["finish_reason"], "length");
  EXPECT_EQ(json["id"], "a-1");
  EXPECT_EQ(json["usage"]["completion_tokens"], 3);
  test::Schemas("openai-others").expect_valid("CreateCompletionResponse", out);
}

TEST(Completions, ARefusalIsSaidAndTheReasonGiven) {
  auto refused = answer();
  refused.choices[0].message.parts = {{chat::Refusal{"No."}, {}}};
  refused.choices[0].finish = chat::Finish::refused;
  std::string out;
  append_answer(out, refused, {});
  const auto choice = nlohmann::json::parse(out)["choices"][0];
  EXPECT_EQ(choice["text"], "No.");
  EXPECT_EQ(choice["finish_reason"], "content_filter");
}

TEST(Completions, AStreamSaysTheSame) {
  const auto stream = streamed(answer());
  std::string text, finish;
  nlohmann::json usage;
  std::size_t at = 0;
  while (stream.compare(at, 12, "data: [DONE]") != 0) {
    const auto end = stream.find("\n\n", at);
    ASSERT_NE(end, stream.npos) << stream;
    const auto chunk = nlohmann::json::parse(stream.substr(at + 6, end - at - 6));
    EXPECT_EQ(chunk["object"], "text_completion");
    EXPECT_EQ(chunk["id"], "a-1");
    for (const auto& choice : chunk["choices"]) {
      text += choice["text"].get<std::string>();
      if (choice["finish_reason"].is_string()) finish = choice["finish_reason"];
    }
    if (chunk.contains("usage")) usage = chunk["usage"];
    at = end + 2;
  }
  EXPECT_EQ(stream.substr(at), "data: [DONE]\n\n");
  EXPECT_EQ(text, "It is 4 C.");
  EXPECT_EQ(finish, "length");
  EXPECT_EQ(usage["prompt_tokens"], 3);
}

TEST(Completions, AStreamThatFailsEndsWithTheError) {
  const auto writer = make_event_writer({"r", "x", 1, true});
  chat::Event failure;
  failure.kind = Kind::error;
  failure.error = core::Error(core::Code::upstream_error, "no");
  std::string out;
  writer->write(out, failure);
  EXPECT_TRUE(out.starts_with(R"(data: {"error":{"message":"no")")) << out;
  EXPECT_TRUE(out.ends_with("data: [DONE]\n\n"));
  const auto size = out.size();
  writer->write(out, failure);
  EXPECT_EQ(out.size(), size) << "nothing comes after the end";
}

}  // namespace headgate::dialects::completions
