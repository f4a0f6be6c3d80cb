#include "headgate/wire/openai_adapt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "support.hpp"

namespace headgate::wire::openai {
namespace {

using core::Feature;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

ModelLimits lacking(std::initializer_list<Feature> features) {
  ModelLimits limits;
  for (const auto feature : features) limits.lacking.add(feature);
  return limits;
}

ParameterRule between(double min, double max) { return {true, min, max, {}}; }
constexpr ParameterRule unsupported{false, {}, {}, {}};
constexpr ParameterRule at_most_four_items{true, {}, {}, 4};

ModelLimits ruled(std::map<std::string, ParameterRule, std::less<>> parameters) {
  return {{}, {}, std::move(parameters)};
}

ModelLimits with_output(core::Tokens most, ModelLimits limits = {}) {
  limits.max_output = most;
  return limits;
}

core::Result<Adapted> result_of(const std::string& body, const ModelLimits& limits,
                                Surface surface = Surface::chat_completions) {
  JsonReader reader;
  const Padded padded(body);
  const auto document = reader.read(padded.text());
  EXPECT_TRUE(document) << body;
  return adapt(*document, padded.text(), surface, limits);
}

Adapted adapted(const std::string& body, const ModelLimits& limits, Surface surface = Surface::chat_completions) {
  auto result = result_of(body, limits, surface);
  EXPECT_TRUE(result) << body;
  return result ? *std::move(result) : Adapted();
}

void expect_same(const std::string& body, const ModelLimits& limits, Surface surface = Surface::chat_completions) {
  const auto same = adapted(body, limits, surface);
  EXPECT_EQ(same.body, "") << body;
  EXPECT_THAT(same.changed, IsEmpty()) << body;
}

void expect_refused(const std::string& body, const std::string& param, const ModelLimits& limits,
                    Surface surface = Surface::chat_completions) {
  const auto result = result_of(body, limits, surface);
  ASSERT_FALSE(result) << body;
  EXPECT_EQ(result.error().code(), core::Code::capability_unavailable);
  EXPECT_EQ(result.error().status(), 422);
  EXPECT_EQ(result.error().retry(), core::Retry::next_target);
  EXPECT_EQ(result.error().param(), param);
}

constexpr const char* schema_request =
    R"({"messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{)"
    R"("name":"city", "schema": { "type" : "object", "required":["a \"b\" \\ c"] } }},"seed":1})";
constexpr const char* instruction =
    "Answer with JSON and nothing else. The JSON must be valid against this JSON Schema:\n"
    R"({"type":"object","required":["a \"b\" \\ c"]})";

}  // namespace

TEST(Adaptation, LeavesARequestAloneThatFits) {
  const std::string body =
      R"({"model":"m","messages":[{"role":"system","content":"s"},{"role":"user"}],"temperature":0.7,"n":1,)"
      R"("max_tokens":10,"stop":["a"],"response_format":{"type":"text"},"x":{"y":1}})";
  expect_same(body, {});
  expect_same(body, with_output(10, ruled({{"temperature", between(0, 1)}, {"stop", at_most_four_items}})));
  expect_same(body, lacking({Feature::json_schema, Feature::json_object, Feature::reasoning, Feature::n,
                             Feature::parallel_tools, Feature::prefill}));
}

TEST(Adaptation, IsNotNeededWhereNoLimitIsKnown) {
  EXPECT_FALSE(may_need_adapting({}));
  EXPECT_FALSE(may_need_adapting(lacking({Feature::vision, Feature::tools, Feature::audio, Feature::files})));
  EXPECT_TRUE(may_need_adapting(lacking({Feature::vision, Feature::system})));
  EXPECT_TRUE(may_need_adapting(lacking({Feature::prefill})));
  EXPECT_TRUE(may_need_adapting(with_output(5)));
  EXPECT_TRUE(may_need_adapting(ruled({{"seed", unsupported}})));
}

TEST(Adaptation, ClampsNumbersToTheModelsRange) {
  const auto limits = ruled({{"temperature", between(0, 1)}, {"presence_penalty", between(-0.5, 0.5)}});
  const auto changed = adapted(R"({ "temperature" : 1.4 , "x":1.50,"presence_penalty":-2})", limits);
  EXPECT_EQ(changed.body, R"({ "temperature" : 1 , "x":1.50,"presence_penalty":-0.5})");
  EXPECT_THAT(changed.changed, ElementsAre("temperature", "presence_penalty"));
  EXPECT_EQ(adapted(R"({"temperature":1e999})", limits).body, R"({"temperature":1})");
  EXPECT_EQ(adapted(R"({"temperature":-1e999})", limits).body, R"({"temperature":0})");
  expect_same(R"({"temperature":1e-999,"presence_penalty":null})", limits);
  expect_same(R"({"temperature":"hot"})", limits);
}

TEST(Adaptation, KeepsATemperatureThatBothModelsTake) {
  expect_same(R"({"temperature":0.7})", ruled({{"temperature", between(0, 1)}}));
}

TEST(Adaptation, IgnoresLimitsThatNoNumberMeets) {
  const double infinite = std::numeric_limits<double>::infinity(), none = std::numeric_limits<double>::quiet_NaN();
  for (const auto& rule : {between(2, 1), between(none, none), between(-infinite, infinite)})
    expect_same(R"({"temperature":1.5})", ruled({{"temperature", rule}}));
}

TEST(Adaptation, RemovesWhatTheModelDoesNotKnowWithItsComma) {
  const auto limits = ruled({{"a", unsupported}, {"b", unsupported}});
  const auto without = [&](const std::string& body) { return adapted(body, limits).body; };
  EXPECT_EQ(without(R"({"a":1})"), "{}");
  EXPECT_EQ(without(R"({ "a" : 1 , "b":2 })"), "{ }");
  EXPECT_EQ(without(R"({"a":1,"x":2})"), R"({"x":2})");
  EXPECT_EQ(without(R"({"x":2,"a":1})"), R"({"x":2})");
  EXPECT_EQ(without(R"({"x":2 , "a":1 })"), R"({"x":2 })");
  EXPECT_EQ(without(R"({"a":1,"x":2,"b":[{"a":1}]})"), R"({"x":2})");
  EXPECT_EQ(without(R"({"x":2, "a":1, "b":1, "y":{"a":3}})"), R"({"x":2, "y":{"a":3}})");
  EXPECT_EQ(without(R"({"\u0061":1,"x":2})"), R"({"x":2})");
  EXPECT_THAT(adapted(R"({"b":1,"x":2,"a":null})", limits).changed, ElementsAre("b", "a"));
}

TEST(Adaptation, NeverTouchesWhatIsAsked) {
  ModelLimits limits;
  for (const char* name :
       {"model", "models", "messages", "prompt", "input", "tools", "functions", "stream", "provider"})
    limits.parameters[name] = {false, {}, {}, 0u};
  expect_same(R"({"model":"m","models":[],"messages":[{"role":"user"}],"tools":[1],"functions":[1],"stream":true,)"
              R"("provider":{},"input":"x","prompt":"x"})",
              limits);
}

TEST(Adaptation, ShortensAnswersToWhatTheModelCanWrite) {
  EXPECT_EQ(adapted(R"({"max_tokens":9000})", with_output(4096)).body, R"({"max_tokens":4096})");
  EXPECT_EQ(adapted(R"({"max_completion_tokens":1e9,"x":1})", with_output(4096)).body,
            R"({"max_completion_tokens":4096,"x":1})");
  expect_same(R"({"max_tokens":4096})", with_output(4096));
  expect_same(R"({"max_tokens":null})", with_output(4096));
  EXPECT_EQ(adapted(R"({"max_tokens":5})", ruled({{"max_tokens", between(16, 100)}})).body, R"({"max_tokens":16})");
  EXPECT_EQ(adapted(R"({"max_tokens":50})", with_output(8, ruled({{"max_tokens", between(16, 100)}}))).body,
            R"({"max_tokens":8})");
  expect_same(R"({"max_tokens":8})", with_output(8, ruled({{"max_tokens", between(16, 100)}})));
}

TEST(Adaptation, GivesTheAnswersLimitTheNameTheModelKnows) {
  const auto newer = ruled({{"max_tokens", unsupported}}), older = ruled({{"max_completion_tokens", unsupported}});
  const auto renamed = adapted(R"({"max_tokens" : 5})", newer);
  EXPECT_EQ(renamed.body, R"({"max_completion_tokens" : 5})");
  EXPECT_THAT(renamed.changed, ElementsAre("max_tokens"));
  EXPECT_EQ(adapted(R"({"max_completion_tokens":5})", older).body, R"({"max_tokens":5})");
  EXPECT_EQ(adapted(R"({"max_tokens":5})", with_output(3, newer)).body, R"({"max_completion_tokens":3})");
  EXPECT_EQ(adapted(R"({"max_tokens":5,"max_completion_tokens":6})", newer).body, R"({"max_completion_tokens":6})");
  EXPECT_EQ(adapted(R"({"max_completion_tokens":null,"max_tokens":5})", newer).body, R"({"max_completion_tokens":5})");
  EXPECT_EQ(adapted(R"({"max_tokens":5,"max_completion_tokens":null})", newer).body, R"({"max_completion_tokens":5})");
  EXPECT_EQ(
      adapted(R"({"max_tokens":5})", ruled({{"max_tokens", unsupported}, {"max_completion_tokens", unsupported}})).body,
      "{}");
  EXPECT_EQ(adapted(R"({"prompt":"x","max_tokens":5})", newer, Surface::completions).body, R"({"prompt":"x"})");
}

TEST(Adaptation, TrimsLists) {
  const auto limits = ruled({{"stop", {true, {}, {}, 2}}});
  const auto trimmed = adapted(R"({"stop":[ "a" , "b" , "c","d" ],"x":1})", limits);
  EXPECT_EQ(trimmed.body, R"({"stop":[ "a" , "b" ],"x":1})");
  EXPECT_THAT(trimmed.changed, ElementsAre("stop"));
  for (const char* stop : {R"("a")", "null", "[]", R"(["a","b"])"})
    expect_same("{\"stop\":" + std::string(stop) + "}", limits);
  EXPECT_EQ(adapted(R"({"stop":["a"],"x":1})", ruled({{"stop", {true, {}, {}, 0}}})).body, R"({"x":1})");
}

TEST(Adaptation, RemovesWhatBelongsToAFeatureThatLacks) {
  const auto limits = lacking({Feature::reasoning, Feature::parallel_tools, Feature::logprobs});
  const auto changed = adapted(
      R"({"reasoning_effort":"high","reasoning":{},"parallel_tool_calls":true,"logprobs":true,"top_logprobs":2,"x":1})",
      limits);
  EXPECT_EQ(changed.body, R"({"x":1})");
  EXPECT_THAT(changed.changed,
              ElementsAre("reasoning_effort", "reasoning", "parallel_tool_calls", "logprobs", "top_logprobs"));
}

TEST(Adaptation, RefusesWhatCannotBeSaidOtherwise) {
  expect_refused(R"({"n":2})", "n", lacking({Feature::n}));
  expect_refused(R"({"n":2})", "n", ruled({{"n", unsupported}}));
  expect_refused(R"({"n":2})", "n", ruled({{"n", between(1, 1)}}));
  expect_same(R"({"n":1})", lacking({Feature::n}));
  EXPECT_EQ(adapted(R"({"n":1})", ruled({{"n", unsupported}})).body, "{}");
  expect_refused(R"({"input":"x","dimensions":2048})", "dimensions", ruled({{"dimensions", between(1, 1024)}}),
                 Surface::embeddings);
  const std::string begun = R"({"messages":[{"role":"user"},{"role":"assistant","content":"{"}]})";
  expect_refused(begun, "messages", lacking({Feature::prefill}));
  expect_same(begun, {});
  expect_same(R"({"messages":[{"role":"assistant"},{"role":"user"}]})", lacking({Feature::prefill}));
}

TEST(Adaptation, PutsASchemaIntoWords) {
  const auto changed = adapted(schema_request, lacking({Feature::json_schema}));
  EXPECT_THAT(changed.changed, ElementsAre("messages", "response_format"));
  const auto document = json::parse(changed.body);
  EXPECT_EQ(document["response_format"], json::parse(R"({"type":"json_object"})"));
  ASSERT_EQ(document["messages"].size(), 2u);
  EXPECT_EQ(document["messages"][0], (json{{"role", "system"}, {"content", instruction}}));
  EXPECT_EQ(document["seed"], 1);
}

TEST(Adaptation, PutsASchemaIntoWordsOnlyWhereNoFormatIsKnown) {
  for (const auto& limits :
       {lacking({Feature::json_schema, Feature::json_object}), ruled({{"response_format", unsupported}})}) {
    const auto document = json::parse(adapted(schema_request, limits).body);
    EXPECT_FALSE(document.contains("response_format"));
    EXPECT_EQ(document["messages"][0]["content"], instruction);
  }
  const auto plain = adapted(R"({"messages":[{"role":"user"}],"response_format":{"type":"json_object"}})",
                             lacking({Feature::json_object}));
  EXPECT_EQ(
      plain.body,
      R"({"messages":[{"role":"system","content":"Answer with one JSON object and nothing else."},{"role":"user"}]})");
  EXPECT_EQ(
      adapted(R"({"messages":[],"response_format":{"type":"text"}})", ruled({{"response_format", unsupported}})).body,
      R"({"messages":[]})");
}

TEST(Adaptation, AddsWordsToWhatTheSystemSays) {
  const auto system = [](const std::string& content) {
    const auto body = R"({"messages":[{"role":"user"},{"role":"developer","content":)" + content +
                      R"(}],"response_format":{"type":"json_object"}})";
    return json::parse(adapted(body, lacking({Feature::json_object})).body)["messages"];
  };
  const std::string words = "Answer with one JSON object and nothing else.";
  EXPECT_EQ(system(R"("be \"kind\"")")[1]["content"], "be \"kind\"\n\n" + words);
  EXPECT_EQ(system(R"("")")[1]["content"], words);
  EXPECT_EQ(system(R"([{"type":"text","text":"a"}])")[1]["content"][1], (json{{"type", "text"}, {"text", words}}));
  EXPECT_EQ(system("[]")[1]["content"], json::array({{{"type", "text"}, {"text", words}}}));
  EXPECT_EQ(system("null")[0], (json{{"role", "system"}, {"content", words}}));
}

TEST(Adaptation, LetsTheUserSayWhatTheSystemMayNot) {
  const auto messages = [](const std::string& list) {
    const auto changed = adapted("{\"messages\":" + list + "}", lacking({Feature::system}));
    EXPECT_THAT(changed.changed, ElementsAre("messages"));
    return changed.body;
  };
  EXPECT_EQ(messages(R"([{"role":"system","content":"be\t\u0061"}, {"role":"user","content":"hi","x":1}])"),
            R"({"messages":[{"role":"user","content":"be\t\u0061\n\nhi","x":1}]})");
  EXPECT_EQ(
      messages(R"([{"role":"system","content":[{"text":"a"},{"text":"b"}]},{"role":"user","content":[{"type":"x"}]},)"
               R"({"role":"developer","content":"c"}])"),
      R"({"messages":[{"role":"user","content":[{"type":"text","text":"a\n\nb\n\nc"},{"type":"x"}]}]})");
  EXPECT_EQ(messages(R"([{"role":"system","content":"a"},{"role":"assistant","content":"b"}])"),
            R"({"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]})");
  EXPECT_EQ(messages(R"([{"role":"system","content":"a"}])"), R"({"messages":[{"role":"user","content":"a"}]})");
  EXPECT_EQ(messages(R"([{"role":"system"}])"), R"({"messages":[{"role":"user","content":""}]})");
  EXPECT_EQ(messages(R"([{"role":"system"},{"role":"user","content":"a"}])"),
            R"({"messages":[{"role":"user","content":"a"}]})");
  expect_same(R"({"messages":[{"role":"user","content":"a"}]})", lacking({Feature::system}));
}

TEST(Adaptation, GivesTheSchemaToTheUserWhereThereIsNoSystem) {
  const auto document = json::parse(adapted(schema_request, lacking({Feature::system, Feature::json_schema})).body);
  ASSERT_EQ(document["messages"].size(), 1u);
  EXPECT_EQ(document["messages"][0]["content"], std::string(instruction) + "\n\nhi");
}

}  // namespace headgate::wire::openai
