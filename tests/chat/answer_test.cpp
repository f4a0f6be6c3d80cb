#include "headgate/chat/answer.hpp"

#include <gtest/gtest.h>

#include <random>

namespace headgate::chat {
namespace {

using Kind = Event::Kind;

Event event_of(Kind kind, std::string text = {}, std::uint32_t index = 0) {
  Event event;
  event.kind = kind;
  event.text = std::move(text);
  event.index = index;
  return event;
}

Answer assembled(const Events& events) {
  Assembly assembly;
  for (const auto& event : events) EXPECT_TRUE(assembly.add(event));
  EXPECT_TRUE(assembly.is_done());
  return assembly.answer();
}

Part any_part(std::mt19937_64& random) {
  const auto text = std::to_string(random() % 1000);
  switch (random() % 5) {
    case 0: return {Text{text}, {}};
    case 1: return {Refusal{text}, {}};
    case 2: return {Reasoning{text, text, "google-gemini-v1"}, {}};
    case 3: return {SealedReasoning{text, "anthropic-claude-v1"}, {}};
    default: return {ToolCall{"call_" + text, "f", "{\"n\":" + text + "}", text, random() % 2 == 0}, {}};
  }
}

Answer any_answer(std::mt19937_64& random) {
  Answer answer{"id", "model", 7, {}, {}, {}};
  for (auto choices = 1 + random() % 3; choices > 0; --choices) {
    auto& choice = answer.choices.emplace_back();
    for (auto parts = random() % 6; parts > 0; --parts) {
      auto part = any_part(random);
      auto& said = choice.message.parts;
      // Two texts in a row are one text in two pieces.
      if (!said.empty() && said.back().value.index() == part.value.index() && part.value.index() <= 4) continue;
      said.push_back(std::move(part));
    }
    choice.finish = Finish::stop_sequence;
    choice.stopped_by = "END";
  }
  answer.usage.input = 12;
  answer.usage.output = 5;
  return answer;
}

TEST(Assembly, KeepsTheLogprobsOfEveryPiece) {
  Assembly assembly;
  for (const auto* piece : {R"({"content":[{"token":"]\"}"}],"refusal":null})", R"({"content":null,"refusal":null})",
                            R"({ "refusal" : [ {"token":"no"} ], "content" : [{"token":"b","top_logprobs":[]}] })"})
    EXPECT_TRUE(assembly.add(event_of(Kind::logprobs, piece)));
  EXPECT_EQ(assembly.answer().choices.at(0).logprobs,
            R"({"content":[{"token":"]\"}"},{"token":"b","top_logprobs":[]}],"refusal":[ {"token":"no"} ]})");
}

TEST(Assembly, LeavesTheLogprobsOfOnePieceAsTheyCame) {
  Assembly assembly;
  EXPECT_TRUE(assembly.add(event_of(Kind::logprobs, R"({ "content" : [] })")));
  EXPECT_EQ(assembly.answer().choices.at(0).logprobs, R"({ "content" : [] })");
}

TEST(Assembly, NamesWhatWasLeftOutOnce) {
  Answer answer;
  answer.left_out = {"server_tool_use", "citations"};
  Assembly assembly;
  for (const auto& event : in_pieces(answer)) EXPECT_TRUE(assembly.add(event));
  EXPECT_EQ(assembly.answer().left_out, answer.left_out);
  EXPECT_TRUE(assembly.answer().choices.empty());
}

TEST(Assembly, PutsPiecesTogetherAgain) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 500; ++round) {
    const auto answer = any_answer(random);
    const auto again = assembled(in_pieces(answer));
    EXPECT_EQ(again.choices, answer.choices);
    EXPECT_EQ(again.id, answer.id);
    EXPECT_EQ(again.usage.input, answer.usage.input);
  }
}

TEST(Assembly, KeepsSignedThoughtsApart) {
  const auto answer =
      assembled({event_of(Kind::reasoning, "one"), event_of(Kind::signature, "s1"), event_of(Kind::reasoning, "two"),
                 event_of(Kind::signature, "s2"), event_of(Kind::done)});
  ASSERT_EQ(answer.choices.size(), 1u);
  EXPECT_EQ(answer.choices[0].message.parts,
            (std::vector<Part>{{Reasoning{"one", "s1"}, {}}, {Reasoning{"two", "s2"}, {}}}));
}

TEST(Assembly, RefusesPiecesThatMakeNoSense) {
  Assembly orphan;
  EXPECT_FALSE(orphan.add(event_of(Kind::arguments, "{}", 0)));
  Assembly gap;
  EXPECT_FALSE(gap.add(event_of(Kind::tool_call, "", 1)));
  Assembly crowd;
  auto far = event_of(Kind::text, "x");
  far.choice = Assembly::max_choices;
  EXPECT_FALSE(crowd.add(far));
  Assembly ended;
  EXPECT_TRUE(ended.add(event_of(Kind::done)));
  EXPECT_FALSE(ended.add(event_of(Kind::text, "x")));
}

TEST(Assembly, PassesOnTheProvidersError) {
  Assembly assembly;
  auto failure = event_of(Kind::error);
  failure.error = core::Error(core::Code::upstream_error, "broken");
  const auto added = assembly.add(failure);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message(), "broken");
  EXPECT_TRUE(assembly.is_done());
}

TEST(Usage, OfLaterReportsReplacesNotAdds) {
  core::Usage known, later;
  known.input = 5;
  known.cache_read = 3;
  later.input = 7;
  later.output = 2;
  merge(known, later);
  EXPECT_EQ(known.input, 7u);
  EXPECT_EQ(known.cache_read, 3u);
  EXPECT_EQ(known.output, 2u);
}

TEST(Usage, OfTwoAnswersIsUnknownWhereEitherIs) {
  core::Usage one, other;
  one.input = 5;
  one.output = 2;
  one.cache_read = 1;
  other.input = 7;
  other.output = 3;
  const auto both = sum(one, other);
  EXPECT_EQ(both.input, 12u);
  EXPECT_EQ(both.output, 5u);
  EXPECT_EQ(both.cache_read, 1u) << "who remembered nothing does not say so";
  EXPECT_FALSE(both.reasoning);
  other.output.reset();
  EXPECT_FALSE(sum(one, other).output);
}

}  // namespace
}  // namespace headgate::chat
