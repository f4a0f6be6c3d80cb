// Requests in the many ways in which clients say them, and what is said to a model instead of what it cannot be told.
#include <gmock/gmock.h>

#include "gemini_support.hpp"

namespace headgate::dialects::gemini {
namespace {

using chat::Effort;
using chat::Part;
using chat::Role;
using nlohmann::json;
using testing::ElementsAre;
using testing::UnorderedElementsAre;
using Mode = chat::ToolChoice::Mode;

chat::Request request_of(std::string_view text) {
  const auto request = request_in(text);
  EXPECT_TRUE(request) << text << (request ? "" : request.error().message());
  return request ? *request : chat::Request();
}

// A request that asks "Hi", with more members.
chat::Request asking(const std::string& more) {
  return request_of(R"({"contents":[{"parts":[{"text":"Hi"}]}],)" + more + "}");
}

std::string refused(std::string_view text) {
  const auto request = request_in(text);
  EXPECT_TRUE(!request) << text;
  return request ? std::string() : request.error().param();
}

std::string refused_beside(const std::string& more) {
  return refused(R"({"contents":[{"parts":[{"text":"Hi"}]}],)" + more + "}");
}

chat::Request plain_request() {
  chat::Request request;
  request.messages = {{Role::user, {}, {chat::text_part("Hi")}}};
  return request;
}

json written_body(const chat::Request& request, const Words& words = {}) {
  const auto written = write_request(request, words);
  EXPECT_TRUE(written);
  return written ? json::parse(written->body) : json();
}

TEST(GeminiRequest, TakesASoleObjectWhereAListBelongs) {
  const auto request = request_of(
      R"({"system_instruction":{"parts":{"text":"You are a cat."}},"contents":{"parts":{"text":"Hello"}},
          "tools":{"function_declarations":{"name":"f"}},"tool_config":{"function_calling_config":{"mode":"any"}}})");
  ASSERT_EQ(request.messages.size(), 2u);
  EXPECT_EQ(request.messages[0], (chat::Message{Role::system, {}, {chat::text_part("You are a cat.")}}));
  EXPECT_EQ(request.messages[1], (chat::Message{Role::user, {}, {chat::text_part("Hello")}}));
  ASSERT_EQ(request.tools.size(), 1u);
  EXPECT_EQ(request.tool_choice->mode, Mode::required);
}

TEST(GeminiRequest, TakesNamesInSnakeCase) {
  const auto request = request_of(
      R"({"contents":[{"role":"user","parts":[{"inline_data":{"mime_type":"image/png","data":"AAAA"}},
          {"file_data":{"mime_type":"image/png","file_uri":"https://x.example/a.png"}}]},
          {"role":"model","parts":[{"function_call":{"name":"f","args":{}},"thought_signature":"AQID"}]},
          {"role":"user","parts":[{"function_response":{"name":"f","response":{"result":1}}}]}],
          "generation_config":{"max_output_tokens":9,"top_k":4.0,"stop_sequences":["E"],"candidate_count":2,
          "response_mime_type":"application/json","response_schema":{"type":"OBJECT"},
          "thinking_config":{"include_thoughts":true,"thinking_level":"low"}},"service_tier":"standard",
          "safety_settings":[]})");
  EXPECT_EQ(request.messages[0].parts[1],
            (Part{chat::Image{{chat::Source::Kind::url, "https://x.example/a.png", "image/png"}, {}}, {}}));
  EXPECT_EQ(request.messages[1].parts[0], call_part("call_0001", "f", "{}", "AQID"));
  EXPECT_EQ(request.max_tokens, 9u);
  EXPECT_EQ(request.top_k, 4u);
  EXPECT_EQ(request.answers, 2u);
  EXPECT_EQ(request.format->schema, R"({"type":"object"})");
  EXPECT_EQ(request.thinking, (chat::Thinking{Effort::low, {}, true, {}}));
  EXPECT_EQ(request.service_tier, "default");
  EXPECT_TRUE(written_body([&] {
                auto said = request;
                said.messages[0].parts.pop_back();
                return said;
              }())
                  .contains("safety_settings"));
}

TEST(GeminiRequest, ReadsSchemasOfItsOwnKind) {
  const auto request = asking(
      R"("tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","propertyOrdering":["a"],"properties":{
          "type":{"type":"STRING","nullable":true,"enum":["x"]},"b":{"type":"ARRAY","min_items":"1","items":{"type":"INTEGER"}},
          "c":{"anyOf":[{"type":"NUMBER"}],"nullable":true}}}}]}])");
  EXPECT_EQ(json::parse(request.tools[0].parameters),
            json::parse(
                R"({"type":"object","properties":{"type":{"type":["string","null"],"enum":["x",null]},
          "b":{"type":"array","minItems":1,"items":{"type":"integer"}},"c":{"anyOf":[{"type":"number"},{"type":"null"}]}}})"));
}

TEST(GeminiRequest, ResultsFindTheirCallsByNameAndOrder) {
  const auto request = request_of(
      R"({"contents":[{"parts":[{"text":"Hi"}]},{"role":"model","parts":[{"functionCall":{"name":"f"}},
          {"functionCall":{"name":"g"}},{"functionCall":{"name":"f"}}]},{"role":"function","parts":[
          {"functionResponse":{"name":"f","response":{"output":"1"}}},{"functionResponse":{"name":"f","response":{"output":"2"}}},
          {"functionResponse":{"name":"g","response":{"error":"no"}}}, {"text":"Go on."}]}]})");
  ASSERT_EQ(request.messages.size(), 4u);
  const auto result = [&](std::size_t at) {
    return std::get<chat::ToolResult>(request.messages[2].parts.at(at).value);
  };
  EXPECT_EQ(result(0).call_id, "call_0001");
  EXPECT_EQ(result(1).call_id, "call_0003");
  EXPECT_EQ(result(2), (chat::ToolResult{"call_0002", "g", {chat::text_part("no")}, true}));
  EXPECT_EQ(request.messages[3].role, Role::user);
}

TEST(GeminiRequest, TurnsOfOneStreamedAnswerAreOneMessage) {
  const auto request = request_of(
      R"({"contents":[{"parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"Let ","thought":true}]},
          {"role":"model","parts":[{"text":"me.","thought":true}]},
          {"role":"model","parts":[{"text":"","thought":true,"thoughtSignature":"AQID"}]},
          {"role":"model","parts":[{"text":"Hel"}]},{"role":"model","parts":[{"text":"lo"}]},
          {"role":"model","parts":[{"functionCall":{"name":"f"}}]},{"role":"model","parts":[{"functionCall":{"name":"g"}}]},
          {"role":"model","parts":[{"text":""}]},{"parts":[{"functionResponse":{"name":"f"}},{"functionResponse":{"name":"g"}}]}]})");
  ASSERT_EQ(request.messages.size(), 3u);
  EXPECT_THAT(request.messages[1].parts,
              ElementsAre(thought_part("Let me.", "AQID"), chat::text_part("Hello"), call_part("call_0001", "f", "{}"),
                          call_part("call_0002", "g", "{}")));
  EXPECT_EQ(request.messages[2].parts.size(), 2u);
}

TEST(GeminiRequest, EveryToolChoiceIsReadAndWritten) {
  const auto choice = [](const std::string& config) {
    return asking(R"("toolConfig":{"functionCallingConfig":)" + config + "}").tool_choice;
  };
  EXPECT_EQ(choice(R"({"mode":"AUTO"})"), (chat::ToolChoice{Mode::automatic, {}}));
  EXPECT_EQ(choice(R"({"mode":"NONE"})"), (chat::ToolChoice{Mode::none, {}}));
  EXPECT_EQ(choice(R"({"mode":"ANY","allowedFunctionNames":["f"]})"), (chat::ToolChoice{Mode::required, {"f"}}));
  EXPECT_EQ(choice(R"({"mode":"VALIDATED","allowed_function_names":["f"]})"),
            (chat::ToolChoice{Mode::automatic, {"f"}}));
  auto request = plain_request();
  request.tool_choice = {Mode::automatic, {"f"}};
  EXPECT_EQ(written_body(request)["toolConfig"]["functionCallingConfig"],
            (json{{"mode", "VALIDATED"}, {"allowedFunctionNames", {"f"}}}));
}

TEST(GeminiRequest, ThinkingIsReadByLevelAndByBudget) {
  const auto thinking = [](const std::string& config) {
    return asking(R"("generationConfig":{"thinkingConfig":)" + config + "}").thinking;
  };
  EXPECT_EQ(thinking(R"({"thinkingLevel":"MINIMAL"})"), (chat::Thinking{Effort::minimal, {}, {}, {}}));
  EXPECT_EQ(thinking(R"({"thinkingLevel":"HIGH"})"), (chat::Thinking{Effort::high, {}, {}, {}}));
  EXPECT_EQ(thinking(R"({"thinkingBudget":512,"includeThoughts":false})"), (chat::Thinking{{}, 512, false, {}}));
  EXPECT_EQ(thinking(R"({"thinkingBudget":0})"), (chat::Thinking{Effort::none, {}, {}, {}}));
  EXPECT_EQ(thinking(R"({"thinkingBudget":-1})"), chat::Thinking());
}

TEST(GeminiRequest, ThinkingIsAskedForAsTheModelUnderstands) {
  const auto config = [](const chat::Thinking& thinking, bool level) {
    auto request = plain_request();
    request.thinking = thinking;
    return written_body(request, {level, false, true})["generationConfig"]["thinkingConfig"];
  };
  EXPECT_EQ(config({Effort::max, {}, true, {}}, true), (json{{"includeThoughts", true}, {"thinkingLevel", "HIGH"}}));
  EXPECT_EQ(config({Effort::none, {}, {}, {}}, true), (json{{"thinkingLevel", "MINIMAL"}}));
  EXPECT_EQ(config({{}, 4096, {}, {}}, true), (json{{"thinkingLevel", "MEDIUM"}}));
  EXPECT_EQ(config({Effort::none, {}, {}, {}}, false), (json{{"thinkingBudget", 0}}));
  EXPECT_EQ(config({Effort::medium, {}, {}, "auto"}, false),
            (json{{"includeThoughts", true}, {"thinkingBudget", 8192}}));
  EXPECT_EQ(config({Effort::low, 77, {}, {}}, false), (json{{"thinkingBudget", 77}}));
}

TEST(GeminiRequest, WhatIsWrongIsRefusedWithItsPath) {
  EXPECT_EQ(refused(R"({"contents":[]})"), "contents");
  EXPECT_EQ(refused(R"({"contents":"Hi"})"), "contents");
  EXPECT_EQ(refused(R"({"contents":[{"role":"system"}]})"), "contents[0].role");
  EXPECT_EQ(refused(R"({"contents":[{"parts":"Hi"}]})"), "contents[0].parts");
  EXPECT_EQ(refused(R"({"contents":[{"parts":[{"functionCall":{"name":"f"}}]}]})"),
            "contents[0].parts[0].functionCall");
  EXPECT_EQ(refused(R"({"contents":[{"parts":[{"functionResponse":{"name":"f"}}]}]})"),
            "contents[0].parts[0].functionResponse");
  EXPECT_EQ(refused_beside(R"("systemInstruction":{"parts":"x"})"), "systemInstruction.parts");
  EXPECT_EQ(refused_beside(R"("tools":"f")"), "tools");
  EXPECT_EQ(refused_beside(R"("tools":[{"functionDeclarations":[{}]}])"), "tools[0].functionDeclarations[0].name");
  EXPECT_EQ(refused_beside(R"("generationConfig":{"seed":1.5})"), "generationConfig.seed");
  EXPECT_EQ(refused_beside(R"("generationConfig":{"topK":1.5})"), "generationConfig.topK");
  EXPECT_EQ(refused_beside(R"("generationConfig":{"thinkingConfig":{"thinkingLevel":"MUCH"}})"),
            "generationConfig.thinkingConfig.thinkingLevel");
  EXPECT_EQ(refused_beside(R"("generationConfig":{"responseSchema":{"type":"OBJECT"}})"),
            "generationConfig.responseMimeType");
}

TEST(GeminiRequest, WhatHasNoWordIsKeptByItsPath) {
  const auto request = request_of(
      R"({"contents":[{"parts":[{"inlineData":{"mimeType":"video/mp4","data":"AAAA"},"videoMetadata":{"fps":1}},
          {"executableCode":{"code":"1"}}]}],"tools":[{"googleSearch":{}},{"functionDeclarations":[{"name":"f","behavior":"BLOCKING"}]}],
          "toolConfig":{"retrievalConfig":{}},"generationConfig":{"speechConfig":{}},"cachedContent":"cachedContents/1"})");
  std::vector<std::string> paths;
  for (const auto& extra : request.extras) paths.push_back(extra.path);
  EXPECT_THAT(
      paths, UnorderedElementsAre("contents[0].parts[0].videoMetadata", "contents[0].parts[1]", "tools[0].googleSearch",
                                  "tools[1].functionDeclarations[0].behavior", "toolConfig.retrievalConfig",
                                  "generationConfig.speechConfig", "cachedContent"));
}

TEST(GeminiRequest, CountsTokensOfTheSameRequest) {
  const auto request =
      request_of(R"({"generateContentRequest":{"model":"models/g","contents":[{"parts":[{"text":"Hi"}]}]}})");
  EXPECT_EQ(request.model, "g");
  EXPECT_EQ(request.messages.size(), 1u);
}

TEST(GeminiRequest, InstructionsAloneAreATurn) {
  auto request = plain_request();
  request.messages[0].role = Role::developer;
  const auto body = written_body(request);
  EXPECT_FALSE(body.contains("systemInstruction"));
  EXPECT_EQ(body["contents"][0], (json{{"role", "user"}, {"parts", {{{"text", "Hi"}}}}}));
  EXPECT_THAT(write_request(request, {})->changed, ElementsAre("system"));
}

TEST(GeminiRequest, CallsOfOtherModelsAreMarked) {
  auto request = plain_request();
  request.messages.push_back(
      {Role::assistant, {}, {chat::text_part(""), call_part("a", "f", "{}", "n.t"), call_part("b", "f", "{}")}});
  request.messages.push_back({Role::tool, {}, {{chat::ToolResult{"a", {}, {chat::text_part("1")}, false}, {}}}});
  request.messages.push_back({Role::tool, {}, {{chat::ToolResult{"b", {}, {chat::text_part("2")}, false}, {}}}});
  const auto contents = written_body(request, {true, true, true})["contents"];
  ASSERT_EQ(contents.size(), 3u);
  ASSERT_EQ(contents[1]["parts"].size(), 2u);
  EXPECT_EQ(contents[1]["parts"][0]["thoughtSignature"], "skip_thought_signature_validator");
  EXPECT_FALSE(contents[1]["parts"][1].contains("thoughtSignature"));
  EXPECT_EQ(contents[2]["parts"].size(), 2u);
  EXPECT_EQ(contents[2]["parts"][1]["functionResponse"],
            (json{{"id", "b"}, {"name", "f"}, {"response", {{"output", "2"}}}}));
  EXPECT_FALSE(written_body(request)["contents"][1]["parts"][0].contains("thoughtSignature"));
}

TEST(GeminiRequest, WhatItCannotSayIsRefusedByName) {
  const auto unsaid = [](auto change) {
    auto request = plain_request();
    change(request);
    const auto written = write_request(request, {});
    return written ? std::string() : written.error().param();
  };
  EXPECT_EQ(unsaid([](auto& r) { r.stop = {"1", "2", "3", "4", "5", "6"}; }), "stop");
  EXPECT_EQ(unsaid([](auto& r) { r.seed = 1LL << 40; }), "seed");
  EXPECT_EQ(unsaid([](auto& r) { r.tools = {{"g", {}, {}, {}, true, {}}}; }), "tools[0]");
  EXPECT_EQ(unsaid([](auto& r) { r.extras = {{"logit_bias", "{}"}}; }), "logit_bias");
  EXPECT_EQ(unsaid([](auto& r) { r.extras = {{"generationConfig.a\n", "1"}}; }), "generationConfig.a\n");
  EXPECT_EQ(unsaid([](auto& r) {
              r.messages[0].parts = {{chat::Image{{chat::Source::Kind::url, "https://x.example/a", {}}, {}}, {}}};
            }),
            "messages[0].content[0]");
}

TEST(GeminiRequest, WhatChangesNoAnswerIsToldAndLeftOut) {
  auto request = plain_request();
  request.messages[0].name = "ann";
  request.messages[0].parts[0].remember = chat::CacheTime::one_hour;
  request.messages.push_back({Role::assistant, {}, {{chat::SealedReasoning{"s"}, {}}}});
  request.user = "u", request.cache_key = "k", request.verbosity = "low", request.store = true;
  request.parallel_tools = false;
  request.metadata = {{"a", "b"}};
  request.extras = {{"prediction", "{}"}};
  const auto written = write_request(request, {});
  ASSERT_TRUE(written);
  EXPECT_THAT(written->changed,
              UnorderedElementsAre("name", "cache_control", "reasoning", "user", "prompt_cache_key", "verbosity",
                                   "store", "parallel_tool_calls", "metadata", "prediction"));
  EXPECT_EQ(written->body, R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}]})");
}

}  // namespace
}  // namespace headgate::dialects::gemini
