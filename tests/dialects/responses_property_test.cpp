// What is written is read as the same, for all that this dialect can say; and nothing makes it stumble.
#include <gtest/gtest.h>

#include "responses_support.hpp"
#include "support/random.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Finish;
using chat::Part;
using chat::Role;
using test::Random;
using Kind = chat::Source::Kind;

std::string word(Random& random) {
  constexpr std::string_view letters[] = {"a", "é", "\"", "\\", "\n", "{", "雪", " "};
  std::string text = "w";
  for (auto count = random.below(6); count > 0; --count) text += letters[random.below(std::size(letters))];
  return text;
}

Part any_input(Random& random) {
  switch (random.below(5)) {
    case 0: return {chat::Image{{Kind::base64, "AAAA", "image/png"}, "high"}, {}};
    case 1: return {chat::Image{{Kind::url, "https://x.example/" + word(random), {}}, "auto"}, {}};
    case 2: return {chat::File{{Kind::base64, "AAAA", "application/pdf"}, word(random)}, {}};
    case 3: return {chat::File{{Kind::file_id, word(random), {}}, {}}, {}};
    default: return chat::text_part(word(random));
  }
}

Part any_said(Random& random, bool signs_calls) {
  switch (random.below(6)) {
    case 0: return {chat::Refusal{word(random)}, {}};
    case 1: return {chat::Reasoning{word(random), word(random), "openai-responses-v1"}, {}};
    case 2: return {chat::SealedReasoning{word(random), "openai-responses-v1"}, {}};
    case 3: return call_part(word(random), word(random), R"({"n":1})", signs_calls ? word(random) : "");
    case 4: return {chat::ToolCall{word(random), word(random), word(random), {}, true}, {}};
    default: return chat::text_part(word(random));
  }
}

chat::Message any_message(Random& random, Role role) {
  chat::Message message{role, {}, {}};
  for (auto count = 1 + random.below(4); count > 0; --count)
    if (role == Role::assistant)
      message.parts.push_back(any_said(random, false));
    else if (role == Role::tool)
      message.parts.push_back({chat::ToolResult{word(random), {}, {any_input(random), any_input(random)}, false}, {}});
    else
      message.parts.push_back(any_input(random));
  return message;
}

chat::Request any_request(Random& random) {
  chat::Request request;
  request.model = word(random);
  request.stream = random.one_in(2);
  request.wants_usage = true;
  if (random.one_in(2)) request.messages.push_back({Role::developer, {}, {chat::text_part(word(random))}});
  constexpr Role roles[] = {Role::user, Role::assistant, Role::tool, Role::system};
  request.messages.push_back(any_message(random, Role::user));
  for (auto count = random.below(5); count > 0; --count) {
    const auto role = roles[random.below(4)];
    const bool joins = role == request.messages.back().role && (role == Role::assistant || role == Role::tool);
    if (!joins) request.messages.push_back(any_message(random, role));
  }
  for (auto count = random.below(3); count > 0; --count)
    request.tools.push_back(
        {"f" + std::to_string(count), word(random), R"({"type":"object"})", random.one_in(2), false, {}});
  if (random.one_in(3)) request.tools.push_back({"g", {}, R"({"type":"text"})", {}, true, {}});
  if (random.one_in(2)) request.tool_choice = {chat::ToolChoice::Mode::required, {"g"}};
  if (random.one_in(3)) request.tool_choice = {chat::ToolChoice::Mode::automatic, {"f1", "g"}};
  if (random.one_in(2)) request.parallel_tools = random.one_in(2);
  if (random.one_in(3)) request.format = {R"({"type":"object"})", word(random), word(random), true};
  if (random.one_in(3)) request.thinking = {static_cast<chat::Effort>(random.below(7)), {}, true, "auto"};
  if (random.one_in(2)) request.max_tokens = random.below(1000);
  if (random.one_in(2)) request.temperature = 0.3;
  if (random.one_in(2)) request.top_p = 0.7;
  if (random.one_in(3)) request.logprobs = true, request.top_logprobs = random.below(20);
  request.user = random.one_in(2) ? word(random) : "";
  if (random.one_in(2)) request.metadata = {{word(random), word(random)}};
  request.service_tier = random.one_in(2) ? "flex" : "";
  request.cache_key = random.one_in(2) ? word(random) : "";
  request.verbosity = random.one_in(2) ? "low" : "";
  request.store = random.one_in(2);
  return request;
}

chat::Answer any_answer(Random& random) {
  std::vector<Part> parts;
  for (auto count = random.below(6); count > 0; --count) {
    auto part = any_said(random, random.one_in(2));
    // Two texts in a row are one text in two pieces.
    if (!parts.empty() && parts.back().value.index() == part.value.index() &&
        (std::holds_alternative<chat::Text>(part.value) || std::holds_alternative<chat::Refusal>(part.value)))
      continue;
    parts.push_back(std::move(part));
  }
  const auto says = [&]<typename Value>() {
    for (const auto& part : parts)
      if (std::holds_alternative<Value>(part.value)) return true;
    return false;
  };
  auto finish = says.operator()<chat::Refusal>() ? Finish::refused : Finish::stop;
  if (says.operator()<chat::ToolCall>()) finish = Finish::tool_calls;
  if (random.one_in(4)) finish = Finish::length;
  return answer_of(std::move(parts), finish);
}

TEST(ResponsesProperty, ARequestIsReadAsItWasWritten) {
  Random random(11);
  for (int round = 0; round < 1000; ++round) {
    const auto request = any_request(random);
    const auto written = write_request(request);
    ASSERT_TRUE(written);
    const Document document(written->body);
    const auto again = read_request(document);
    ASSERT_TRUE(again) << again.error().message() << written->body;
    ASSERT_EQ(*again, request) << written->body;
    EXPECT_EQ(write_request(*again)->body, written->body);
  }
}

TEST(ResponsesProperty, AStreamIsReadAsItWasWritten) {
  Random random(12);
  for (int round = 0; round < 1000; ++round) {
    const auto answer = any_answer(random);
    const auto stream = streamed(chat::in_pieces(answer), {"resp_1", {}, 0, true});
    const auto reader = make_event_reader();
    wire::JsonReader json;
    chat::Assembly assembly;
    for (const auto& event : events_in(stream)) {
      auto data = event.data.dump();
      const auto size = data.size();
      data.append(wire::json_padding, '\0');
      chat::Events pieces;
      ASSERT_TRUE(reader->read(json, event.name, std::string_view(data).substr(0, size), pieces));
      for (const auto& piece : pieces) ASSERT_TRUE(assembly.add(piece)) << stream;
    }
    ASSERT_TRUE(assembly.is_done());
    ASSERT_EQ(assembly.answer().choices, answer.choices) << stream;
    EXPECT_EQ(assembly.answer().usage.input, answer.usage.input);
    EXPECT_EQ(assembly.answer().usage.reasoning, answer.usage.reasoning);
  }
}

TEST(ResponsesProperty, AnAnswerIsReadAsItWasWrittenAndAsItWasStreamed) {
  Random random(13);
  for (int round = 0; round < 1000; ++round) {
    const auto answer = any_answer(random);
    const Shown shown{"resp_1", {}, 0, true};
    const auto whole = answered(answer, shown);
    const auto again = read_answer(Document(whole));
    ASSERT_TRUE(again) << again.error().detail() << whole;
    ASSERT_EQ(again->choices, answer.choices) << whole;
    const auto events = events_in(streamed(chat::in_pieces(answer), shown));
    ASSERT_EQ(events.back().data["response"], nlohmann::json::parse(whole));
  }
}

// A document with a piece of it cut out, doubled or replaced; often no JSON any more.
std::string mutated(Random& random, std::string text) {
  const auto at = random.below(text.size()), size = std::min(random.below(20), text.size() - at);
  switch (random.below(3)) {
    case 0: text.erase(at, size); break;
    case 1: text.insert(at, text.substr(at, size)); break;
    default: text[at] = "{}[]\",:0n"[random.below(9)];
  }
  return text;
}

TEST(ResponsesProperty, NothingMakesAReaderStumble) {
  Random random(14);
  wire::JsonReader json;
  int sound = 0;
  for (int round = 0; round < 5000; ++round) {
    const auto request = write_request(any_request(random))->body;
    auto text = mutated(random, random.one_in(2) ? request : answered(any_answer(random), {"resp_1", {}, 0, true}));
    const auto size = text.size();
    text.append(wire::json_padding, '\0');
    const auto document = json.read_lenient(std::string_view(text).substr(0, size));
    if (!document) continue;
    ++sound;
    std::string out;
    (void)read_request(*document);
    (void)read_answer(*document);
    (void)read_state(*document);
    (void)read_echo(*document);
    append_input_items(out, *document, "resp_1");
    (void)with_named_items(*document, [](std::string_view) { return std::string("{}"); });
  }
  EXPECT_GT(sound, 500);
}

TEST(ResponsesProperty, NoStreamMakesAReaderStumble) {
  Random random(15);
  for (int round = 0; round < 3000; ++round) {
    const auto stream = mutated(random, streamed(chat::in_pieces(any_answer(random)), {"resp_1", {}, 0, true}));
    const auto reader = make_event_reader();
    wire::SseReader sse(1 << 20);
    wire::JsonReader json;
    chat::Assembly assembly;
    std::string_view pending = stream;
    for (wire::SseReader::Event event;;) {
      const auto status = sse.next(pending, event);
      if (status != wire::SseReader::Status::event && status != wire::SseReader::Status::skipped) break;
      std::string data(event.data);
      data.append(wire::json_padding, '\0');
      chat::Events pieces;
      if (status == wire::SseReader::Status::event &&
          !reader->read(json, event.name, std::string_view(data).substr(0, event.data.size()), pieces))
        break;
      for (const auto& piece : pieces) (void)assembly.add(piece);
      pending.remove_prefix(event.consumed);
    }
    chat::Events rest;
    EXPECT_EQ(reader->end(rest).has_value(), assembly.is_done());
  }
}

}  // namespace
}  // namespace headgate::dialects::responses
