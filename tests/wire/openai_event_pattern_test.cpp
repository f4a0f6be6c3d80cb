#include "headgate/wire/openai_event_pattern.hpp"

#include <gtest/gtest.h>

#include "support.hpp"
#include "support/random.hpp"

namespace headgate::wire::openai {
namespace {

std::string event_of(const std::string& text, const std::string& rest = R"("finish_reason":null}]})") {
  return R"({"id":"c-1","model":"m","choices":[{"index":0,"delta":{"content":")" + text + "\"}," + rest;
}

std::string hidden_event(const std::string& text, const std::string& noise) {
  return event_of(text, R"("finish_reason":null}],"usage":null,"obfuscation":")" + noise + "\"}");
}

// A pattern that has seen these events in turn.
class Seen {
 public:
  explicit Seen(const std::vector<std::string>& events, Surface surface = Surface::chat_completions)
      : surface_(surface) {
    for (const auto& event : events) see(event);
  }
  void see(const std::string& data) {
    if (pattern_.matches(data)) return;
    const Padded padded(data);
    const auto event = read_stream_event(json_, surface_, padded.text());
    if (event.kind == StreamEvent::Kind::content) pattern_.learn(padded.text(), json_.document(), event);
  }
  bool matches(const std::string& data) { return pattern_.matches(data); }

 private:
  Surface surface_;
  JsonReader json_;
  EventPattern pattern_;
};

}  // namespace

TEST(EventPattern, KnowsNothingAtFirst) { EXPECT_FALSE(EventPattern().matches(event_of("a"))); }

TEST(EventPattern, MatchesTheSameEventWithAnotherText) {
  Seen seen({event_of("a")});
  for (const char* text : {"a", "b", " longer than before", "\xC3\xA9", "\xF0\x9F\x98\x80", "/ {}[]:,'"})
    EXPECT_TRUE(seen.matches(event_of(text))) << text;
}

TEST(EventPattern, DoesNotMatchATextThatMustBeRead) {
  Seen seen({event_of("a")});
  for (const char* text : {"", "\\n", "\\u00e9", "\\", "\n", "\x01", "\xC3", "\xFF", "\xED\xA0\x80", "a\",\"x\":\"b"})
    EXPECT_FALSE(seen.matches(event_of(text))) << text;
}

TEST(EventPattern, DoesNotMatchWhereAnythingElseDiffers) {
  Seen seen({event_of("a")});
  for (const char* rest : {R"("finish_reason":"stop"}]})", R"("finish_reason":null}],"usage":null})",
                           R"("finish_reason":null}]} )", R"("finish_reason":null}],"error":{}})", ""})
    EXPECT_FALSE(seen.matches(event_of("b", rest))) << rest;
  EXPECT_FALSE(seen.matches("[DONE]"));
  EXPECT_FALSE(seen.matches(""));
}

TEST(EventPattern, LeavesRoomForTheNoiseThatHidesTheSize) {
  Seen seen({hidden_event("a", "x1")});
  EXPECT_TRUE(seen.matches(hidden_event("tree", "yyyyy")));
  EXPECT_FALSE(seen.matches(hidden_event("tree", "")));
  EXPECT_FALSE(seen.matches(event_of("tree")));
}

TEST(EventPattern, SeesTheTextWhereverItStands) {
  const auto reasoning = [](const std::string& text) {
    return R"({"choices":[{"delta":{"role":"assistant","content":null,"reasoning_content":")" + text + "\"}}]}";
  };
  EXPECT_TRUE(Seen({reasoning("hm")}).matches(reasoning("so")));
  const auto completion = [](const std::string& text) { return R"({"choices":[{"text":")" + text + "\"}]}"; };
  EXPECT_TRUE(Seen({completion("a")}, Surface::completions).matches(completion("bc")));
}

TEST(EventPattern, LearnsNothingFromWhatIsNotContentAlone) {
  for (const auto& data : {event_of("a", R"("finish_reason":"stop"}]})"),
                           event_of("a", R"("finish_reason":null}],"usage":{"prompt_tokens":1}})"),
                           std::string(R"({"choices":[{"delta":{"refusal":"no"}}]})"),
                           std::string(R"({"choices":[{"delta":{}}]})"), event_of(std::string(4000, 'a'))})
    EXPECT_FALSE(Seen({data}).matches(data)) << data;
}

TEST(EventPattern, StillKnowsItsEventAfterOneThatMustBeRead) {
  Seen seen({event_of("a"), event_of("\\n"), event_of("end", R"("finish_reason":"stop"}]})")});
  EXPECT_TRUE(seen.matches(event_of("b")));
}

TEST(EventPattern, GivesUpOnAStreamWhoseEventsAreNotAlike) {
  Seen seen({});
  for (int i = 0; i < 40; ++i) seen.see(event_of("a", R"("n":)" + std::to_string(i) + "}]}"));
  seen.see(event_of("a"));
  EXPECT_FALSE(seen.matches(event_of("b")));
}

// Whatever matches is what a reader would call content alone.
TEST(EventPattern, AgreesWithTheReaderOnChangedEvents) {
  const std::vector<std::string> templates{event_of("some text"), hidden_event("tree", "x9"),
                                           R"({"choices":[{"index":0,"text":"abc"}]})",
                                           R"({"choices":[{"delta":{"reasoning":"hm","content":null}}]})"};
  const std::string letters = "\"\\a{}[],:\n\xC3\xA9u0";
  JsonReader json;
  unsigned matched = 0;
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    test::Random random(seed);
    const auto surface = random.below(2) == 0 ? Surface::chat_completions : Surface::completions;
    const auto& first = templates[random.below(templates.size())];
    Seen seen({first}, surface);
    auto changed = first;
    for (auto edits = 1 + random.below(3); edits > 0; --edits) {
      const auto at = random.below(changed.size());
      changed.replace(at, random.below(2), std::string(random.below(3), letters[random.below(letters.size())]));
      if (changed.empty()) changed = "x";
    }
    if (!seen.matches(changed)) continue;
    ++matched;
    const Padded padded(changed);
    const auto event = read_stream_event(json, surface, padded.text());
    ASSERT_EQ(event.kind, StreamEvent::Kind::content) << changed;
    ASSERT_FALSE(event.finishes || event.refuses || event.truncated || event.usage.known()) << changed;
  }
  EXPECT_GT(matched, 500u);
}

}  // namespace headgate::wire::openai
