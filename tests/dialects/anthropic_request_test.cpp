#include <gmock/gmock.h>

#include "anthropic_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::anthropic {
namespace {

using chat::Role;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

chat::Request read(std::string_view text) {
  const Document body(text);
  auto request = read_request(body);
  EXPECT_TRUE(request) << text << (request ? "" : request.error().message());
  return request ? *request : chat::Request{};
}

std::string refusal(std::string_view text) {
  const Document body(text);
  const auto request = read_request(body);
  return request ? "read" : request.error().param();
}

struct Said {
  json body;
  std::vector<std::string> changed;
};

Said write(const chat::Request& request, const Words& words = {}) {
  const auto written = write_request(request, words);
  EXPECT_TRUE(written) << (written ? "" : written.error().message());
  if (!written) return {};
  if (!words.in_url) test::Schemas("anthropic").expect_valid("CreateMessageParams", written->body);
  return {json::parse(written->body), written->changed};
}

std::string unsaid(const chat::Request& request, const Words& words = {}) {
  const auto written = write_request(request, words);
  return written ? "said" : written.error().param();
}

chat::Request asking(std::string text) {
  chat::Request request;
  request.model = "claude-x";
  request.messages = {{Role::user, {}, {chat::text_part(std::move(text))}}};
  return request;
}

chat::Part result(std::string id, std::string text) {
  return {chat::ToolResult{std::move(id), {}, {chat::text_part(std::move(text))}, false}, {}};
}

chat::Part call(std::string id) { return {chat::ToolCall{std::move(id), "f", "{}", {}, false}, {}}; }

constexpr std::string_view full =
    R"({"model":"claude-x","max_tokens":256,"system":[{"type":"text","text":"First."},{"type":"text","text":"Second.",)"
    R"("cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":[{"type":"text",)"
    R"("text":"Weather?"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},)"
    R"({"type":"document","source":{"type":"url","url":"https://x/y.pdf"},"title":"y"}]},{"role":"assistant",)"
    R"("content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"ZA=="},)"
    R"({"type":"tool_use","id":"call_a1","name":"get_weather","input":{"city":"Oslo"}}]},{"role":"user","content":[)"
    R"({"type":"tool_result","tool_use_id":"call_a1","content":"4","is_error":true},{"type":"text","text":"And?"}]}],)"
    R"("tools":[{"name":"get_weather","description":"Current weather","input_schema":{"type":"object"},"strict":true}],)"
    R"("tool_choice":{"type":"auto","disable_parallel_tool_use":true},"stop_sequences":["END"],)"
    R"("metadata":{"user_id":"u-1"},"thinking":{"type":"adaptive","display":"omitted"},"output_config":{)"
    R"("effort":"low","format":{"type":"json_schema","schema":{"type":"object"}}},"service_tier":"standard_only",)"
    R"("stream":true})";

TEST(AnthropicRequest, ComesBackAsItWas) {
  const auto said = write(read(full));
  EXPECT_EQ(said.body, json::parse(full)) << said.body.dump();
  EXPECT_THAT(said.changed, IsEmpty());
}

TEST(AnthropicRequest, IsReadMemberByMember) {
  const auto request = read(full);
  ASSERT_EQ(request.messages.size(), 5U);
  EXPECT_EQ(request.messages[0].role, Role::system);
  EXPECT_EQ(request.messages[0].parts[1].remember, chat::CacheTime::one_hour);
  EXPECT_EQ(request.messages[3].role, Role::tool);
  EXPECT_TRUE(std::get<chat::ToolResult>(request.messages[3].parts[0].value).failed);
  EXPECT_EQ(request.messages[4].role, Role::user);
  EXPECT_EQ(request.parallel_tools, false);
  EXPECT_EQ(request.thinking->effort, chat::Effort::low);
  EXPECT_EQ(request.thinking->shown, false);
  EXPECT_EQ(request.service_tier, "default");
  EXPECT_EQ(request.user, "u-1");
  EXPECT_TRUE(request.stream && request.wants_usage);
  EXPECT_THAT(request.extras, IsEmpty());
}

TEST(AnthropicRequest, KeepsWhatHasNoWordByItsPath) {
  const auto request = read(
      R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"search_result","x":1},)"
      R"({"type":"text","text":"hi","citations":null}]}],"tools":[{"type":"web_search_20250305","name":"web_search"}],)"
      R"("context_management":{"edits":[]},"container":null,"metadata":{"user_id":"u","team":"t"},)"
      R"("output_config":{"task_budget":{}},"thinking":{"type":"between_tools"}})");
  std::vector<std::string> paths;
  for (const auto& extra : request.extras) paths.push_back(extra.path);
  EXPECT_THAT(paths, ElementsAre("messages[0].content[0]", "tools[0]", "thinking", "output_config.task_budget",
                                 "metadata.team", "context_management"));
  EXPECT_EQ(request.messages[0].parts.size(), 1U);
}

TEST(AnthropicRequest, RefusesByPathWhatIsWrong) {
  EXPECT_EQ(refusal(R"({"messages":[]})"), "model");
  EXPECT_EQ(refusal(R"({"model":"m","messages":[]})"), "messages");
  EXPECT_EQ(refusal(R"({"model":"m","messages":[{"role":"tool","content":""}]})"), "messages[0].role");
  EXPECT_EQ(refusal(R"({"model":"m","messages":[{"role":"user","content":[{"type":"tool_use","id":"a"}]}]})"),
            "messages[0].content[0]");
  EXPECT_EQ(refusal(R"({"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a",)"
                    R"("name":"f","input":"{}"}]}]})"),
            "messages[0].content[0].input");
  EXPECT_EQ(refusal(R"({"model":"m","max_tokens":-1,"messages":[{"role":"user","content":"x"}]})"), "max_tokens");
  EXPECT_EQ(refusal(R"({"model":"m","tools":[{"name":"f"}],"messages":[{"role":"user","content":"x"}]})"),
            "tools[0].input_schema");
}

TEST(AnthropicRequest, PutsAMarkForAllOnTheLastBlock) {
  const auto request = read(
      R"({"model":"m","max_tokens":1,"cache_control":{"type":"ephemeral"},"messages":[{"role":"user","content":"x"}]})");
  EXPECT_EQ(request.messages[0].parts[0].remember, chat::CacheTime::five_minutes);
}

TEST(AnthropicRequest, PutsResultsOfOneTurnTogetherAndFirst) {
  auto request = asking("go");
  request.messages.push_back({Role::assistant, {}, {chat::text_part(""), call("a:1"), call("b")}});
  request.messages.push_back({Role::user, {}, {chat::text_part("look")}});
  request.messages.push_back({Role::tool, {}, {result("a:1", "1")}});
  request.messages.push_back({Role::tool, {}, {result("b", "2")}});
  const auto messages = write(request).body["messages"];
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[1]["content"].size(), 2U);
  EXPECT_EQ(messages[1]["content"][0]["id"], "a_1");
  EXPECT_EQ(messages[2]["content"][0]["tool_use_id"], "a_1");
  EXPECT_EQ(messages[2]["content"][1]["tool_use_id"], "b");
  EXPECT_EQ(messages[2]["content"][2]["text"], "look");
}

TEST(AnthropicRequest, FoldsLaterInstructionsIntoTheTurnsOfTheUser) {
  auto request = asking("one");
  request.messages.insert(request.messages.begin(), {Role::developer, {}, {chat::text_part("lead")}});
  request.messages.push_back({Role::system, {}, {chat::text_part("later")}});
  const auto said = write(request);
  EXPECT_EQ(said.body["system"][0]["text"], "lead");
  EXPECT_EQ(said.body["messages"][0]["content"][1]["text"], "later");
  EXPECT_THAT(said.changed, ElementsAre("system"));
}

TEST(AnthropicRequest, LeavesOutThoughtsThatNobodySigned) {
  auto request = asking("one");
  request.messages.push_back({Role::assistant, {}, {{chat::Reasoning{"hm", {}}, {}}, chat::text_part("two")}});
  request.messages.push_back({Role::user, {}, {chat::text_part("three")}});
  const auto said = write(request);
  EXPECT_EQ(said.body["messages"][1]["content"].size(), 1U);
  EXPECT_THAT(said.changed, ElementsAre("reasoning"));
}

TEST(AnthropicRequest, KeepsTheLastFourMarks) {
  auto request = asking("0");
  request.tools.push_back({"f", {}, {}, {}, false, chat::CacheTime::five_minutes});
  for (int i = 1; i < 6; ++i) {
    auto part = chat::text_part(std::to_string(i));
    part.remember = chat::CacheTime::five_minutes;
    request.messages[0].parts.push_back(part);
  }
  const auto said = write(request);
  EXPECT_FALSE(said.body["tools"][0].contains("cache_control"));
  const auto content = said.body["messages"][0]["content"];
  EXPECT_FALSE(content[1].contains("cache_control"));
  for (std::size_t i = 2; i < 6; ++i) EXPECT_TRUE(content[i].contains("cache_control")) << i;
  EXPECT_THAT(said.changed, ElementsAre("cache_control"));
}

TEST(AnthropicRequest, SaysEffortAsTheModelUnderstandsIt) {
  auto request = asking("think");
  request.max_tokens = 10'000;
  request.thinking = chat::Thinking{chat::Effort::medium, {}, {}, {}};
  auto said = write(request, {.manual_budget = true});
  EXPECT_EQ(said.body["thinking"], json::parse(R"({"type":"enabled","budget_tokens":5000})"));
  said = write(request, {.manual_budget = false});
  EXPECT_EQ(said.body["thinking"], json::parse(R"({"type":"adaptive"})"));
  EXPECT_EQ(said.body["output_config"]["effort"], "medium");
  request.thinking->effort = chat::Effort::none;
  EXPECT_EQ(write(request).body["thinking"]["type"], "disabled");
}

TEST(AnthropicRequest, ThinksOnlyWhereThereIsRoomAndLeave) {
  const Words manual{.manual_budget = true};
  auto request = asking("think");
  request.max_tokens = 1000;
  request.thinking = chat::Thinking{chat::Effort::high, {}, {}, {}};
  EXPECT_THAT(write(request, manual).changed, ElementsAre("thinking"));
  request.max_tokens.reset();
  request.thinking = chat::Thinking{{}, 8000, {}, {}};
  EXPECT_EQ(write(request, manual).body["max_tokens"], 12096);
  request.messages.push_back({Role::assistant, {}, {call("a")}});
  request.messages.push_back({Role::tool, {}, {result("a", "1")}});
  const auto said = write(request, manual);
  EXPECT_FALSE(said.body.contains("thinking"));
  EXPECT_THAT(said.changed, ElementsAre("thinking"));
}

TEST(AnthropicRequest, LeavesOutSamplingThatTheModelDoesNotTake) {
  auto request = asking("x");
  request.temperature = 1.5;
  request.top_k = 3;
  auto said = write(request);
  EXPECT_EQ(said.body["temperature"], 1);
  EXPECT_THAT(said.changed, ElementsAre("temperature"));
  said = write(request, {.sampling = false});
  EXPECT_FALSE(said.body.contains("temperature") || said.body.contains("top_k"));
  EXPECT_THAT(said.changed, ElementsAre("temperature", "top_k"));
}

TEST(AnthropicRequest, SaysEveryChoiceOfTools) {
  using Mode = chat::ToolChoice::Mode;
  auto request = asking("x");
  request.tools = {{"f", {}, {}, {}, false, {}}, {"g", {}, {}, {}, false, {}}, {"h", {}, {}, {}, false, {}}};
  request.tool_choice = chat::ToolChoice{Mode::required, {}};
  EXPECT_EQ(write(request).body["tool_choice"], json::parse(R"({"type":"any"})"));
  request.tool_choice = chat::ToolChoice{Mode::none, {}};
  EXPECT_EQ(write(request).body["tool_choice"], json::parse(R"({"type":"none"})"));
  request.tool_choice = chat::ToolChoice{Mode::required, {"g"}};
  EXPECT_EQ(write(request).body["tool_choice"], json::parse(R"({"type":"tool","name":"g"})"));
  request.tool_choice = chat::ToolChoice{Mode::automatic, {"g", "h"}};
  request.parallel_tools = false;
  const auto body = write(request).body;
  EXPECT_EQ(body["tools"].size(), 2U);
  EXPECT_EQ(body["tool_choice"], json::parse(R"({"type":"auto","disable_parallel_tool_use":true})"));
}

TEST(AnthropicRequest, AsksForAnyObjectInWords) {
  auto request = asking("x");
  request.format.emplace();
  const auto said = write(request);
  EXPECT_EQ(said.body["system"].size(), 1U);
  EXPECT_THAT(said.changed, ElementsAre("response_format"));
}

TEST(AnthropicRequest, RefusesWhatWouldChangeTheAnswer) {
  auto request = asking("x");
  request.answers = 2;
  EXPECT_EQ(unsaid(request), "n");
  request = asking("x");
  request.logprobs = true;
  EXPECT_EQ(unsaid(request), "logprobs");
  request = asking("x");
  request.extras = {{"logit_bias", "{}"}};
  EXPECT_EQ(unsaid(request), "logit_bias");
  request = asking("x");
  request.messages[0].parts.push_back({chat::Audio{{chat::Source::Kind::base64, "AA==", "audio/wav"}}, {}});
  EXPECT_EQ(unsaid(request), "messages[0].content[1]");
  request = asking("x");
  request.messages.push_back({Role::assistant, {}, {chat::text_part("So")}});
  EXPECT_EQ(unsaid(request, {.prefill = false}), "messages[1]");
  EXPECT_EQ(unsaid(request), "said");
}

TEST(AnthropicRequest, TellsWhatItLeavesOut) {
  auto request = asking("x");
  request.stop = {"\n", "END"};
  request.metadata = {{"a", "b"}};
  request.cache_key = "k";
  request.store = true;
  const auto said = write(request);
  EXPECT_EQ(said.body["stop_sequences"], json::parse(R"(["END"])"));
  EXPECT_THAT(said.changed, ElementsAre("metadata", "prompt_cache_key", "store", "stop"));
}

TEST(AnthropicRequest, NamesTheVersionWhereTheUrlNamesTheModel) {
  const auto said = write(asking("x"), {.in_url = true, .version = "vertex-2023-10-16"});
  EXPECT_FALSE(said.body.contains("model"));
  EXPECT_EQ(said.body["anthropic_version"], "vertex-2023-10-16");
}

TEST(AnthropicRequest, KnowsWhereTheModelIsNamed) {
  const std::string text = R"({"messages":[],"model":"claude-x"})";
  const Document body(text);
  const auto range = model_value(body);
  ASSERT_TRUE(range);
  EXPECT_EQ(text.substr(range->at, range->size), R"("claude-x")");
}

}  // namespace
}  // namespace headgate::dialects::anthropic
