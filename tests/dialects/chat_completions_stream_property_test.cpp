// Random answers, whole and in pieces: what is written can be read again, and is what OpenAI publishes.
#include <sstream>

#include "chat_completions_support.hpp"
#include "headgate/dialects/codec.hpp"
#include "headgate/wire/sse.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::chat_completions {
namespace {

class AnyAnswer : public AnyConversation {
 public:
  using AnyConversation::AnyConversation;

  chat::Answer answer() {
    chat::Answer answer{"chatcmpl-1", "m-large", 1'790'000'000, {}, {}, {}};
    for (auto choices = 1 + below(3); choices > 0; --choices) answer.choices.push_back(choice());
    answer.usage.input = below(1000);
    answer.usage.output = below(1000);
    if (maybe()) answer.usage.cache_read = below(100);
    if (maybe()) answer.usage.cache_write = below(100);
    if (maybe()) answer.usage.reasoning = below(100);
    return answer;
  }

 private:
  void add(chat::Choice& choice, decltype(chat::Part::value) value) {
    choice.message.parts.push_back({std::move(value), {}});
  }

  // In the order in which the whole answer tells it.
  chat::Choice choice() {
    chat::Choice choice;
    bool calls = false;
    if (maybe()) {
      for (auto thoughts = 1 + below(2); thoughts > 0; --thoughts) add(choice, chat::Reasoning{word(), word()});
      if (maybe()) add(choice, chat::SealedReasoning{word()});
    } else if (maybe()) {
      add(choice, chat::Reasoning{word(), ""});
    }
    if (!maybe()) add(choice, chat::Text{word() + word()});
    if (maybe()) add(choice, chat::Refusal{word()});
    for (auto count = below(3); count > 0; --count) {
      calls = true;
      auto part = call();
      part.remember.reset();
      choice.message.parts.push_back(std::move(part));
    }
    constexpr chat::Finish finishes[] = {chat::Finish::length, chat::Finish::filtered, chat::Finish::stop};
    choice.finish = calls ? chat::Finish::tool_calls : finishes[below(3)];
    if (random_logprobs()) choice.logprobs = R"({"content":[],"refusal":null})";
    return choice;
  }
  bool random_logprobs() { return below(5) == 0; }
};

void expect_same(const chat::Answer& read, const chat::Answer& answer, const std::string& text) {
  ASSERT_EQ(read.choices == answer.choices, true) << text;
  EXPECT_EQ(read.id, answer.id);
  EXPECT_EQ(read.model, answer.model);
  EXPECT_EQ(read.created, answer.created);
  EXPECT_EQ(read.usage.input, answer.usage.input) << text;
  EXPECT_EQ(read.usage.cache_read, answer.usage.cache_read) << text;
  EXPECT_EQ(read.usage.cache_write, answer.usage.cache_write) << text;
  EXPECT_EQ(read.usage.output, answer.usage.output) << text;
  EXPECT_EQ(read.usage.reasoning, answer.usage.reasoning) << text;
}

std::string streamed(const chat::Answer& answer, bool usage) {
  std::string out;
  const auto writer = make_event_writer({"", "", 0, usage});
  for (const auto& event : chat::in_pieces(answer)) {
    out.append(heartbeat(Dialect::chat_completions));
    writer->write(out, event);
  }
  return out;
}

chat::Events read_stream(std::string_view text) {
  chat::Events events;
  wire::SseReader sse(1 << 20);
  wire::JsonReader json;
  const auto reader = make_event_reader();
  wire::SseReader::Event event;
  for (auto status = sse.next(text, event); status != wire::SseReader::Status::need_more;
       text.remove_prefix(event.consumed), status = sse.next(text, event)) {
    if (status != wire::SseReader::Status::event) continue;
    const PaddedText data(event.data);
    EXPECT_TRUE(reader->read(json, event.name, data.text(), events)) << event.data;
  }
  EXPECT_TRUE(reader->end(events));
  return events;
}

}  // namespace

TEST(ChatCompletionsProperty, AWholeAnswerIsReadAsItWasWritten) {
  AnyAnswer any(3);
  test::Schemas schemas("openai");
  for (int round = 0; round < 1000; ++round) {
    const auto answer = any.answer();
    const auto text = text_of(answer);
    ASSERT_EQ(schemas.complaints("CreateChatCompletionResponse", text), "");
    const auto read = answer_of(text);
    ASSERT_TRUE(read) << text;
    expect_same(*read, answer, text);
  }
}

TEST(ChatCompletionsProperty, AStreamIsReadAsItWasWritten) {
  AnyAnswer any(5);
  for (int round = 0; round < 1000; ++round) {
    const auto answer = any.answer();
    const auto text = streamed(answer, true);
    chat::Assembly assembly;
    for (const auto& event : read_stream(text)) ASSERT_TRUE(assembly.add(event)) << text;
    ASSERT_TRUE(assembly.is_done());
    expect_same(assembly.answer(), answer, text);
  }
}

TEST(ChatCompletionsProperty, EveryChunkIsWhatOpenAiPublishes) {
  AnyAnswer any(9);
  test::Schemas schemas("openai");
  for (int round = 0; round < 200; ++round) {
    auto answer = any.answer();
    for (auto& choice : answer.choices)  // its description of chunks has forgotten custom tools
      for (auto& part : choice.message.parts)
        if (auto* call = std::get_if<chat::ToolCall>(&part.value)) call->custom = false;
    const bool usage = any.maybe();
    const auto text = streamed(answer, usage);
    EXPECT_TRUE(text.ends_with("data: [DONE]\n\n"));
    EXPECT_EQ(text.find("\"usage\"") != std::string::npos, usage);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("data: {")) continue;
      ASSERT_EQ(schemas.complaints("CreateChatCompletionStreamResponse", line.substr(6)), "");
    }
  }
}

}  // namespace headgate::dialects::chat_completions
