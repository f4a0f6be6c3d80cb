#include "headgate/providers/prompt_marks.hpp"

#include <gtest/gtest.h>

#include "headgate/dialects/anthropic.hpp"
#include "headgate/dialects/bedrock.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "support/random.hpp"

namespace headgate::providers {
namespace {

using chat::Message;
using chat::Request;
using chat::Role;

constexpr PromptCache marked{PromptCache::Kind::marked, 1024};
constexpr PromptMarks all{true, true, true};

Message says(Role role, std::string text) { return {role, "", {chat::text_part(std::move(text))}}; }

Request conversation() {
  Request request;
  request.model = "claude";
  request.tools = {{"first", "", "", {}, false, {}}, {"last", "", "", {}, false, {}}};
  request.messages = {says(Role::system, "Rules."), says(Role::developer, "More rules."),
                      says(Role::user, "One?"),     says(Role::assistant, "1."),
                      says(Role::user, "Two?"),     says(Role::assistant, "2."),
                      says(Role::user, "Three?")};
  return request;
}

// Of messages, by their place; tools by -1 and below from the last.
std::vector<int> places_of_marks(const Request& request) {
  std::vector<int> places;
  for (std::size_t i = 0; i < request.tools.size(); ++i)
    if (request.tools[i].remember) places.push_back(static_cast<int>(i) - static_cast<int>(request.tools.size()));
  for (std::size_t i = 0; i < request.messages.size(); ++i)
    for (const auto& part : request.messages[i].parts)
      if (part.remember) places.push_back(static_cast<int>(i));
  return places;
}

PromptPrefix prefix(core::Tokens tools, core::Tokens instructions, bool goes_on) {
  PromptPrefix prefix;
  prefix.tools_tokens = tools;
  prefix.instructions_tokens = instructions;
  prefix.goes_on = goes_on;
  return prefix;
}

std::string as_anthropic(const Request& request) {
  auto written = dialects::anthropic::write_request(request, {});
  EXPECT_TRUE(written) << written.error().message();
  return written->body;
}

std::size_t count_of(std::string_view word, std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
  return count;
}

std::string without_marks(std::string text) {
  constexpr std::string_view mark = R"(,"cache_control":{"type":"ephemeral"})";
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark)) text.erase(at, mark.size());
  return text;
}

}  // namespace

TEST(PromptMarks, StandBehindToolsInstructionsAndTheTurnsThatStay) {
  auto request = conversation();
  place_marks(request, all);
  EXPECT_EQ(places_of_marks(request), (std::vector<int>{-1, 1, 4, 6}));
}

TEST(PromptMarks, StandOnlyWhereTheyWereChosen) {
  auto request = conversation();
  place_marks(request, {.instructions = true});
  EXPECT_EQ(places_of_marks(request), (std::vector<int>{1}));
  request = conversation();
  place_marks(request, {});
  EXPECT_EQ(request, conversation());
}

TEST(PromptMarks, OfHistoryStandWhereTheNextTurnFindsThem) {
  auto first = conversation();
  place_marks(first, {.history = true});
  auto second = conversation();
  second.messages.push_back(says(Role::assistant, "3."));
  second.messages.push_back(says(Role::user, "Four?"));
  place_marks(second, {.history = true});
  EXPECT_EQ(places_of_marks(first), (std::vector<int>{4, 6}));
  EXPECT_EQ(places_of_marks(second), (std::vector<int>{6, 8}));
}

TEST(PromptMarks, OfManyResultsOfToolsStandBehindTheLast) {
  auto request = conversation();
  request.messages.push_back(says(Role::assistant, "Looking."));
  for (int i = 0; i < 30; ++i)
    request.messages.push_back({Role::tool, "", {{chat::ToolResult{"call_" + std::to_string(i), "", {}, false}, {}}}});
  place_marks(request, {.history = true});
  EXPECT_EQ(places_of_marks(request), (std::vector<int>{6, 37}));
}

TEST(PromptMarks, LeaveEverythingToAClientThatSetAny) {
  for (const int where : {0, 1, 2, 3}) {
    auto request = conversation();
    constexpr auto mark = chat::CacheTime::one_hour;
    if (where == 0) request.tools.front().remember = mark;
    if (where == 1) request.messages.front().parts.front().remember = mark;
    if (where == 2) request.messages.back().parts.front().remember = mark;
    if (where == 3) {
      chat::Part inner = chat::text_part("4 C");
      inner.remember = mark;
      request.messages.push_back({Role::tool, "", {{chat::ToolResult{"c", "", {inner}, false}, {}}}});
    }
    const auto before = request;
    place_marks(request, all);
    EXPECT_EQ(request, before) << where;
  }
}

TEST(PromptMarks, AreNotPutOnWhatIsNotSentOrTakesNone) {
  auto request = conversation();
  request.messages.back().parts = {chat::text_part("Three?"), {chat::Reasoning{"hm", "s"}, {}}, chat::text_part("")};
  place_marks(request, {.history = true});
  EXPECT_TRUE(request.messages.back().parts[0].remember);
  EXPECT_FALSE(request.messages.back().parts[1].remember);
  EXPECT_FALSE(request.messages.back().parts[2].remember);
}

TEST(PromptMarks, AreNeverMoreThanFourWhateverIsSaid) {
  test::Random random(11);
  for (int round = 0; round < 3000; ++round) {
    Request request;
    for (auto i = random.below(4); i > 0; --i) request.tools.push_back({"t", "", "", {}, false, {}});
    for (auto i = random.below(12); i > 0; --i) {
      Message message{static_cast<Role>(random.below(5)), "", {}};
      for (auto parts = random.below(4); parts > 0; --parts)
        message.parts.push_back(chat::text_part(random.one_in(3) ? "" : "x"));
      request.messages.push_back(std::move(message));
    }
    place_marks(request, {!random.one_in(3), !random.one_in(3), !random.one_in(3)});
    EXPECT_LE(places_of_marks(request).size(), 4u);
    auto again = request;
    place_marks(again, all);
    if (!places_of_marks(request).empty()) {
      EXPECT_EQ(again, request);
    }
  }
}

TEST(PromptMarks, AreWorthItInAConversationThatGoesOn) {
  EXPECT_EQ(marks_worth(prefix(2000, 3000, true), false, 5000, marked, {}), all);
  EXPECT_EQ(marks_worth(prefix(100, 200, true), false, 5000, marked, {}), (PromptMarks{false, false, true}));
  EXPECT_EQ(marks_worth(prefix(100, 1500, true), false, 5000, marked, {}), (PromptMarks{false, true, true}));
}

TEST(PromptMarks, AreNotWorthItBeforeAnythingCameBack) {
  EXPECT_FALSE(marks_worth(prefix(2000, 3000, false), false, 5000, marked, {}).any());
}

TEST(PromptMarks, OfInstructionsAreWorthItOnceTheyCameBack) {
  EXPECT_EQ(marks_worth(prefix(2000, 3000, false), true, 5000, marked, {}), (PromptMarks{true, true, false}));
}

TEST(PromptMarks, AreNotSetOnWhatIsTooShort) {
  EXPECT_FALSE(marks_worth(prefix(0, 500, true), true, 1023, marked, {}).any());
  EXPECT_TRUE(marks_worth(prefix(0, 500, true), true, 1024, marked, {}).any());
}

TEST(PromptMarks, AreNotSetWhereNobodyReadsThemOrAClientHasItsOwn) {
  auto own = prefix(2000, 3000, true);
  EXPECT_FALSE(marks_worth(own, true, 5000, {PromptCache::Kind::automatic}, {}).any());
  EXPECT_FALSE(marks_worth(own, true, 5000, {}, {}).any());
  own.has_marks = true;
  EXPECT_FALSE(marks_worth(own, true, 5000, marked, {}).any());
}

// Two of three come back: 2/3 of the discount must be more than the surcharge.
TEST(PromptMarks, GoByThePriceOfReadingAndWriting) {
  const auto worth = [](double read, double write) {
    return marks_worth(prefix(2000, 3000, true), true, 5000, marked, {read, write}).any();
  };
  EXPECT_TRUE(worth(0.1, 1.25));
  EXPECT_TRUE(worth(0.1, 1.59));
  EXPECT_FALSE(worth(0.1, 1.61));
  EXPECT_FALSE(worth(0.1, 2)) << "an hour costs twice the price";
  EXPECT_FALSE(worth(1, 1.25)) << "nothing is saved by reading";
  EXPECT_FALSE(worth(1, 1));
}

TEST(PromptMarks, LeaveWhatWasSaidBeforeByteByByteAsItWas) {
  auto first = conversation(), second = conversation();
  second.messages.push_back(says(Role::assistant, "3."));
  second.messages.push_back(says(Role::user, "Four?"));
  place_marks(first, all);
  place_marks(second, all);
  const auto one = without_marks(as_anthropic(first)), two = without_marks(as_anthropic(second));
  const auto end = one.rfind("]}]");  // of the last message's content, of the message, of all messages
  ASSERT_NE(end, one.npos);
  EXPECT_GT(end, one.size() / 2);
  EXPECT_EQ(one.substr(0, end), two.substr(0, end));
}

TEST(PromptMarks, AreSaidInTheWordsOfEachDialectThatHasThem) {
  auto request = conversation();
  request.model = "eu.anthropic.claude-sonnet-4-5-v1:0";
  place_marks(request, all);
  EXPECT_EQ(count_of("cache_control", as_anthropic(request)), 4u);
  const auto converse = dialects::bedrock::write_request(request);
  ASSERT_TRUE(converse);
  EXPECT_EQ(count_of("cachePoint", converse->body), 4u);
  dialects::chat_completions::Words words;
  words.cache_marks = dialects::chat_completions::Words::CacheMarks::cache_control;
  const auto compatible = dialects::chat_completions::write_request(request, words);
  ASSERT_TRUE(compatible);
  EXPECT_EQ(count_of("cache_control", compatible->body), 4u);
  EXPECT_EQ(compatible->changed, std::vector<std::string>()) << "the client need not hear of it";
}

}  // namespace headgate::providers
