#include <gmock/gmock.h>

#include "responses_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Finish;
using nlohmann::json;
using testing::ElementsAre;

const Shown shown{"resp_7f", "m", 1790000001, true};

std::vector<std::string> names_of(const std::vector<Sent>& events) {
  std::vector<std::string> names;
  for (const auto& event : events) names.push_back(event.name.substr(event.name.find('.') + 1));
  return names;
}

// "response.output_text.delta" is checked by ResponseTextDeltaEvent.
std::string component_of(std::string type) {
  if (type == "error") return "ResponseErrorEvent";
  if (type.starts_with("response.output_text.")) type.erase(9, 7);
  std::string name;
  bool upper = true;
  for (const char c : type)
    if (c == '.' || c == '_')
      upper = true;
    else
      name += std::exchange(upper, false) ? static_cast<char>(c - 'a' + 'A') : c;
  return name + "Event";
}

chat::Event piece(chat::Event::Kind kind, std::string text = {}, std::uint32_t index = 0) {
  chat::Event event;
  event.kind = kind;
  event.text = std::move(text);
  event.index = index;
  event.id = "call_" + std::to_string(index);
  event.name = "f";
  return event;
}

class ResponsesStream : public testing::Test {
 protected:
  static void SetUpTestSuite() { schemas = std::make_unique<test::Schemas>("responses"); }
  static void TearDownTestSuite() { schemas.reset(); }

  // Sound in all that holds for every stream.
  static std::vector<Sent> checked(const std::string& stream) {
    auto events = events_in(stream);
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto& [name, data] = events[i];
      EXPECT_EQ(data["type"], name);
      EXPECT_EQ(data["sequence_number"], i);
      schemas->expect_valid(component_of(name), data.dump());
    }
    return events;
  }
  static std::vector<Sent> stream_of(const chat::Answer& answer) {
    return checked(streamed(chat::in_pieces(answer), shown));
  }

  static inline std::unique_ptr<test::Schemas> schemas;
};

TEST_F(ResponsesStream, OfATextHasEveryStep) {
  const auto events = stream_of(answer_of({chat::text_part("Hi")}));
  EXPECT_THAT(names_of(events),
              ElementsAre("created", "in_progress", "output_item.added", "content_part.added", "output_text.delta",
                          "output_text.done", "content_part.done", "output_item.done", "completed"));
  EXPECT_EQ(events[0].data["response"]["status"], "in_progress");
  EXPECT_FALSE(events[0].data["response"].contains("usage"));
  EXPECT_EQ(events[4].data["delta"], "Hi");
  EXPECT_EQ(events[4].data["item_id"], "msg_7f_0");
  EXPECT_EQ(events.back().data["response"]["usage"]["total_tokens"], 1213);
}

TEST_F(ResponsesStream, EndsWithTheObjectOfTheWholeAnswer) {
  const auto answer = answer_of({{chat::Reasoning{"Look.", "c2ln"}, {}},
                                 chat::text_part("Checking."),
                                 {chat::Refusal{"No."}, {}},
                                 call_part("call_1", "f", R"({"n":1})", "Z29v"),
                                 call_part("call_2", "f", ""),
                                 {chat::ToolCall{"call_3", "g", "ls", {}, true}, {}}},
                                Finish::tool_calls);
  const auto echo = read_echo(Document(R"({"model":"m","input":"Hi","instructions":"x","temperature":1})"));
  const auto events = checked(streamed(chat::in_pieces(answer), shown, echo));
  EXPECT_EQ(events.back().data["response"], json::parse(answered(answer, shown, echo)));
}

TEST_F(ResponsesStream, OfACallHasItsArgumentsAsTheyCome) {
  using Kind = chat::Event::Kind;
  const auto events = checked(streamed({piece(Kind::start), piece(Kind::tool_call), piece(Kind::arguments, "{\"n\":"),
                                        piece(Kind::arguments, "1}"), piece(Kind::finish), piece(Kind::done)},
                                       shown));
  EXPECT_THAT(names_of(events), ElementsAre("created", "in_progress", "output_item.added",
                                            "function_call_arguments.delta", "function_call_arguments.delta",
                                            "function_call_arguments.done", "output_item.done", "incomplete"));
  EXPECT_EQ(events[2].data["item"]["arguments"], "");
  EXPECT_EQ(events[2].data["item"]["call_id"], "call_0");
  EXPECT_EQ(events[5].data["arguments"], "{\"n\":1}");
}

TEST_F(ResponsesStream, TakesArgumentsOfSeveralCallsInTurns) {
  using Kind = chat::Event::Kind;
  const auto events = checked(
      streamed({piece(Kind::start), piece(Kind::tool_call, "", 0), piece(Kind::arguments, "{\"n\":", 0),
                piece(Kind::tool_call, "", 1), piece(Kind::arguments, "{\"m\":", 1), piece(Kind::arguments, "1}", 0),
                piece(Kind::arguments, "2}", 1), piece(Kind::finish), piece(Kind::done)},
               shown));
  const auto& output = events.back().data["response"]["output"];
  ASSERT_EQ(output.size(), 2u);
  EXPECT_EQ(output[0]["arguments"], "{\"n\":1}");
  EXPECT_EQ(output[1]["arguments"], "{\"m\":2}");
}

TEST_F(ResponsesStream, ShowsThoughtsAsASummary) {
  const auto events =
      stream_of(answer_of({{chat::Reasoning{"Look.", "c2ln", "google-gemini-v1"}, {}}, chat::text_part("Hi")}));
  const auto names = names_of(events);
  EXPECT_THAT(std::vector<std::string>(names.begin() + 2, names.begin() + 8),
              ElementsAre("output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
                          "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done"));
  EXPECT_EQ(events[7].data["item"]["encrypted_content"], "google-gemini-v1:c2ln");
}

TEST_F(ResponsesStream, TellsRefusalsAndCutsAndCustomTools) {
  EXPECT_THAT(names_of(stream_of(answer_of({{chat::Refusal{"No."}, {}}}, Finish::refused))),
              testing::IsSupersetOf({"refusal.delta", "refusal.done", "completed"}));
  const auto cut = stream_of(answer_of({chat::text_part("It is")}, Finish::length));
  EXPECT_EQ(cut.back().name, "response.incomplete");
  EXPECT_EQ(cut[cut.size() - 2].data["item"]["status"], "incomplete");
  EXPECT_THAT(names_of(stream_of(answer_of({{chat::ToolCall{"c", "g", "ls", {}, true}, {}}}, Finish::tool_calls))),
              testing::IsSupersetOf({"custom_tool_call_input.delta", "custom_tool_call_input.done", "completed"}));
}

TEST_F(ResponsesStream, ThatBreaksOffFails) {
  using Kind = chat::Event::Kind;
  auto failure = piece(Kind::error);
  failure.error = core::Error(core::Code::rate_limit_exceeded, "Slow down.");
  const auto events =
      checked(streamed({piece(Kind::start), piece(Kind::text, "It"), failure, piece(Kind::text, "is")}, shown));
  EXPECT_EQ(events.back().name, "response.failed");
  const auto& response = events.back().data["response"];
  EXPECT_EQ(response["error"], json::parse(R"({"code":"rate_limit_exceeded","message":"Slow down."})"));
  EXPECT_EQ(response["output"][0]["status"], "incomplete");
  EXPECT_EQ(checked(streamed({failure}, shown)).size(), 3u);
}

}  // namespace
}  // namespace headgate::dialects::responses
