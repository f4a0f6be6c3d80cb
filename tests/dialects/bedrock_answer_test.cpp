#include <algorithm>

#include "bedrock_support.hpp"
#include "support/random.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::bedrock {
namespace {

std::string frames_of(const std::filesystem::path& lines) {
  std::ifstream file(lines);
  std::string out;
  for (std::string line; std::getline(file, line);) {
    const auto event = json::parse(line);
    const auto name = event[0].get<std::string>();
    out += name.ends_with("Exception") ? test::aws_exception(name, event[1].dump())
                                       : test::aws_event(name, event[1].dump());
  }
  return out;
}

core::Result<chat::Answer> read(std::string body) {
  body = padded(std::move(body));
  wire::JsonReader reader;
  const auto document = reader.read_lenient(body);
  return document ? read_answer(*document) : core::Result<chat::Answer>(document.error());
}

void expect(const core::Result<chat::Answer>& answer, const json& expected) {
  if (expected.contains("error")) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().name(), expected["error"].get<std::string>());
    return;
  }
  ASSERT_TRUE(answer) << answer.error().detail();
  EXPECT_EQ(as_json(*answer), expected);
}

std::vector<std::filesystem::path> cases(const char* file) {
  std::vector<std::filesystem::path> out;
  for (const auto& folder : std::filesystem::directory_iterator(fixtures()))
    if (std::filesystem::exists(folder.path() / file)) out.push_back(folder.path());
  std::sort(out.begin(), out.end());
  return out;
}

TEST(BedrockAnswer, MeansWhatTheFixturesSay) {
  test::Schemas schemas("bedrock");
  ASSERT_GE(cases("answer.json").size(), 10u);
  for (const auto& folder : cases("answer.json")) {
    SCOPED_TRACE(folder);
    const auto body = text_of(folder / "answer.json");
    schemas.expect_valid("ConverseResponse", body);
    expect(read(body), json::parse(text_of(folder / "expected.json")));
  }
}

TEST(BedrockAnswer, ComesInEventsThatTheServiceDescribes) {
  test::Schemas schemas("bedrock");
  for (const auto& folder : cases("events.jsonl")) {
    std::ifstream file(folder / "events.jsonl");
    for (std::string line; std::getline(file, line);) {
      auto event = json::parse(line);
      event[1].erase("p");  // bytes against those who count them, outside the description
      schemas.expect_valid("ConverseStreamOutput", json{{event[0].get<std::string>(), event[1]}}.dump());
    }
  }
}

TEST(BedrockAnswer, MeansTheSameFromEverySplitOfAStream) {
  ASSERT_GE(cases("events.jsonl").size(), 6u);
  for (const auto& folder : cases("events.jsonl")) {
    SCOPED_TRACE(folder);
    const auto expected = json::parse(text_of(folder / "expected.json"));
    const auto stream = frames_of(folder / "events.jsonl");
    expect(assembled({stream}), expected);
    std::vector<std::string> bytes;
    for (const char c : stream) bytes.emplace_back(1, c);
    expect(assembled(bytes), expected);
    for (std::size_t at = 1; at < stream.size() && !HasFailure(); ++at)
      expect(assembled({stream.substr(0, at), stream.substr(at)}), expected);
  }
}

TEST(BedrockAnswer, IsRefusedWhereItIsNone) {
  for (const char* body : {"{}", "[]", "null", R"({"output":{}})", R"({"output":{"message":{"content":[]}}})",
                           R"({"output":{"message":{"content":"x"}},"stopReason":"end_turn"})"})
    EXPECT_FALSE(read(body)) << body;
}

TEST(BedrockAnswer, KeepsArgumentsThatAreNoObjectInOne) {
  const auto answer = read(
      R"({"output":{"message":{"content":[{"toolUse":{"toolUseId":"a","name":"f","input":"{broken"}}]}},"stopReason":"tool_use"})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(as_json(*answer)["parts"][0]["arguments"], (json{{"_raw", "{broken"}}));
}

TEST(BedrockAnswer, CountsNothingThatCannotBe) {
  const auto answer = read(
      R"({"output":{"message":{"content":[]}},"stopReason":"end_turn","usage":{"inputTokens":-1,"outputTokens":9e18}})");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->usage.known());
  EXPECT_TRUE(answer->usage.implausible);
}

TEST(BedrockStream, RefusesArgumentsOfACallThatNobodyMade) {
  EXPECT_FALSE(assembled(
      {test::aws_event("contentBlockDelta", R"({"contentBlockIndex":3,"delta":{"toolUse":{"input":"{}"}}})")}));
}

TEST(BedrockStream, PassesOverEventsOfAKindUnknown) {
  const auto answer = assembled({test::aws_event("initial-response", "") + test::aws_event("tomorrow", "not JSON") +
                                 test::aws_event("messageStop", R"({"stopReason":"end_turn"})")});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->choices.at(0).finish, chat::Finish::stop);
}

// What a service would send for an answer, cut where `random` says.
std::string frames_of(const chat::Answer& answer, test::Random& random) {
  auto out = test::aws_event("messageStart", R"({"role":"assistant"})");
  unsigned block = 0;
  const auto delta = [&](const json& said) {
    out += test::aws_event("contentBlockDelta", json{{"contentBlockIndex", block}, {"delta", said}}.dump());
  };
  const auto in_pieces = [&](const std::string& text, const auto& say) {
    for (std::size_t at = 0; at < text.size();) {
      const auto size = 1 + random.below(4);
      say(text.substr(at, size));
      at += size;
    }
  };
  for (const auto& part : answer.choices.at(0).message.parts) {
    if (const auto* text = std::get_if<chat::Text>(&part.value))
      in_pieces(text->text, [&](const std::string& piece) { delta({{"text", piece}}); });
    if (const auto* thought = std::get_if<chat::Reasoning>(&part.value)) {
      in_pieces(thought->text, [&](const std::string& piece) { delta({{"reasoningContent", {{"text", piece}}}}); });
      delta({{"reasoningContent", {{"signature", thought->signature}}}});
    }
    if (const auto* sealed = std::get_if<chat::SealedReasoning>(&part.value))
      delta({{"reasoningContent", {{"redactedContent", sealed->data}}}});
    if (const auto* call = std::get_if<chat::ToolCall>(&part.value)) {
      const json start{{"toolUse", {{"toolUseId", call->id}, {"name", call->name}}}};
      out += test::aws_event("contentBlockStart", json{{"contentBlockIndex", block}, {"start", start}}.dump());
      if (call->arguments != "{}" || random.one_in(2))
        in_pieces(call->arguments, [&](const std::string& piece) { delta({{"toolUse", {{"input", piece}}}}); });
    }
    out += test::aws_event("contentBlockStop", json{{"contentBlockIndex", block++}}.dump());
  }
  out += test::aws_event("messageStop", R"({"stopReason":"tool_use"})");
  return out + test::aws_event("metadata",
                               json{{"usage", {{"inputTokens", *answer.usage.input}, {"outputTokens", 3}}}}.dump());
}

chat::Answer random_answer(test::Random& random) {
  chat::Answer answer;
  answer.usage.input = random.below(1000);
  answer.usage.output = 3;
  auto& choice = answer.choices.emplace_back();
  choice.finish = chat::Finish::tool_calls;
  std::size_t last = 9;
  for (std::size_t i = 0, count = random.below(6); i < count; ++i) {
    const auto kind = random.below(4);
    if (kind == 0 && last == 0) continue;  // neighbours would grow together
    last = kind;
    const auto word = std::string(1 + random.below(12), static_cast<char>('a' + random.below(26)));
    if (kind == 0) choice.message.parts.push_back(chat::text_part(word));
    if (kind == 1)
      choice.message.parts.push_back({chat::Reasoning{word, "c2ln", std::string(anthropics_thoughts)}, {}});
    if (kind == 2)
      choice.message.parts.push_back({chat::SealedReasoning{"c2VhbA==", std::string(anthropics_thoughts)}, {}});
    if (kind == 3)
      choice.message.parts.push_back(
          {chat::ToolCall{"id" + std::to_string(i), word, random.one_in(2) ? "{}" : R"({"a":[1]})", {}, false}, {}});
  }
  return answer;
}

TEST(BedrockStream, TellsAnyAnswerWhole) {
  test::Random random(11);
  for (int round = 0; round < 300; ++round) {
    const auto answer = random_answer(random);
    const auto read = assembled({frames_of(answer, random)});
    ASSERT_TRUE(read) << read.error().detail();
    ASSERT_EQ(read->choices, answer.choices);
    ASSERT_EQ(as_json(read->usage), as_json(answer.usage));
  }
}

TEST(BedrockStream, SurvivesAnyMutation) {
  test::Random random(13);
  wire::JsonReader reader;
  std::vector<std::pair<std::string, std::string>> known;
  for (const auto& folder : cases("events.jsonl")) {
    std::ifstream file(folder / "events.jsonl");
    for (std::string line; std::getline(file, line);) {
      const auto event = json::parse(line);
      known.emplace_back(event[0].get<std::string>(), event[1].dump());
    }
  }
  for (int round = 0; round < 3000; ++round) {
    const auto events = make_event_reader();
    chat::Events out;
    for (int step = 0; step < 8; ++step) {
      auto [name, data] = known[random.below(known.size())];
      if (random.one_in(4)) data[random.below(data.size())] = random.byte();
      data = padded(std::move(data));
      if (!events->read(reader, name, data, out)) break;
    }
    (void)events->end(out);
    chat::Assembly assembly;
    for (const auto& event : out)
      if (!assembly.add(event)) break;
  }
}

}  // namespace
}  // namespace headgate::dialects::bedrock
