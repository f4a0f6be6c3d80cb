#include <gtest/gtest.h>

#include "headgate/wire/openai.hpp"
#include "support.hpp"

namespace headgate::wire::openai {
namespace {

using core::Code;
using Names = std::vector<std::string>;

core::Result<Request> read(const std::string& body, Surface surface = Surface::chat_completions) {
  JsonReader json;
  const Padded padded(body);
  return read_request(json, surface, padded.text());
}

constexpr const char* messages = R"("messages":[{"role":"user","content":"hi"}])";

std::string chat(const std::string& members) {
  return "{" + (members.empty() ? "" : members + ",") + R"("model":"m",)" + messages + "}";
}

Request accepted(const std::string& body, Surface surface = Surface::chat_completions) {
  auto request = read(body, surface);
  EXPECT_TRUE(request) << body << request.error().message();
  return request ? *std::move(request) : Request();
}

void expect_wrong(const std::string& body, const std::string& param, Surface surface = Surface::chat_completions) {
  const auto request = read(body, surface);
  ASSERT_FALSE(request) << body;
  EXPECT_EQ(request.error().code(), Code::invalid_request) << body;
  EXPECT_EQ(request.error().status(), 400) << body;
  EXPECT_EQ(request.error().param(), param) << body;
  EXPECT_EQ(request.error().retry(), core::Retry::never) << body;
}

}  // namespace

TEST(Request, NamesItsModel) {
  EXPECT_EQ(accepted(chat("")).model, "m");
  EXPECT_EQ(accepted(R"({"messages":[{"role":"user"}],"model":"pool:\u0063heap"})").model, "pool:cheap");
  EXPECT_EQ(accepted(R"({"mod\u0065l":"m","messages":[{"role":"user"}]})").model, "m");
}

TEST(Request, KnowsWhereItsModelStands) {
  const std::string body = R"( { "messages" : [{"role":"user"}] , "model" : "a\"b" } )";
  const auto request = accepted(body);
  EXPECT_EQ(body.substr(request.model_value.at, request.model_value.size), R"("a\"b")");
  EXPECT_EQ(request.members_at, 2u);
}

TEST(Request, ReadsWhatPolicyNeeds) {
  const auto plain = accepted(chat(""));
  EXPECT_FALSE(plain.stream || plain.wants_usage || plain.has_tools || plain.wants_base64);
  EXPECT_TRUE(accepted(chat(R"("stream":true)")).stream);
  EXPECT_TRUE(accepted(chat(R"("tools":[{"type":"function"}])")).has_tools);
  EXPECT_TRUE(accepted(chat(R"("stream_options":{"include_usage":true})")).wants_usage);
  EXPECT_FALSE(accepted(chat(R"("stream":false,"tools":[],"stream_options":{"include_usage":false})")).stream);
  EXPECT_FALSE(accepted(chat(R"("tools":[])")).has_tools);
}

TEST(Request, TakesNullForAbsent) {
  const auto request =
      accepted(chat(R"("stream":null,"tools":null,"stream_options":null,"models":null,"provider":null)"));
  EXPECT_FALSE(request.stream || request.has_tools || request.wants_usage);
  EXPECT_TRUE(request.fallback_models.empty());
}

TEST(Request, ListsFallbackModels) {
  EXPECT_EQ(accepted(chat(R"("models":["a","b"])")).fallback_models, (Names{"a", "b"}));
  EXPECT_EQ(accepted(chat(R"("models":[])")).fallback_models, Names{});
}

TEST(Request, LeavesMembersItDoesNotKnowAlone) {
  accepted(chat(R"("temperature":"hot","seed":1e999,"x":[[[]]],"metadata":{"model":5})"));
}

TEST(Request, KnowsTheMembersOfEachSurface) {
  EXPECT_EQ(accepted(R"({"model":"m","prompt":"hi"})", Surface::completions).model, "m");
  EXPECT_EQ(accepted(R"({"model":"m","prompt":["a","b"]})", Surface::completions).surface, Surface::completions);
  EXPECT_TRUE(accepted(R"({"model":"m","input":[1,2],"encoding_format":"base64"})", Surface::embeddings).wants_base64);
  EXPECT_FALSE(accepted(R"({"model":"m","input":"a","encoding_format":"float"})", Surface::embeddings).wants_base64);
}

TEST(Request, NeverStreamsEmbeddings) {
  EXPECT_FALSE(accepted(R"({"model":"m","input":"a","stream":true})", Surface::embeddings).stream);
}

TEST(Request, RefusesAMissingInput) {
  expect_wrong(R"({"model":"m"})", "messages");
  expect_wrong(R"({"model":"m"})", "prompt", Surface::completions);
  expect_wrong(R"({"model":"m","prompt":null})", "prompt", Surface::completions);
  expect_wrong(R"({"model":"m","messages":[]})", "input", Surface::embeddings);
}

TEST(Request, RefusesAMissingModel) {
  expect_wrong(std::string("{") + messages + "}", "model");
  expect_wrong("{}", "model");
}

TEST(Request, RefusesEveryOtherTypeOfModel) {
  for (const char* value : {"null", "1", "true", "[]", "{}", R"(["m"])", R"("")"})
    expect_wrong(std::string(R"({"model":)") + value + "," + messages + "}", "model");
  expect_wrong(R"({"model":")" + std::string(257, 'm') + "\"," + messages + "}", "model");
  EXPECT_EQ(accepted(R"({"model":")" + std::string(256, 'm') + "\"," + messages + "}").model.size(), 256u);
}

TEST(Request, RefusesEveryOtherTypeOfMessages) {
  for (const char* value : {"null", "1", "true", "\"hi\"", "{}", "[]", "[1]", "[null]", "[[]]", "[{}]",
                            R"([{"role":1}])", R"([{"role":null}])", R"([{"role":"user"},{"content":"x"}])"})
    expect_wrong(std::string(R"({"model":"m","messages":)") + value + "}", "messages");
}

TEST(Request, RefusesEveryOtherTypeOfStream) {
  for (const char* value : {"1", "0", "\"true\"", "[]", "{}"})
    expect_wrong(chat(std::string(R"("stream":)") + value), "stream");
}

TEST(Request, RefusesEveryOtherTypeOfStreamOptions) {
  for (const char* value : {"1", "true", "\"include_usage\"", "[]"})
    expect_wrong(chat(std::string(R"("stream_options":)") + value), "stream_options");
}

TEST(Request, RefusesEveryOtherTypeOfModels) {
  for (const char* value : {"1", "true", "\"m\"", "{}", "[1]", "[null]", R"(["a",""])", R"([["a"]])"})
    expect_wrong(chat(std::string(R"("models":)") + value), "models");
  std::string many = R"("models":["a")";
  for (int i = 1; i < 16; ++i) many += ",\"a\"";
  EXPECT_EQ(accepted(chat(many + "]")).fallback_models.size(), 16u);
  expect_wrong(chat(many + ",\"a\"]"), "models");
}

TEST(Request, RefusesBodiesThatAreNoObject) {
  for (const char* body : {"[]", "1", "null", "\"model\"", "true", R"([{"model":"m"}])"}) expect_wrong(body, "");
}

TEST(Request, RefusesBodiesThatAreNoJson) {
  for (const std::string body :
       {"", "{", "{\"model\":\"m\",}", "model=m", "{\"model\":\"\xff\"}", R"({"model":"a","model":"b"})"}) {
    const auto request = read(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().code(), Code::invalid_json) << body;
  }
}

TEST(Request, ReadsTheNextBodyWithTheSameReader) {
  JsonReader json;
  for (int i = 0; i < 100; ++i) {
    const Padded body(R"({"model":"m)" + std::to_string(i) + "\"," + messages + (i % 3 == 0 ? "" : "}"));
    const auto request = read_request(json, Surface::chat_completions, body.text());
    ASSERT_EQ(request.has_value(), i % 3 != 0);
    if (request) {
      EXPECT_EQ(request->model, "m" + std::to_string(i));
    }
  }
}

TEST(Surface, IsNamedAndPlaced) {
  EXPECT_EQ(name_of(Surface::chat_completions), "chat_completions");
  EXPECT_EQ(name_of(Surface::completions), "completions");
  EXPECT_EQ(name_of(Surface::embeddings), "embeddings");
  EXPECT_EQ(path_of(Surface::chat_completions), "/chat/completions");
  EXPECT_EQ(path_of(Surface::completions), "/completions");
  EXPECT_EQ(path_of(Surface::embeddings), "/embeddings");
}

}  // namespace headgate::wire::openai
