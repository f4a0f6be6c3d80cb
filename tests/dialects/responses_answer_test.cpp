#include <gmock/gmock.h>

#include "responses_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Finish;
using nlohmann::json;

const Shown shown{"resp_7f", "shown-model", 1790000001, true};

json object_of(const chat::Answer& answer, const Echo& echo = {}) { return json::parse(answered(answer, shown, echo)); }

// What a client asked, with as much to repeat as there is.
constexpr std::string_view asked = R"({"model":"m","input":"Hi","instructions":"Be brief.","temperature":0.5,
  "metadata":{"k":"v"},"reasoning":{"effort":"high"},"text":{"verbosity":"low"},"tool_choice":"required",
  "tools":[{"type":"function","name":"f"},{"type":"custom","name":"g"}],"user":"u","store":false})";

class ResponsesAnswer : public testing::Test {
 protected:
  static void SetUpTestSuite() { schemas = std::make_unique<test::Schemas>("responses"); }
  static void TearDownTestSuite() { schemas.reset(); }
  static inline std::unique_ptr<test::Schemas> schemas;
};

TEST_F(ResponsesAnswer, IsAResponseObject) {
  const auto object = object_of(answer_of({chat::text_part("It is 4 C.")}));
  schemas->expect_valid("Response", object.dump());
  EXPECT_EQ(object["id"], "resp_7f");
  EXPECT_EQ(object["model"], "m-large");
  EXPECT_EQ(object["status"], "completed");
  EXPECT_EQ(object["created_at"], 1790000000);
  EXPECT_EQ(object["output"], json::parse(R"([{"id":"msg_7f_0","type":"message","status":"completed","role":"assistant",
    "content":[{"type":"output_text","text":"It is 4 C.","annotations":[],"logprobs":[]}]}])"));
  EXPECT_EQ(object["usage"], json::parse(R"({"input_tokens":1200,"input_tokens_details":{"cached_tokens":1024,
    "cache_write_tokens":0},"output_tokens":13,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":1213})"));
}

TEST_F(ResponsesAnswer, RepeatsItsRequest) {
  const auto object = object_of(answer_of({chat::text_part("Hi")}), read_echo(Document(asked)));
  schemas->expect_valid("Response", object.dump());
  EXPECT_EQ(object["instructions"], "Be brief.");
  EXPECT_EQ(object["temperature"], 0.5);
  EXPECT_EQ(object["top_p"], nullptr);
  EXPECT_EQ(object["store"], false);
  EXPECT_EQ(object["tools"], json::parse(R"([{"type":"function","name":"f","parameters":null,"strict":false},
    {"type":"custom","name":"g"}])"));
  EXPECT_EQ(object["text"], json::parse(R"({"format":{"type":"text"},"verbosity":"low"})"));
}

TEST_F(ResponsesAnswer, KeepsTheOrderOfWhatWasSaid) {
  const auto object = object_of(answer_of({{chat::Reasoning{"Look.", "c2ln", "openai-responses-v1"}, {}},
                                           {chat::SealedReasoning{"c2Vh", "anthropic-claude-v1"}, {}},
                                           chat::text_part("Checking."),
                                           call_part("call_1", "f", R"({"n":1})"),
                                           {chat::ToolCall{"call_2", "g", "ls", {}, true}, {}}},
                                          Finish::tool_calls));
  schemas->expect_valid("Response", object.dump());
  EXPECT_EQ(object["status"], "completed");
  const auto& output = object["output"];
  ASSERT_EQ(output.size(), 5u);
  EXPECT_EQ(output[0], json::parse(R"({"id":"rs_7f_0","type":"reasoning","encrypted_content":"c2ln",
    "summary":[{"type":"summary_text","text":"Look."}]})"));
  EXPECT_EQ(output[1], json::parse(R"({"id":"rs_7f_1","type":"reasoning","encrypted_content":"anthropic-claude-v1:c2Vh",
    "summary":[]})"));
  EXPECT_EQ(output[2]["type"], "message");
  EXPECT_EQ(output[3], json::parse(R"({"id":"fc_7f_3","type":"function_call","status":"completed","call_id":"call_1",
    "name":"f","arguments":"{\"n\":1}"})"));
  EXPECT_EQ(output[4], json::parse(R"({"id":"ctc_7f_4","type":"custom_tool_call","status":"completed",
    "call_id":"call_2","name":"g","input":"ls"})"));
}

TEST_F(ResponsesAnswer, SaysWhyItIsNotWhole) {
  const auto cut = object_of(answer_of({chat::text_part("It is")}, Finish::length));
  schemas->expect_valid("Response", cut.dump());
  EXPECT_EQ(cut["status"], "incomplete");
  EXPECT_EQ(cut["incomplete_details"]["reason"], "max_output_tokens");
  EXPECT_EQ(cut["output"][0]["status"], "incomplete");
  const auto filtered = object_of(answer_of({}, Finish::filtered));
  schemas->expect_valid("Response", filtered.dump());
  EXPECT_EQ(filtered["incomplete_details"]["reason"], "content_filter");
  const auto failed = object_of(answer_of({}, Finish::failed));
  schemas->expect_valid("Response", failed.dump());
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_EQ(failed["error"]["code"], "server_error");
  EXPECT_EQ(object_of(answer_of({chat::text_part("?")}, Finish::unknown))["status"], "incomplete");
}

TEST_F(ResponsesAnswer, TellsARefusalInTheModelsWords) {
  const auto object = object_of(answer_of({{chat::Refusal{"No."}, {}}}, Finish::refused));
  schemas->expect_valid("Response", object.dump());
  EXPECT_EQ(object["status"], "completed");
  EXPECT_EQ(object["output"][0]["content"][0], json::parse(R"({"type":"refusal","refusal":"No."})"));
}

TEST_F(ResponsesAnswer, CarriesLogprobs) {
  auto answer = answer_of({chat::text_part("Hi")});
  answer.choices[0].logprobs = R"({"content":[{"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[]},
    {"token":"!","logprob":-1,"bytes":[33],"top_logprobs":[]}],"refusal":null})";
  const auto object = object_of(answer);
  schemas->expect_valid("Response", object.dump());
  EXPECT_EQ(object["output"][0]["content"][0]["logprobs"].size(), 2u);
}

TEST_F(ResponsesAnswer, SmugglesSignaturesPastClientsThatDoNotKnowThem) {
  const std::vector<chat::Part> said{{chat::Reasoning{"", "c2lsZW50", "google-gemini-v1"}, {}},
                                     call_part("call_1", "f", "{}", "Z29vZ2xl")};
  const auto object = object_of(answer_of(said, Finish::tool_calls));
  schemas->expect_valid("Response", object.dump());
  const auto messages = read_items(Document(object["output"].dump()));
  ASSERT_TRUE(messages);
  ASSERT_EQ(messages->size(), 1u);
  EXPECT_EQ(messages->front().parts, said);
}

TEST_F(ResponsesAnswer, AnErrorIsTheObjectOfOpenAI) {
  std::string out;
  append_error(out, core::Error(core::Code::invalid_request, "No.").with_param("input"), "req_1");
  schemas->expect_valid("ErrorResponse", out);
  EXPECT_EQ(json::parse(out)["error"]["param"], "input");
}

TEST_F(ResponsesAnswer, IsStoredWithTheItemsThatAskedForIt) {
  const Document body(R"({"model":"m","input":[{"role":"user","content":"Weather?"},
    {"role":"user","content":[{"type":"input_image","image_url":"https://x.example/a.png"}]},
    {"role":"assistant","content":"Looking."},
    {"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"},
    {"type":"function_call_output","call_id":"call_1","output":"4 C"},
    {"type":"reasoning","summary":[],"encrypted_content":"c2Vh"}]})");
  std::string items, list;
  append_input_items(items, body, "resp_7f");
  const Document stored(items);
  append_item_list(list, stored, {.limit = 100, .ascending = true, .after = {}});
  schemas->expect_valid("ResponseItemList", list);
  const auto again = read_items(stored);
  const auto request = read_request(body);
  ASSERT_TRUE(again && request);
  auto expected = request->messages;
  // What was open is said now: a picture is looked at in any detail.
  std::get<chat::Image>(expected[1].parts[0].value).detail = "auto";
  EXPECT_EQ(*again, expected);
}

TEST_F(ResponsesAnswer, ItsItemsAreListedPageByPage) {
  std::string items, list;
  append_input_items(items, Document(R"({"input":[{"role":"user","content":"a"},{"role":"user","content":"b"},
    {"role":"user","content":"c"}]})"),
                     "resp_7f");
  const Document stored(items);
  append_item_list(list, stored, {.limit = 2, .ascending = false, .after = {}});
  schemas->expect_valid("ResponseItemList", list);
  auto page = json::parse(list);
  EXPECT_EQ(page["first_id"], "msg_7f_in2");
  EXPECT_EQ(page["last_id"], "msg_7f_in1");
  EXPECT_EQ(page["has_more"], true);
  list.clear();
  append_item_list(list, stored, {.limit = 2, .ascending = false, .after = "msg_7f_in1"});
  page = json::parse(list);
  EXPECT_EQ(page["data"].size(), 1u);
  EXPECT_EQ(page["has_more"], false);
  list.clear();
  append_item_list(list, stored, {.limit = 0, .ascending = true, .after = "gone"});
  schemas->expect_valid("ResponseItemList", list);
}

TEST_F(ResponsesAnswer, OfItemsThatNoModelCanBeToldCannotBeContinued) {
  const auto messages = read_items(Document(R"([{"type":"web_search_call","id":"ws_1"}])"));
  ASSERT_FALSE(messages);
  EXPECT_EQ(messages.error().param(), "previous_response_id");
}

}  // namespace
}  // namespace headgate::dialects::responses
