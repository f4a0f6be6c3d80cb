#include <gmock/gmock.h>

#include "responses_support.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Role;
using testing::ElementsAre;
using testing::IsEmpty;

chat::Request read(std::string_view body) {
  const Document document(body);
  auto request = read_request(document);
  if (!request) {
    ADD_FAILURE() << request.error().message();
    return {};
  }
  return *std::move(request);
}

std::string refused_param(std::string_view body) {
  const Document document(body);
  const auto request = read_request(document);
  EXPECT_FALSE(request) << body;
  return request ? "" : request.error().param();
}

TEST(ResponsesRequest, OfOneSentence) {
  const auto request = read(R"({"model":"m","input":"Hi","instructions":"Be brief."})");
  EXPECT_EQ(request.model, "m");
  EXPECT_FALSE(request.stream);
  EXPECT_EQ(request.messages, (std::vector<chat::Message>{{Role::developer, {}, {chat::text_part("Be brief.")}},
                                                          {Role::user, {}, {chat::text_part("Hi")}}}));
  EXPECT_THAT(request.extras, IsEmpty());
}

TEST(ResponsesRequest, GathersATurnOfTheModelAndTheResultsOfItsTools) {
  const auto request = read(R"({"model":"m","input":[
    {"role":"user","content":"Weather?"},
    {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Look."},
        {"type":"summary_text","text":"Well."}],"encrypted_content":"c2ln"},
    {"type":"message","id":"msg_1","status":"completed","role":"assistant",
        "content":[{"type":"output_text","text":"Checking.","annotations":[]}]},
    {"type":"function_call","id":"fc_1","call_id":"call_1","name":"get_weather","arguments":"{\"city\":\"Oslo\"}"},
    {"type":"custom_tool_call","call_id":"call_2","name":"shell","input":"ls"},
    {"type":"function_call_output","call_id":"call_1","output":"4 C"},
    {"type":"custom_tool_call_output","call_id":"call_2","output":[{"type":"input_text","text":"a"},
        {"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"}]},
    {"type":"message","role":"user","content":[{"type":"input_text","text":"Thanks"}]}]})");
  ASSERT_EQ(request.messages.size(), 4u);
  EXPECT_EQ(request.messages[1],
            (chat::Message{Role::assistant,
                           {},
                           {{chat::Reasoning{"Look.\n\nWell.", "c2ln", "openai-responses-v1"}, {}},
                            chat::text_part("Checking."),
                            {chat::ToolCall{"call_1", "get_weather", R"({"city":"Oslo"})", {}, false}, {}},
                            {chat::ToolCall{"call_2", "shell", "ls", {}, true}, {}}}}));
  const chat::Image picture{{chat::Source::Kind::base64, "AAAA", "image/png"}, "low"};
  EXPECT_EQ(request.messages[2],
            (chat::Message{Role::tool,
                           {},
                           {{chat::ToolResult{"call_1", {}, {chat::text_part("4 C")}, false}, {}},
                            {chat::ToolResult{"call_2", {}, {chat::text_part("a"), {picture, {}}}, false}, {}}}}));
  EXPECT_EQ(request.messages[3].role, Role::user);
}

TEST(ResponsesRequest, ReadsPicturesAndFilesWhereverTheyAre) {
  const auto request = read(R"({"model":"m","input":[{"role":"user","content":[
    {"type":"input_image","image_url":"https://x.example/a.png"},
    {"type":"input_image","file_id":"file-1","detail":"high"},
    {"type":"input_file","file_data":"data:application/pdf;base64,JVBE","filename":"a.pdf"},
    {"type":"input_file","file_url":"https://x.example/a.pdf"},
    {"type":"input_text","text":"What?","prompt_cache_breakpoint":{"mode":"explicit"}}]}]})");
  using Kind = chat::Source::Kind;
  EXPECT_EQ(request.messages.at(0).parts,
            (std::vector<chat::Part>{{chat::Image{{Kind::url, "https://x.example/a.png", {}}, {}}, {}},
                                     {chat::Image{{Kind::file_id, "file-1", {}}, "high"}, {}},
                                     {chat::File{{Kind::base64, "JVBE", "application/pdf"}, "a.pdf"}, {}},
                                     {chat::File{{Kind::url, "https://x.example/a.pdf", {}}, {}}, {}},
                                     {chat::Text{"What?"}, chat::CacheTime::five_minutes}}));
}

TEST(ResponsesRequest, ReadsHowToAnswer) {
  const auto request = read(R"({"model":"m","input":"Hi","stream":true,"temperature":0.5,"top_p":0.9,
    "max_output_tokens":256,"parallel_tool_calls":false,"reasoning":{"effort":"high","summary":"auto"},
    "text":{"format":{"type":"json_schema","name":"city","schema":{"type":"object"},"strict":true},"verbosity":"low"},
    "metadata":{"k":"v"},"service_tier":"flex","prompt_cache_key":"p","safety_identifier":"u","store":false,
    "include":["reasoning.encrypted_content","message.output_text.logprobs"],"top_logprobs":2,
    "truncation":"disabled","background":false,"previous_response_id":null,"max_tool_calls":3,
    "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":false},
             {"type":"custom","name":"g","format":{"type":"text"}}],
    "tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"}]}})");
  EXPECT_TRUE(request.stream && request.wants_usage);
  EXPECT_EQ(request.max_tokens, 256u);
  EXPECT_EQ(request.parallel_tools, false);
  EXPECT_EQ(request.thinking, (chat::Thinking{chat::Effort::high, {}, true, "auto"}));
  EXPECT_EQ(request.format, (chat::Format{R"({"type":"object"})", "city", {}, true}));
  EXPECT_EQ(request.tools, (std::vector<chat::Tool>{{"f", "d", R"({"type":"object"})", false, false, {}},
                                                    {"g", {}, R"({"type":"text"})", {}, true, {}}}));
  EXPECT_EQ(request.tool_choice, (chat::ToolChoice{chat::ToolChoice::Mode::required, {"f"}}));
  EXPECT_EQ(request.user, "u");
  EXPECT_EQ(request.store, false);
  EXPECT_EQ(request.logprobs, true);
  EXPECT_THAT(request.extras, IsEmpty());
}

TEST(ResponsesRequest, KeepsWhatHasNoWordByItsPath) {
  const auto request = read(R"({"model":"m","input":[{"role":"user","content":[{"type":"input_smell"}]},
    {"type":"item_reference","id":"msg_1"},{"type":"web_search_call","id":"ws_1"}],
    "tools":[{"type":"function","name":"f"},{"type":"web_search"}],"tool_choice":{"type":"web_search"},
    "truncation":"auto","context_management":[{}]})");
  std::vector<std::string> paths;
  for (const auto& extra : request.extras) paths.push_back(extra.path);
  EXPECT_THAT(paths, testing::UnorderedElementsAre("input[0].content[0]", "input[1]", "input[2]", "tools[1]",
                                                   "tool_choice", "truncation", "context_management"));
}

TEST(ResponsesRequest, GoesOnFromACallThatAModelMadeBadly) {
  const auto request = read(R"({"model":"m","input":[{"type":"function_call","call_id":"c","name":"f",
    "arguments":"{\"city"}]})");
  const auto& call = std::get<chat::ToolCall>(request.messages.at(0).parts.at(0).value);
  EXPECT_EQ(call.arguments, R"({"_raw":"{\"city"})");
}

TEST(ResponsesRequest, NamesWhatIsWrong) {
  EXPECT_EQ(refused_param(R"({"input":"Hi"})"), "model");
  EXPECT_EQ(refused_param(R"({"model":"m"})"), "input");
  EXPECT_EQ(refused_param(R"({"model":"m","input":[{"role":"king","content":"x"}]})"), "input[0].role");
  EXPECT_EQ(refused_param(R"({"model":"m","input":[{"role":"user"}]})"), "input[0].content");
  EXPECT_EQ(refused_param(R"({"model":"m","input":[{"role":"user","content":[{"type":"input_image"}]}]})"),
            "input[0].content[0]");
  EXPECT_EQ(refused_param(R"({"model":"m","input":"Hi","temperature":"hot"})"), "temperature");
  EXPECT_EQ(refused_param(R"({"model":"m","input":"Hi","reasoning":{"effort":"huge"}})"), "reasoning.effort");
  EXPECT_EQ(refused_param(R"({"model":"m","input":"Hi","tools":[{"type":"function"}]})"), "tools[0].name");
  EXPECT_EQ(refused_param(R"({"model":"m","input":"Hi","metadata":{"k":1}})"), "metadata.k");
}

TEST(ResponsesState, IsWhatARequestSaysOfOthers) {
  const Document body(R"({"model":"m","input":"Hi","previous_response_id":"resp_1","store":false,"background":true,
    "conversation":{"id":"conv_1"},"instructions":"x"})");
  const auto state = read_state(body);
  EXPECT_EQ(state.previous_response_id, "resp_1");
  EXPECT_EQ(state.conversation, "conv_1");
  EXPECT_FALSE(state.store);
  EXPECT_TRUE(state.background && state.instructed);
  EXPECT_TRUE(read_state(Document(R"({"input":"Hi"})")).store);
}

TEST(ResponsesState, PutsEarlierTurnsBehindTheInstructions) {
  auto request = read(R"({"model":"m","input":"And now?","instructions":"Be brief."})");
  State state;
  state.instructed = true;
  join(request, {{Role::user, {}, {chat::text_part("Hi")}}, {Role::assistant, {}, {chat::text_part("Hello")}}}, state);
  std::vector<Role> roles;
  for (const auto& message : request.messages) roles.push_back(message.role);
  EXPECT_THAT(roles, ElementsAre(Role::developer, Role::user, Role::assistant, Role::user));
}

TEST(ResponsesState, PutsItemsWhereTheyAreOnlyNamed) {
  const Document body(R"({"model":"m","input":[{"type":"item_reference","id":"msg_1"},{"role":"user","content":"x"},
    {"id":"fc_1"}],"store":true})");
  const auto found =
      with_named_items(body, [](std::string_view id) { return R"({"found":")" + std::string(id) + "\"}"; });
  ASSERT_TRUE(found);
  EXPECT_EQ(nlohmann::json::parse(*found), nlohmann::json::parse(R"({"model":"m","input":[{"found":"msg_1"},
    {"role":"user","content":"x"},{"found":"fc_1"}],"store":true})"));
  const auto said = with_named_items(body, [](std::string_view) { return std::string(); });
  ASSERT_TRUE(said);
  EXPECT_EQ(nlohmann::json::parse(*said)["input"].size(), 1u) << "what was said is not said again";
  const auto lost = with_named_items(body, [](std::string_view) { return std::nullopt; });
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().status(), 404);
  EXPECT_EQ(*with_named_items(Document(R"({"input":"Hi"})"), {}), "");
  EXPECT_THAT(named_items(body), ElementsAre("msg_1", "fc_1"));
}

TEST(ResponsesState, KnowsWhoseItemItIsByItsId) {
  EXPECT_EQ(response_of_item("msg_7f_0"), "resp_7f");
  EXPECT_EQ(response_of_item("fc_7f_in0"), "resp_7f");
  for (const char* foreign : {"", "msg", "msg_", "msg_7f", "msg__0", "_", "__"})
    EXPECT_EQ(response_of_item(foreign), "");
}

TEST(ResponsesState, TellsWhetherAResponseIsStored) {
  const Document body(R"({"model":"m","input":"x","store":true})");
  EXPECT_NE(read_echo(body).members.find(R"("store":true)"), std::string::npos);
  EXPECT_NE(read_echo(body, false).members.find(R"("store":false)"), std::string::npos);
}

}  // namespace
}  // namespace headgate::dialects::responses
