#include "headgate/gateway/continuation.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headgate::gateway {
namespace {

using core::Code;
using core::Error;
using core::Feature;
using nlohmann::json;

constexpr wire::openai::Prefill plain{};

// A stream under way: what is shown, and what the next model is asked and says.
class Story {
 public:
  void show(const std::string& text) { show_delta(json{{"content", text}}); }
  void show_delta(const json& delta) { continuation.show(reader_, padded(event(delta)), false); }
  void finish() { continuation.show(reader_, padded(event(json::object(), "stop")), true); }
  void break_off(core::Tokens output = 0) {
    core::Usage usage;
    usage.output = output;
    continuation.break_off(Error(Code::upstream_error, "cut"), usage);
  }
  json ask(const wire::openai::Prefill& prefill = plain) {
    const std::string body = R"({"messages":[{"role":"user"}],"max_tokens":100})";
    const auto text = padded(body);
    return json::parse(continuation.request(*reader_.read(text), text, prefill));
  }
  // Empty: the event is left out.
  std::string adopt(const json& delta) { return continuation.adopt(reader_, padded(event(delta)), next, false); }
  std::string text_of(const std::string& event) {
    return event.empty() ? "" : json::parse(event)["choices"][0]["delta"]["content"].get<std::string>();
  }
  std::string mark() const {
    std::string member = R"({"x":1)";
    continuation.append_to(member);
    return json::parse(member + "}")["continued"].dump();
  }

  Continuation continuation;
  AttemptRecord next;

 private:
  static std::string event(const json& delta, const json& reason = nullptr) {
    return json{{"id", "first"}, {"choices", {{{"index", 0}, {"delta", delta}, {"finish_reason", reason}}}}}.dump();
  }
  std::string_view padded(std::string text) {
    kept_ = std::move(text);
    kept_.reserve(kept_.size() + wire::json_padding);
    return kept_;
  }

  wire::JsonReader reader_;
  std::string kept_;
};

}  // namespace

TEST(Continuation, SuitsWhatIsAskedForOneText) {
  core::FeatureSet needs;
  EXPECT_TRUE(Continuation::suits(needs));
  for (const auto feature : {Feature::tools, Feature::system, Feature::vision, Feature::reasoning}) needs.add(feature);
  EXPECT_TRUE(Continuation::suits(needs));
  for (const auto feature :
       {Feature::n, Feature::logprobs, Feature::json_object, Feature::json_schema, Feature::audio, Feature::prefill}) {
    core::FeatureSet more = needs;
    more.add(feature);
    EXPECT_FALSE(Continuation::suits(more)) << name_of(feature);
  }
}

TEST(Continuation, NeedsATextThatWasShown) {
  Story story;
  EXPECT_FALSE(story.continuation.is_possible());
  story.show_delta(json{{"reasoning", "Hm."}});
  story.show(" \n");
  EXPECT_FALSE(story.continuation.is_possible());
  story.show("So");
  EXPECT_TRUE(story.continuation.is_possible());
}

TEST(Continuation, IsOverOnceMoreThanTextWasShown) {
  Story story;
  story.show("So");
  story.show_delta(json{{"tool_calls", {{{"index", 0}}}}});
  story.show("on");
  EXPECT_FALSE(story.continuation.is_possible());
  EXPECT_EQ(story.continuation.bytes(), 0u);
}

TEST(Continuation, IsOverAtTheEndOfTheAnswer) {
  Story story;
  story.show("So");
  story.finish();
  EXPECT_FALSE(story.continuation.is_possible());
}

TEST(Continuation, KeepsSoMuchTextAndNoMore) {
  Story story;
  story.show(std::string(Continuation::max_text, 'x'));
  EXPECT_TRUE(story.continuation.is_possible());
  story.show("x");
  EXPECT_FALSE(story.continuation.is_possible());
  EXPECT_EQ(story.continuation.bytes(), 0u);
}

TEST(Continuation, IsNotBrokenOffUntilSomebodySaysSo) {
  Story story;
  story.show("So");
  EXPECT_FALSE(story.continuation.is_broken_off());
  story.break_off();
  EXPECT_TRUE(story.continuation.is_broken_off());
  EXPECT_EQ(story.continuation.reason().message(), "cut");
}

TEST(Continuation, AsksForTheRestOfWhatWasShown) {
  Story story;
  story.show("Grüße");
  story.show(" 🌍 \n");
  story.break_off(7);
  const auto asked = story.ask();
  EXPECT_EQ(asked["messages"][1], (json{{"role", "assistant"}, {"content", "Grüße 🌍"}}));
  EXPECT_EQ(asked["max_tokens"], 93);
  EXPECT_EQ(story.continuation.characters(), 9u);
  EXPECT_EQ(story.continuation.tokens(), 7u);
}

TEST(Continuation, LeavesOutWhatComesTwice) {
  Story story;
  story.show("One two ");
  story.break_off();
  story.ask({wire::openai::Prefill::Mark::prefix, true});
  EXPECT_EQ(story.adopt({{"role", "assistant"}, {"content", "One"}}), "");
  EXPECT_EQ(story.adopt({{"content", " two"}}), "");
  EXPECT_EQ(story.text_of(story.adopt({{"content", " three"}})), "three");
}

TEST(Continuation, LeavesOutWhatShowsNothing) {
  Story story;
  story.show("So");
  story.break_off();
  story.ask();
  EXPECT_EQ(story.adopt({{"role", "assistant"}, {"content", ""}}), "");
  EXPECT_EQ(story.adopt({{"reasoning_content", "Hm."}}), "");
  EXPECT_EQ(story.mark(), "[]");
}

TEST(Continuation, GoesOnWithWhatTheNextOnesAdd) {
  Story story;
  story.show("One");
  story.break_off(1);
  story.ask();
  story.next.provider = "second";
  story.next.model = "b";
  story.adopt({{"content", " two"}});
  story.break_off(2);
  story.next.model = "never said a word";
  story.ask();
  story.next.model = "c\"";
  EXPECT_EQ(story.ask()["messages"][1]["content"], "One two");
  story.adopt({{"content", " three"}});
  EXPECT_EQ(story.mark(), R"([{"after_characters":3,"model":"b","provider":"second"},)"
                          R"({"after_characters":7,"model":"c\"","provider":"second"}])");
  EXPECT_EQ(story.continuation.tokens(), 3u);
}

TEST(Continuation, IsOverWhenTheNextOneCallsATool) {
  Story story;
  story.show("So");
  story.break_off();
  story.ask();
  const auto event = json::parse(story.adopt({{"tool_calls", {{{"index", 0}, {"id", "call_1"}}}}}));
  EXPECT_EQ(event["choices"][0]["delta"]["tool_calls"][0]["id"], "call_1");
  EXPECT_FALSE(story.continuation.is_possible());
}

}  // namespace headgate::gateway
