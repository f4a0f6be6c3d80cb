#include <gtest/gtest.h>

#include "chat_completions_support.hpp"

namespace headgate::dialects::chat_completions {
namespace {

using nlohmann::json;

chat::Request read(const json& body) {
  auto request = request_of(body.dump());
  EXPECT_TRUE(request) << body << (request ? "" : request.error().message());
  return request ? *std::move(request) : chat::Request();
}

json asking(json more = json::object()) {
  json body{{"model", "m"}, {"messages", {{{"role", "user"}, {"content", "Hi"}}}}};
  body.update(more);
  return body;
}

json with_messages(json messages) { return {{"model", "m"}, {"messages", std::move(messages)}}; }

void expect_refused(const json& body, std::string_view param) {
  const auto request = request_of(body.dump());
  ASSERT_FALSE(request) << body;
  EXPECT_EQ(request.error().code(), core::Code::invalid_request);
  EXPECT_EQ(request.error().param(), param) << body;
}

json written(const chat::Request& request, const Words& words = {}) {
  const auto said = write_request(request, words);
  EXPECT_TRUE(said) << said.error().message();
  return said ? json::parse(said->body) : json();
}

std::string refused_for(const chat::Request& request, const Words& words) {
  const auto said = write_request(request, words);
  return said ? "nothing" : said.error().param();
}

const json call = {{"id", "call_a1"}, {"type", "function"}, {"function", {{"name", "f"}, {"arguments", "{\"a\":1}"}}}};

}  // namespace

TEST(ChatCompletionsRequest, TakesBothLimitsAndPrefersTheNewer) {
  EXPECT_EQ(read(asking({{"max_tokens", 5}})).max_tokens, 5u);
  EXPECT_EQ(read(asking({{"max_tokens", 5}, {"max_completion_tokens", 7}})).max_tokens, 7u);
}

TEST(ChatCompletionsRequest, TakesFunctionsOfOldClients) {
  const auto r =
      read({{"model", "m"},
            {"functions", {{{"name", "f"}, {"parameters", {{"type", "object"}}}}}},
            {"function_call", {{"name", "f"}}},
            {"messages",
             {{{"role", "assistant"}, {"content", nullptr}, {"function_call", {{"name", "f"}, {"arguments", ""}}}},
              {{"role", "function"}, {"name", "f"}, {"content", "4"}}}}});
  ASSERT_EQ(r.tools.size(), 1u);
  EXPECT_EQ(r.tool_choice->only, std::vector<std::string>{"f"});
  const auto& made = std::get<chat::ToolCall>(r.messages.at(0).parts.at(0).value);
  const auto& result = std::get<chat::ToolResult>(r.messages.at(1).parts.at(0).value);
  EXPECT_EQ(made.arguments, "{}");
  EXPECT_EQ(made.id, result.call_id);
  EXPECT_EQ(result.name, "f");
}

TEST(ChatCompletionsRequest, GathersResultsThatFollowEachOther) {
  const auto r = read(with_messages({{{"role", "tool"}, {"tool_call_id", "a"}, {"content", "1"}},
                                     {{"role", "tool"}, {"tool_call_id", "b"}, {"content", "2"}, {"is_error", true}},
                                     {{"role", "user"}, {"content", "Hi"}}}));
  ASSERT_EQ(r.messages.size(), 2u);
  ASSERT_EQ(r.messages[0].parts.size(), 2u);
  EXPECT_TRUE(std::get<chat::ToolResult>(r.messages[0].parts[1].value).failed);
}

TEST(ChatCompletionsRequest, TakesWhatToolsMayBeCalled) {
  using Mode = chat::ToolChoice::Mode;
  EXPECT_EQ(read(asking({{"tool_choice", "none"}})).tool_choice->mode, Mode::none);
  EXPECT_EQ(read(asking({{"tool_choice", "any"}})).tool_choice->mode, Mode::required);
  const auto allowed = json::parse(R"({"type":"allowed_tools","allowed_tools":{"mode":"auto",
      "tools":[{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"g"}}]}})");
  const auto choice = *read(asking({{"tool_choice", allowed}})).tool_choice;
  EXPECT_EQ(choice.mode, Mode::automatic);
  EXPECT_EQ(choice.only, (std::vector<std::string>{"f", "g"}));
  expect_refused(asking({{"tool_choice", "sometimes"}}), "tool_choice");
}

TEST(ChatCompletionsRequest, TakesAllWaysToAskForThoughts) {
  EXPECT_EQ(read(asking({{"reasoning_effort", "high"}})).thinking->effort, chat::Effort::high);
  const auto asked = *read(asking({{"reasoning", {{"max_tokens", 2000}, {"exclude", true}}}})).thinking;
  EXPECT_EQ(asked.budget, 2000u);
  EXPECT_EQ(asked.shown, false);
  EXPECT_EQ(read(asking({{"reasoning", {{"enabled", false}}}})).thinking->effort, chat::Effort::none);
  expect_refused(asking({{"reasoning_effort", "much"}}), "reasoning_effort");
}

TEST(ChatCompletionsRequest, KeepsWhatItHasNoWordFor) {
  const auto r = read({{"model", "m"},
                       {"logit_bias", {{"1", 2}}},
                       {"tools", {{{"type", "web_search"}}}},
                       {"provider", {{"order", {"a"}}}},
                       {"messages",
                        {{{"role", "user"}, {"content", {{{"type", "hologram"}, {"x", 1}}}}},
                         {{"role", "assistant"}, {"content", ""}, {"audio", {{"id", "a"}}}, {"annotations", {1}}}}}});
  std::vector<std::string> paths;
  for (const auto& extra : r.extras) paths.push_back(extra.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"logit_bias", "messages[0].content[0]", "messages[1].audio", "tools[0]"}));
  EXPECT_EQ(r.extras[1].value, R"({"type":"hologram","x":1})");
}

TEST(ChatCompletionsRequest, GoesOnFromACallThatAModelMadeBadly) {
  auto broken = call;
  broken["function"]["arguments"] = "{\"a";
  const auto r = read(with_messages({{{"role", "assistant"}, {"tool_calls", {broken}}}}));
  const auto& made = std::get<chat::ToolCall>(r.messages.at(0).parts.at(0).value);
  EXPECT_EQ(made.arguments, R"({"_raw":"{\"a"})");
}

TEST(ChatCompletionsRequest, SaysWhereAMistakeIs) {
  expect_refused({{"messages", {{{"role", "user"}}}}}, "model");
  expect_refused({{"model", "m"}}, "messages");
  expect_refused(with_messages({{{"role", "robot"}}}), "messages[0].role");
  expect_refused(with_messages({{{"role", "tool"}, {"content", "x"}}}), "messages[0].tool_call_id");
  expect_refused(with_messages({{{"role", "user"}, {"content", 7}}}), "messages[0].content");
  expect_refused(
      with_messages(
          {{{"role", "user"}, {"content", {{{"type", "image_url"}, {"image_url", {{"url", "data:image/png,x"}}}}}}}}),
      "messages[0].content[0].image_url.url");
  expect_refused(asking({{"temperature", "warm"}}), "temperature");
  expect_refused(asking({{"n", -1}}), "n");
  expect_refused(asking({{"stop", 3}}), "stop");
  expect_refused(asking({{"metadata", {{"a", 1}}}}), "metadata");
  expect_refused(asking({{"response_format", {{"type", "json_schema"}}}}), "response_format.json_schema");
}

TEST(ChatCompletionsRequest, ReadsPicturesSoundsAndFiles) {
  const auto r = read(with_messages(
      {{{"role", "user"},
        {"content",
         {{{"type", "image_url"}, {"image_url", {{"url", "data:image/png;base64,AA=="}, {"detail", "low"}}}},
          {{"type", "input_audio"}, {"input_audio", {{"data", "BB=="}, {"format", "wav"}}}},
          {{"type", "file"}, {"file", {{"filename", "a.pdf"}, {"file_data", "data:application/pdf;base64,CC=="}}}},
          {{"type", "file"},
           {"file", {{"file_id", "file-1"}}},
           {"cache_control", {{"type", "ephemeral"}, {"ttl", "1h"}}}}}}}}));
  const auto& parts = r.messages.at(0).parts;
  using Kind = chat::Source::Kind;
  EXPECT_EQ(std::get<chat::Image>(parts[0].value), (chat::Image{{Kind::base64, "AA==", "image/png"}, "low"}));
  EXPECT_EQ(std::get<chat::Audio>(parts[1].value), (chat::Audio{{Kind::base64, "BB==", "audio/wav"}}));
  EXPECT_EQ(std::get<chat::File>(parts[2].value), (chat::File{{Kind::base64, "CC==", "application/pdf"}, "a.pdf"}));
  EXPECT_EQ(std::get<chat::File>(parts[3].value), (chat::File{{Kind::file_id, "file-1", ""}, ""}));
  EXPECT_EQ(parts[3].remember, chat::CacheTime::one_hour);
}

TEST(ChatCompletionsWords, ReplaceIdsThatAVendorRefusesInCallsAndResultsAlike) {
  const auto r = read(with_messages({{{"role", "assistant"}, {"tool_calls", {call}}},
                                     {{"role", "tool"}, {"tool_call_id", "call_a1"}, {"content", "4"}}}));
  Words words;
  words.nine_letter_ids = true;
  const auto messages = written(r, words)["messages"];
  const std::string id = messages[0]["tool_calls"][0]["id"];
  EXPECT_EQ(id.size(), 9u);
  EXPECT_EQ(messages[1]["tool_call_id"], id);
  EXPECT_EQ(written(r)["messages"][1]["tool_call_id"], "call_a1");
}

TEST(ChatCompletionsWords, NameLimitsRolesChoicesAndSeeds) {
  Words words;
  words.max_tokens = "max_tokens";
  words.developer = "system";
  words.required = "any";
  words.seed = "random_seed";
  words.stream_options = false;
  auto body = asking({{"max_tokens", 9}, {"seed", -4}, {"tool_choice", "required"}, {"stream", true}});
  body["tools"] = {{{"type", "function"}, {"function", {{"name", "f"}}}}};
  body["messages"].insert(body["messages"].begin(), json{{"role", "developer"}, {"content", "Be brief."}});
  const auto said = written(read(body), words);
  EXPECT_EQ(said["max_tokens"], 9);
  EXPECT_EQ(said["random_seed"], -4);
  EXPECT_EQ(said["tool_choice"], "any");
  EXPECT_EQ(said["messages"][0]["role"], "system");
  EXPECT_FALSE(said.contains("stream_options"));
  EXPECT_EQ(written(read(body))["stream_options"]["include_usage"], true) << "for the books, whoever asks";
}

TEST(ChatCompletionsWords, AskForThoughtsInEachVendorsWay) {
  const auto asked = [](Words::Thinking style, const json& how) {
    Words words;
    words.thinking = style;
    return written(read(asking(how)), words);
  };
  const json high{{"reasoning_effort", "high"}}, off{{"reasoning_effort", "none"}};
  const json budget{{"reasoning", {{"max_tokens", 2000}}}};
  using enum Words::Thinking;
  EXPECT_EQ(asked(effort, high)["reasoning_effort"], "high");
  EXPECT_EQ(asked(effort, budget)["reasoning_effort"], "medium");
  EXPECT_EQ(asked(type, high)["thinking"]["type"], "enabled");
  EXPECT_EQ(asked(type, high)["reasoning_effort"], "high");
  EXPECT_EQ(asked(type, off)["thinking"]["type"], "disabled");
  EXPECT_EQ(asked(enable, budget)["thinking_budget"], 2000);
  EXPECT_EQ(asked(enable, off)["enable_thinking"], false);
  EXPECT_EQ(asked(reasoning, budget)["reasoning"], json({{"max_tokens", 2000}}));
  Words thoughtless;
  thoughtless.thinking = Words::Thinking::none;
  EXPECT_EQ(refused_for(read(asking(high)), thoughtless), "reasoning_effort");
  EXPECT_EQ(refused_for(read(asking(off)), thoughtless), "nothing");
}

TEST(ChatCompletionsWords, HandThoughtsBackInEachVendorsWay) {
  const auto r = read(with_messages({{{"role", "assistant"},
                                      {"content", "Hi"},
                                      {"reasoning_details",
                                       {{{"type", "reasoning.text"}, {"text", "Hm."}, {"signature", "c2ln"}},
                                        {{"type", "reasoning.encrypted"}, {"data", "x"}}}}}}));
  Words words;
  EXPECT_FALSE(written(r)["messages"][0].contains("reasoning_content"));
  EXPECT_EQ(write_request(r, {})->changed, std::vector<std::string>{"reasoning"});
  words.thoughts = Words::Thoughts::reasoning_content;
  EXPECT_EQ(written(r, words)["messages"][0]["reasoning_content"], "Hm.");
  words.thoughts = Words::Thoughts::reasoning_details;
  EXPECT_EQ(written(r, words)["messages"][0]["reasoning_details"].size(), 2u);
}

TEST(ChatCompletionsWords, ShowPicturesOfResultsBehindThem) {
  const json picture{{"type", "image_url"}, {"image_url", {{"url", "https://example.org/a"}}}};
  const auto r = read(with_messages({{{"role", "tool"}, {"tool_call_id", "a"}, {"content", {picture}}},
                                     {{"role", "tool"}, {"tool_call_id", "b"}, {"content", "2"}}}));
  const auto messages = written(r)["messages"];
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[0]["content"], "");
  EXPECT_EQ(messages[2], json({{"role", "user"}, {"content", {picture}}}));
}

TEST(ChatCompletionsWords, RefuseWhatChangesTheAnswerAndLeaveTheRest) {
  EXPECT_EQ(refused_for(read(asking({{"top_k", 4}})), {}), "top_k");
  EXPECT_EQ(refused_for(read(asking({{"web_search_of_tomorrow", 1}})), {}), "web_search_of_tomorrow");
  Words poor;
  poor.logprobs = poor.several_answers = poor.penalties = poor.schemas = false;
  poor.seed = poor.user = "";
  poor.metadata = poor.store = poor.service_tier = poor.cache_key = poor.verbosity = false;
  EXPECT_EQ(refused_for(read(asking({{"n", 2}})), poor), "n");
  EXPECT_EQ(refused_for(read(asking({{"n", 1}, {"logprobs", false}, {"presence_penalty", 0}})), poor), "nothing");
  EXPECT_EQ(refused_for(read(asking({{"seed", 2}})), poor), "seed");
  const auto said =
      write_request(read(asking({{"user", "u"}, {"metadata", {{"a", "b"}}}, {"verbosity", "low"}})), poor);
  EXPECT_EQ(said->changed, (std::vector<std::string>{"user", "metadata", "verbosity"}));
}

TEST(ChatCompletionsWords, OfferOnlyTheAllowedToolsWhereThatCannotBeSaid) {
  auto body = asking();
  for (const auto* name : {"f", "g", "h"})
    body["tools"].push_back({{"type", "function"}, {"function", {{"name", name}}}});
  body["tool_choice"] = json::parse(R"({"type":"allowed_tools","allowed_tools":{"mode":"required",
      "tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"h"}}]}})");
  Words words;
  words.allowed_tools = false;
  const auto said = written(read(body), words);
  EXPECT_EQ(said["tools"].size(), 2u);
  EXPECT_EQ(said["tool_choice"], "required");
}

}  // namespace headgate::dialects::chat_completions
