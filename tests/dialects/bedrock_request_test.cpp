#include "bedrock_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::bedrock {
namespace {

using chat::Part, chat::Role, chat::text_part;
using testing::ElementsAre, testing::IsEmpty;

chat::Request asking(std::string text = "Hi", std::string model = "anthropic.claude-x-v1:0") {
  chat::Request request;
  request.model = std::move(model);
  request.messages.push_back({Role::user, {}, {text_part(std::move(text))}});
  return request;
}

chat::Tool weather() {
  return {
      "get_weather", "Current weather", R"({"type":"object","properties":{"city":{"type":"string"}}})", {}, false, {}};
}

Written written(const chat::Request& request) {
  static test::Schemas schemas("bedrock");
  auto out = write_request(request);
  EXPECT_TRUE(out) << out.error().message();
  if (!out) return {};
  schemas.expect_valid("ConverseRequest", out->body);
  return *out;
}

json body_of(const chat::Request& request) { return json::parse(written(request).body); }

// The param of the refusal.
std::string refused(const chat::Request& request) {
  const auto out = write_request(request);
  return out ? "" : out.error().param();
}

void call_and_answer(chat::Request& request) {
  request.messages.push_back(
      {Role::assistant, {}, {{chat::ToolCall{"call_a1", "get_weather", R"({"city":"Oslo"})", {}, false}, {}}}});
  request.messages.push_back(
      {Role::tool, {}, {{chat::ToolResult{"call_a1", "get_weather", {text_part(R"({"temp_c":4})")}, false}, {}}}});
}

TEST(BedrockPath, IsOneSegmentWhateverTheModelIsCalled) {
  EXPECT_EQ(path("anthropic.claude-x-v1:0", false), "/model/anthropic.claude-x-v1%3A0/converse");
  EXPECT_EQ(path("arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.x", true),
            "/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Ainference-profile%2Feu.x/converse-stream");
  EXPECT_EQ(path("../a?b#c d\r\n", false), "/model/..%2Fa%3Fb%23c%20d%0D%0A/converse");
}

TEST(BedrockRequest, SaysAWholeConversation) {
  auto request = asking("Weather in Oslo?");
  request.messages.insert(request.messages.begin(), {Role::system, {}, {text_part("Answer briefly.")}});
  request.messages[1].parts.push_back({chat::Image{{chat::Source::Kind::base64, "iVBORw0KGgo=", "image/png"}, {}}, {}});
  call_and_answer(request);
  request.messages.push_back({Role::user, {}, {text_part("And now?")}});
  request.tools.push_back(weather());
  request.tool_choice = chat::ToolChoice{chat::ToolChoice::Mode::required, {}};
  request.max_tokens = 256;
  request.stop = {"END"};
  const auto out = written(request);
  EXPECT_THAT(out.changed, IsEmpty());
  EXPECT_EQ(json::parse(out.body), json::parse(R"({
    "system":[{"text":"Answer briefly."}],
    "messages":[
      {"role":"user","content":[{"text":"Weather in Oslo?"},{"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}}]},
      {"role":"assistant","content":[{"toolUse":{"toolUseId":"call_a1","name":"get_weather","input":{"city":"Oslo"}}}]},
      {"role":"user","content":[{"toolResult":{"toolUseId":"call_a1","content":[{"text":"{\"temp_c\":4}"}]}},
                                {"text":"And now?"}]}],
    "inferenceConfig":{"maxTokens":256,"stopSequences":["END"]},
    "toolConfig":{"tools":[{"toolSpec":{"name":"get_weather","description":"Current weather",
      "inputSchema":{"json":{"type":"object","properties":{"city":{"type":"string"}}}}}}],"toolChoice":{"any":{}}},
    "additionalModelResponseFieldPaths":["/stop_sequence"]})"));
}

TEST(BedrockRequest, JoinsWhatOneSideSaysInARow) {
  auto request = asking("One");
  request.messages.push_back({Role::user, {}, {text_part("Two")}});
  EXPECT_EQ(body_of(request)["messages"],
            json::parse(R"([{"role":"user","content":[{"text":"One"},{"text":"Two"}]}])"));
}

TEST(BedrockRequest, LeavesOutTextsThatAreBlank) {
  auto request = asking("One");
  request.messages.push_back({Role::assistant, {}, {text_part(" \n")}});
  request.messages.push_back({Role::user, {}, {text_part("")}});
  EXPECT_EQ(body_of(request)["messages"], json::parse(R"([{"role":"user","content":[{"text":"One"}]}])"));
}

TEST(BedrockRequest, BringsLaterInstructionsToTheFront) {
  auto request = asking();
  request.messages.push_back({Role::developer, {}, {text_part("Be kind.")}});
  const auto out = written(request);
  EXPECT_THAT(out.changed, ElementsAre("system"));
  EXPECT_EQ(json::parse(out.body)["system"], json::parse(R"([{"text":"Be kind."}])"));
}

TEST(BedrockRequest, AsksInstructionsWhereNothingElseIsSaid) {
  auto request = asking("Say hi.");
  request.messages[0].role = Role::system;
  const auto out = written(request);
  EXPECT_THAT(out.changed, ElementsAre("system"));
  EXPECT_EQ(json::parse(out.body)["messages"][0]["role"], "user");
}

TEST(BedrockRequest, HandsSignedThoughtsBackAndNoOthers) {
  auto request = asking();
  request.messages.push_back({Role::assistant,
                              {},
                              {{chat::Reasoning{"Hm.", "c2ln"}, {}},
                               {chat::Reasoning{"Unsigned", {}}, {}},
                               {chat::SealedReasoning{"c2VhbA=="}, {}},
                               text_part("Hello")}});
  request.messages.push_back({Role::user, {}, {text_part("More")}});
  const auto out = written(request);
  EXPECT_THAT(out.changed, ElementsAre("reasoning_content"));
  EXPECT_EQ(json::parse(out.body)["messages"][1]["content"], json::parse(R"([
    {"reasoningContent":{"reasoningText":{"text":"Hm.","signature":"c2ln"}}},
    {"reasoningContent":{"redactedContent":"c2VhbA=="}},{"text":"Hello"}])"));
}

TEST(BedrockRequest, SaysAFailedResultAndAnEmptyOne) {
  auto request = asking();
  call_and_answer(request);
  auto& result = std::get<chat::ToolResult>(request.messages[2].parts[0].value);
  result.failed = true;
  result.content.clear();
  request.tools.push_back(weather());
  EXPECT_EQ(body_of(request)["messages"][2]["content"][0]["toolResult"],
            json::parse(R"({"toolUseId":"call_a1","content":[],"status":"error"})"));
}

TEST(BedrockRequest, GivesACallTheSameIdInBothPlaces) {
  auto request = asking();
  call_and_answer(request);
  const std::string foreign = "fc|" + std::string(90, 'x');
  std::get<chat::ToolCall>(request.messages[1].parts[0].value).id = foreign;
  std::get<chat::ToolResult>(request.messages[2].parts[0].value).call_id = foreign;
  const auto messages = body_of(request)["messages"];
  EXPECT_EQ(messages[1]["content"][0]["toolUse"]["toolUseId"], messages[2]["content"][0]["toolResult"]["toolUseId"]);
}

TEST(BedrockRequest, OffersToolsWhereverSomeWereCalled) {
  auto request = asking();
  call_and_answer(request);
  const auto out = written(request);
  EXPECT_THAT(out.changed, ElementsAre("tools"));
  EXPECT_EQ(json::parse(out.body)["toolConfig"]["tools"][0]["toolSpec"]["name"], "get_weather");
}

TEST(BedrockRequest, HasNoWordForCallingNothing) {
  auto request = asking();
  request.tools.push_back(weather());
  request.tool_choice = chat::ToolChoice{chat::ToolChoice::Mode::none, {}};
  EXPECT_FALSE(body_of(request).contains("toolConfig"));
  EXPECT_THAT(written(request).changed, IsEmpty());
  call_and_answer(request);
  const auto out = written(request);
  EXPECT_THAT(out.changed, ElementsAre("tool_choice"));
  EXPECT_FALSE(json::parse(out.body)["toolConfig"].contains("toolChoice"));
}

TEST(BedrockRequest, ChoosesAmongTools) {
  auto request = asking();
  request.tools = {weather(), weather()};
  request.tools[1].name = "now";
  request.tool_choice = chat::ToolChoice{chat::ToolChoice::Mode::required, {"now"}};
  auto config = body_of(request)["toolConfig"];
  EXPECT_EQ(config["toolChoice"], json::parse(R"({"tool":{"name":"now"}})"));
  EXPECT_EQ(config["tools"].size(), 1u);
  request.tool_choice = chat::ToolChoice{chat::ToolChoice::Mode::automatic, {"now", "get_weather"}};
  config = body_of(request)["toolConfig"];
  EXPECT_EQ(config["toolChoice"], json::parse(R"({"auto":{}})"));
  EXPECT_EQ(config["tools"].size(), 2u);
  request.tool_choice = chat::ToolChoice{chat::ToolChoice::Mode::required, {"never"}};
  EXPECT_EQ(refused(request), "tool_choice");
}

TEST(BedrockRequest, AllowsOneCallOnlyWhereTheModelHasAWordForIt) {
  auto request = asking();
  request.parallel_tools = false;
  EXPECT_FALSE(body_of(request).contains("additionalModelRequestFields"));
  request.tools.push_back(weather());
  EXPECT_EQ(body_of(request)["additionalModelRequestFields"],
            json::parse(R"({"tool_choice":{"type":"auto","disable_parallel_tool_use":true}})"));
  request.tool_choice = chat::ToolChoice{chat::ToolChoice::Mode::required, {}};
  const auto body = body_of(request);
  EXPECT_EQ(body["toolConfig"]["toolChoice"], json::parse(R"({"any":{}})"));
  EXPECT_EQ(body["additionalModelRequestFields"], json::parse(R"({"tool_choice":{"disable_parallel_tool_use":true}})"));
  request.model = "meta.llama-x";
  EXPECT_EQ(refused(request), "parallel_tool_calls");
}

TEST(BedrockRequest, AsksForASchemaAsText) {
  auto request = asking();
  request.format = chat::Format{R"({"type":"object"})", "answer", "What it is", true};
  EXPECT_EQ(body_of(request)["outputConfig"], json::parse(R"({"textFormat":{"type":"json_schema","structure":
    {"jsonSchema":{"schema":"{\"type\":\"object\"}","name":"answer","description":"What it is"}}}})"));
  request.format->schema.clear();
  EXPECT_EQ(refused(request), "response_format");
}

TEST(BedrockRequest, AsksForThoughtInTheWordsOfTheModel) {
  auto request = asking();
  request.thinking = chat::Thinking{chat::Effort::high, {}, false, {}};
  auto body = body_of(request);
  EXPECT_EQ(body["additionalModelRequestFields"],
            json::parse(R"({"thinking":{"type":"adaptive","display":"omitted"}})"));
  EXPECT_EQ(body["outputConfig"], json::parse(R"({"effort":"high"})"));
  request.thinking = chat::Thinking{{}, 2048, {}, {}};
  EXPECT_EQ(body_of(request)["additionalModelRequestFields"],
            json::parse(R"({"thinking":{"type":"enabled","budget_tokens":2048}})"));
  request.thinking = chat::Thinking{chat::Effort::none, {}, {}, {}};
  body = body_of(request);
  EXPECT_EQ(body["additionalModelRequestFields"], json::parse(R"({"thinking":{"type":"disabled"}})"));
  EXPECT_FALSE(body.contains("outputConfig"));
  request.model = "us.amazon.nova-2-lite-v1:0";
  request.thinking = chat::Thinking{chat::Effort::max, {}, {}, {}};
  EXPECT_EQ(body_of(request)["additionalModelRequestFields"],
            json::parse(R"({"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}})"));
  request.model = "openai.gpt-oss";
  EXPECT_EQ(body_of(request)["outputConfig"], json::parse(R"({"effort":"max"})"));
  request.thinking->budget = 2048;
  EXPECT_EQ(refused(request), "reasoning.max_tokens");
}

TEST(BedrockRequest, MarksWhatIsToBeRemembered) {
  auto request = asking();
  request.messages[0].parts[0].remember = chat::CacheTime::one_hour;
  request.tools.push_back(weather());
  request.tools[0].remember = chat::CacheTime::five_minutes;
  const auto body = body_of(request);
  EXPECT_EQ(body["messages"][0]["content"][1], json::parse(R"({"cachePoint":{"type":"default","ttl":"1h"}})"));
  EXPECT_EQ(body["toolConfig"]["tools"][1], json::parse(R"({"cachePoint":{"type":"default"}})"));
  request.model = "meta.llama-x";
  EXPECT_THAT(written(request).changed, ElementsAre("cache_control"));
}

TEST(BedrockRequest, MarksNoMoreThanItMay) {
  auto request = asking();
  request.tools.push_back(weather());
  request.tools[0].remember = chat::CacheTime::five_minutes;
  auto text = chat::text_part("Hello.");
  text.remember = chat::CacheTime::five_minutes;
  chat::ToolResult result;
  result.call_id = "c";
  result.content = {text, text};
  chat::Part marked{result, chat::CacheTime::five_minutes};
  request.messages.push_back({chat::Role::user, {}, {text, text, marked, text}});
  const auto count = [](const std::string& body) {
    std::size_t found = 0;
    for (auto at = body.find("cachePoint"); at != body.npos; at = body.find("cachePoint", at + 1)) ++found;
    return found;
  };
  const auto said = written(request);
  EXPECT_EQ(count(said.body), 4u) << said.body;
  EXPECT_EQ(json::parse(said.body)["toolConfig"]["tools"].size(), 1u) << "the first one of the prompt is left out";
  EXPECT_THAT(said.changed, ElementsAre("cache_control"));
}

TEST(BedrockRequest, SaysTheRestWhereThereAreWords) {
  auto request = asking();
  request.temperature = 1.5;
  request.top_p = 0.5;
  request.top_k = 40;
  request.user = "u-1";
  request.metadata = {{"team", "blue"}, {"odd", "{}"}};
  request.service_tier = "flex";
  request.seed = 7;
  const auto out = written(request);
  const auto body = json::parse(out.body);
  EXPECT_EQ(body["inferenceConfig"], json::parse(R"({"temperature":1,"topP":0.5})"));
  EXPECT_EQ(body["additionalModelRequestFields"], json::parse(R"({"top_k":40})"));
  EXPECT_EQ(body["requestMetadata"], json::parse(R"({"user":"u-1","team":"blue"})"));
  EXPECT_EQ(body["serviceTier"], json::parse(R"({"type":"flex"})"));
  EXPECT_THAT(out.changed, ElementsAre("seed", "temperature", "metadata"));
}

TEST(BedrockRequest, NamesDocumentsApart) {
  auto request = asking();
  const chat::File pdf{{chat::Source::Kind::base64, "JVBERi0=", "application/pdf"}, "the_report!!.pdf"};
  request.messages[0].parts = {{pdf, {}}, {pdf, {}}, {chat::File{{chat::Source::Kind::text, "abcd", ""}, ""}, {}}};
  EXPECT_EQ(body_of(request)["messages"][0]["content"], json::parse(R"([
    {"document":{"format":"pdf","name":"the report pdf","source":{"bytes":"JVBERi0="}}},
    {"document":{"format":"pdf","name":"the report pdf 2","source":{"bytes":"JVBERi0="}}},
    {"document":{"format":"txt","name":"document","source":{"bytes":"YWJjZA=="}}},
    {"text":"document"}])"));
}

TEST(BedrockRequest, LetsTheServiceFetchFromItsOwnStoreOnly) {
  auto request = asking();
  request.messages[0].parts[0] = {chat::Image{{chat::Source::Kind::url, "s3://bucket/a.png", "image/png"}, {}}, {}};
  EXPECT_EQ(body_of(request)["messages"][0]["content"][0]["image"]["source"],
            json::parse(R"({"s3Location":{"uri":"s3://bucket/a.png"}})"));
  request.messages[0].parts[0] = {chat::Image{{chat::Source::Kind::url, "https://example.com/a.png", "image/png"}, {}},
                                  {}};
  EXPECT_EQ(refused(request), "messages[0].content[0]");
}

TEST(BedrockRequest, RefusesByNameWhatItCannotSay) {
  const std::pair<const char*, void (*)(chat::Request&)> rows[] = {
      {"n", [](chat::Request& r) { r.answers = 2; }},
      {"logprobs", [](chat::Request& r) { r.logprobs = true; }},
      {"presence_penalty", [](chat::Request& r) { r.presence_penalty = 1; }},
      {"frequency_penalty", [](chat::Request& r) { r.frequency_penalty = -1; }},
      {"logit_bias",
       [](chat::Request& r) {
         r.extras.push_back({"logit_bias", "{}"});
       }},
      {"tools[0]",
       [](chat::Request& r) {
         r.tools.push_back({"f", {}, {}, {}, true, {}});
       }},
      {"tools[0]",
       [](chat::Request& r) {
         r.tools.push_back({"f.g", {}, {}, {}, false, {}});
       }},
  };
  for (const auto& [param, change] : rows) {
    auto request = asking();
    change(request);
    EXPECT_EQ(refused(request), param);
  }
}

TEST(BedrockRequest, IsTheSameBytesForTheSameQuestion) {
  auto request = asking();
  request.tools.push_back(weather());
  EXPECT_EQ(written(request).body, written(request).body);
}

}  // namespace
}  // namespace headgate::dialects::bedrock
