#include <gmock/gmock.h>

#include "anthropic_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::anthropic {
namespace {

core::Error read(int status, std::string body) {
  const auto size = body.size();
  body.append(wire::json_padding, '\0');
  wire::JsonReader json;
  return read_error(json, status, std::string_view(body).substr(0, size));
}

std::string written(const core::Error& error, std::string_view id = "req_1") {
  std::string out;
  append_error(out, error, id);
  return out;
}

std::string body(std::string_view type, std::string_view message) {
  return R"({"type":"error","error":{"type":")" + std::string(type) + R"(","message":")" + std::string(message) +
         R"("},"request_id":"req_1"})";
}

TEST(AnthropicError, KnowsWhoseFaultItIs) {
  EXPECT_EQ(read(429, body("rate_limit_error", "Slow down.")).code(), core::Code::rate_limit_exceeded);
  EXPECT_EQ(read(529, body("overloaded_error", "Overloaded")).code(), core::Code::no_healthy_upstream);
  EXPECT_EQ(read(401, body("authentication_error", "invalid x-api-key")).fault(), core::Fault::provider);
  const auto long_prompt = read(400, body("invalid_request_error", "prompt is too long: 9 tokens > 8 maximum"));
  EXPECT_EQ(long_prompt.code(), core::Code::context_length_exceeded);
  EXPECT_EQ(long_prompt.fault(), core::Fault::client);
  EXPECT_EQ(read(400, body("invalid_request_error", "bad")).retry(), core::Retry::never);
}

TEST(AnthropicError, TakesASpentLimitForTheGatewaysOwnTrouble) {
  const auto spent = read(400, body("invalid_request_error", "You have reached your specified API usage limits."));
  EXPECT_EQ(spent.code(), core::Code::insufficient_quota);
  EXPECT_EQ(spent.retry(), core::Retry::next_target);
  const auto capped = read(429, R"({"type":"error","error":{"type":"rate_limit_error","message":"Spend cap.",)"
                                R"("details":{"error_code":"enforced_spend_limit_reached"}},"request_id":"req_2"})");
  EXPECT_EQ(capped.code(), core::Code::insufficient_quota);
}

TEST(AnthropicError, SurvivesWhatIsNoJson) {
  EXPECT_EQ(read(502, "<html>").code(), core::Code::upstream_error);
  EXPECT_EQ(read(200, "").code(), core::Code::upstream_error);
}

TEST(AnthropicError, IsWrittenInTheWordsOfItsStatus) {
  test::Schemas schemas("anthropic");
  const std::pair<core::Code, const char*> rows[] = {{core::Code::invalid_request, "invalid_request_error"},
                                                     {core::Code::invalid_api_key, "authentication_error"},
                                                     {core::Code::model_not_found, "not_found_error"},
                                                     {core::Code::rate_limit_exceeded, "rate_limit_error"},
                                                     {core::Code::internal_error, "api_error"},
                                                     {core::Code::upstream_error, "api_error"},
                                                     {core::Code::upstream_timeout, "timeout_error"},
                                                     {core::Code::no_healthy_upstream, "overloaded_error"},
                                                     {core::Code::capability_unavailable, "invalid_request_error"}};
  for (const auto& [code, type] : rows) {
    const auto text = written(core::Error(code, "Sorry."));
    schemas.expect_valid("ErrorResponse", text);
    EXPECT_EQ(nlohmann::json::parse(text)["error"]["type"], type);
  }
  const auto large = nlohmann::json::parse(written(core::Error(core::Code::request_too_large, "Big.")));
  EXPECT_EQ(large["error"]["type"], "request_too_large");
}

TEST(AnthropicError, TellsWhereAndWhat) {
  const auto json =
      nlohmann::json::parse(written(core::Error(core::Code::invalid_request, "No.").with_param("messages[1]"), ""));
  EXPECT_EQ(json["error"]["details"]["param"], "messages[1]");
  EXPECT_EQ(json["error"]["details"]["error_code"], "invalid_request");
  EXPECT_TRUE(json["request_id"].is_null());
}

TEST(AnthropicError, SaysOfALongPromptWhatClientsListenFor) {
  const auto json = nlohmann::json::parse(written(core::Error(core::Code::context_length_exceeded, "8 is all.")));
  EXPECT_EQ(json["error"]["message"], "prompt is too long: 8 is all.");
}

TEST(AnthropicLists, TellTokensAndModels) {
  std::string tokens, models, none;
  append_token_count(tokens, 42);
  EXPECT_EQ(tokens, R"({"input_tokens":42})");
  const ListedModel listed[] = {{"fast", 1790000000}, {"smart", 0}};
  append_models(models, listed);
  EXPECT_EQ(models,
            R"({"data":[{"type":"model","id":"fast","display_name":"fast","created_at":"2026-09-21T14:13:20Z"},)"
            R"({"type":"model","id":"smart","display_name":"smart","created_at":"1970-01-01T00:00:00Z"}],)"
            R"("has_more":false,"first_id":"fast","last_id":"smart"})");
  append_models(none, {});
  EXPECT_EQ(none, R"({"data":[],"has_more":false,"first_id":null,"last_id":null})");
}

}  // namespace
}  // namespace headgate::dialects::anthropic
