// What is written is read as the same, for all that this dialect can say; and nothing makes it stumble.
#include <algorithm>

#include "anthropic_support.hpp"
#include "support/random.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::anthropic {
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

std::string signature(Random& random) { return random.one_in(2) ? "c2lnLTE=" : "AQID"; }

// A provider takes four marks.
class Marks {
 public:
  std::optional<chat::CacheTime> any(Random& random) {
    if (left_ == 0 || !random.one_in(4)) return {};
    --left_;
    return random.one_in(2) ? chat::CacheTime::one_hour : chat::CacheTime::five_minutes;
  }

 private:
  int left_ = 4;
};

Part any_text(Random& random, Marks& marks) { return {chat::Text{word(random)}, marks.any(random)}; }

Part any_media(Random& random, Marks& marks) {
  const std::string name = random.one_in(2) ? word(random) : "";
  Part part;
  switch (random.below(5)) {
    case 0: part = {chat::Image{{Kind::base64, "AAAA", "image/png"}, {}}, {}}; break;
    case 1: part = {chat::Image{{Kind::url, "https://a.example/b.png", {}}, {}}, {}}; break;
    case 2: part = {chat::File{{Kind::base64, "AAAA", "application/pdf"}, name}, {}}; break;
    case 3: part = {chat::File{{Kind::url, "https://a.example/b.pdf", {}}, name}, {}}; break;
    default: part = {chat::File{{Kind::text, word(random), "text/plain"}, name}, {}};
  }
  part.remember = marks.any(random);
  return part;
}

Part any_call(Random& random, std::size_t number) {
  return {chat::ToolCall{"toolu_" + std::to_string(number),
                         "f" + std::to_string(random.below(3)),
                         random.one_in(2) ? R"({"n":{"m":[1,"}"]}})" : "{}",
                         {},
                         false},
          {}};
}

Part any_result(Random& random, Marks& marks, const Part& call) {
  chat::ToolResult result{std::get<chat::ToolCall>(call.value).id, {}, {}, random.one_in(3)};
  for (auto count = random.below(3); count > 0; --count)
    result.content.push_back(random.one_in(2) ? any_text(random, marks) : any_media(random, marks));
  return {std::move(result), marks.any(random)};
}

chat::Reasoning any_signed(Random& random) {
  return {word(random), signature(random), std::string(anthropics_thoughts)};
}

// Texts in a row are one text in pieces, and so are thoughts until they are signed.
std::vector<Part> any_speech(Random& random, std::size_t& calls, bool all_signed) {
  std::vector<Part> parts;
  bool open = false;  // thoughts without a signature came last
  for (auto count = 1 + random.below(5); count > 0; --count) {
    const auto kind = random.below(4);
    const bool after_text = !parts.empty() && std::holds_alternative<chat::Text>(parts.back().value);
    if ((kind == 0 && open) || (kind == 3 && after_text)) continue;
    open = kind == 0 && !all_signed && random.one_in(3);
    switch (kind) {
      case 0: parts.push_back({open ? chat::Reasoning{word(random), ""} : any_signed(random), {}}); break;
      case 1: parts.push_back({chat::SealedReasoning{signature(random), std::string(anthropics_thoughts)}, {}}); break;
      case 2: parts.push_back(any_call(random, calls++)); break;
      default: parts.push_back(chat::text_part(word(random)));
    }
  }
  return parts;
}

std::vector<chat::Message> any_conversation(Random& random, Marks& marks) {
  std::vector<chat::Message> messages;
  std::size_t calls = 0;
  if (random.one_in(2)) messages.push_back({Role::system, {}, {any_text(random, marks), any_text(random, marks)}});
  for (auto count = 1 + random.below(3); count > 0; --count) {
    chat::Message user{Role::user, {}, {any_text(random, marks)}};
    if (random.one_in(2)) user.parts.push_back(any_media(random, marks));
    messages.push_back(std::move(user));
    auto said = any_speech(random, calls, true);
    // Models that think go on only from thoughts of their own.
    said.insert(said.begin(), Part{any_signed(random), {}});
    chat::Message results{Role::tool, {}, {}};
    for (const auto& part : said)
      if (std::holds_alternative<chat::ToolCall>(part.value)) results.parts.push_back(any_result(random, marks, part));
    messages.push_back({Role::assistant, {}, std::move(said)});
    if (!results.parts.empty()) messages.push_back(std::move(results));
  }
  return messages;
}

void offer_tools(Random& random, Marks& marks, chat::Request& request) {
  for (auto count = 1 + random.below(2); count > 0; --count)
    request.tools.push_back(
        {"f" + std::to_string(count), random.one_in(2) ? word(random) : "", R"({"type":"object","properties":{}})",
         random.one_in(3) ? std::optional(random.one_in(2)) : std::nullopt, false, marks.any(random)});
  if (random.one_in(2)) return;
  using Mode = chat::ToolChoice::Mode;
  request.tool_choice = chat::ToolChoice{static_cast<Mode>(random.below(3)), {}};
  if (request.tool_choice->mode == Mode::required && random.one_in(2)) request.tool_choice->only = {"f1"};
  if (request.tool_choice->mode != Mode::none && random.one_in(3)) request.parallel_tools = false;
}

// Thoughts stand against sampling and against tools that must be called.
void think(Random& random, bool manual_budget, chat::Request& request) {
  auto& thinking = request.thinking.emplace();
  if (random.one_in(4)) {
    thinking.effort = chat::Effort::none;
    return;
  }
  if (manual_budget)
    thinking.budget = 1024 + random.below(100);
  else if (random.one_in(2))
    thinking.effort = static_cast<chat::Effort>(2 + random.below(5));
  if (random.one_in(2)) thinking.shown = random.one_in(2);
}

chat::Request any_request(Random& random, bool manual_budget = false) {
  Marks marks;
  chat::Request request;
  request.model = "claude-x";
  request.wants_usage = true;
  request.stream = random.one_in(2);
  request.messages = any_conversation(random, marks);
  request.max_tokens = 2000 + random.below(1000);
  if (random.one_in(2)) offer_tools(random, marks, request);
  const bool forced = request.tool_choice && request.tool_choice->mode == chat::ToolChoice::Mode::required;
  if (!forced && random.one_in(2)) {
    think(random, manual_budget, request);
  } else {
    if (random.one_in(2)) request.temperature = 0.3;
    if (random.one_in(2)) request.top_p = 0.7;
    if (random.one_in(2)) request.top_k = random.below(100);
  }
  if (random.one_in(3)) request.format = {R"({"type":"object"})", {}, {}, {}};
  if (random.one_in(2)) request.stop = {word(random), word(random)};
  if (random.one_in(2)) request.user = word(random);
  if (random.one_in(2)) request.service_tier = random.one_in(2) ? "auto" : "default";
  return request;
}

Finish any_finish(Random& random, bool calls, std::string& stopped_by) {
  constexpr Finish others[] = {Finish::length, Finish::window, Finish::refused, Finish::pause};
  if (random.one_in(2)) return calls ? Finish::tool_calls : Finish::stop;
  if (!random.one_in(3)) return others[random.below(std::size(others))];
  stopped_by = word(random);
  return Finish::stop_sequence;
}

chat::Answer any_answer(Random& random) {
  chat::Answer answer{"msg_7", "claude-x", 0, {}, {}, {}};
  std::size_t calls = 0;
  auto& choice = answer.choices.emplace_back();
  choice.message.parts = any_speech(random, calls, false);
  choice.finish = any_finish(random, calls > 0, choice.stopped_by);
  answer.usage.input = 100;
  if (random.one_in(2)) answer.usage.cache_read = 50;
  if (random.one_in(2)) answer.usage.cache_write = 7;
  answer.usage.output = 9;
  if (random.one_in(2)) answer.usage.reasoning = 4;
  return answer;
}

std::string answered(const chat::Answer& answer) {
  std::string out;
  append_answer(out, answer, {});
  return out;
}

TEST(AnthropicProperty, ARequestIsReadAsItWasWritten) {
  Random random(21);
  test::Schemas schemas("anthropic");
  for (int round = 0; round < 600; ++round) {
    Words words;
    words.manual_budget = round % 2 == 1;
    const auto request = any_request(random, words.manual_budget);
    const auto written = write_request(request, words);
    ASSERT_TRUE(written) << written.error().param();
    ASSERT_TRUE(written->changed.empty()) << written->changed.front() << written->body;
    const Document document(written->body);
    const auto again = read_request(document);
    ASSERT_TRUE(again) << again.error().message() << written->body;
    ASSERT_EQ(*again, request) << written->body;
    EXPECT_EQ(write_request(*again, words)->body, written->body);
    if (round < 60) schemas.expect_valid("CreateMessageParams", written->body);
  }
}

TEST(AnthropicProperty, AnAnswerIsReadAsItWasWrittenWholeAndStreamed) {
  Random random(22);
  test::Schemas schemas("anthropic");
  for (int round = 0; round < 600 && !HasFailure(); ++round) {
    const auto answer = any_answer(random);
    const auto whole = answered(answer);
    const Document document(whole);
    const auto again = read_answer(document);
    ASSERT_TRUE(again) << again.error().detail() << whole;
    expect_same(*again, answer);
    const auto stream = streamed(chat::in_pieces(answer));
    const auto heard = hear(stream);
    ASSERT_TRUE(heard.end) << stream;
    expect_same(assembled(heard.events), answer);
    // The description lacks the one reason that only newer models give.
    if (round < 60 && answer.choices[0].finish != Finish::window) schemas.expect_valid("Message", whole);
  }
}

// A text with a piece of it cut out, doubled or replaced; often no JSON any more.
std::string mutated(Random& random, std::string text) {
  const auto at = random.below(text.size()), size = std::min(random.below(20), text.size() - at);
  switch (random.below(3)) {
    case 0: text.erase(at, size); break;
    case 1: text.insert(at, text.substr(at, size)); break;
    default: text[at] = "{}[]\",:0n"[random.below(9)];
  }
  return text;
}

// Not the one that demands sound JSON.
std::optional<wire::JsonValue> document_in(wire::JsonReader& json, std::string& text) {
  const auto size = text.size();
  text.append(wire::json_padding, '\0');
  const auto read = json.read_lenient(std::string_view(text).substr(0, size));
  return read ? std::optional(*read) : std::nullopt;
}

TEST(AnthropicProperty, NothingMakesAReaderStumble) {
  Random random(23);
  int sound = 0;
  for (int round = 0; round < 3000; ++round) {
    wire::JsonReader json, errors, copies;
    auto text =
        mutated(random, random.one_in(2) ? write_request(any_request(random), {})->body : answered(any_answer(random)));
    const auto document = document_in(json, text);
    if (!document) continue;
    ++sound;
    if (const auto answer = read_answer(*document)) {
      auto again = answered(*answer);
      EXPECT_TRUE(document_in(copies, again)) << again;
    }
    std::string body(document->source());
    const auto size = body.size();
    body.append(wire::json_padding, '\0');
    EXPECT_GE(read_error(errors, 400, std::string_view(body).substr(0, size)).status(), 400);
    const auto request = read_request(*document);
    if (!request) continue;
    auto written = write_request(*request, {});
    if (!written) continue;
    EXPECT_TRUE(document_in(copies, written->body)) << written->body;
  }
  EXPECT_GT(sound, 300);
}

TEST(AnthropicProperty, NoStreamMakesAReaderStumble) {
  Random random(24);
  std::vector<std::string> streams;
  for (const auto* name : cases) streams.push_back(fixture(std::string(name) + "/stream.sse"));
  int whole = 0;
  for (int round = 0; round < 3000; ++round) {
    const auto& stream = streams[random.below(streams.size())];
    const auto heard = hear(mutated(random, random.one_in(2) ? stream : streamed(chat::in_pieces(any_answer(random)))));
    chat::Assembly assembly;
    bool put_together = true;
    for (const auto& event : heard.events) put_together = assembly.add(event).has_value() && put_together;
    // What is called whole can be put together.
    const bool failed = !heard.events.empty() && heard.events.back().kind == chat::Event::Kind::error;
    if (!heard.end || failed) continue;
    ++whole;
    EXPECT_TRUE(put_together && assembly.is_done());
  }
  EXPECT_GT(whole, 300);
}

}  // namespace
}  // namespace headgate::dialects::anthropic
