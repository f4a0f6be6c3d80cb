// What providers' errors mean here: whose fault, whether to ask elsewhere, what the client is told.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "headgate/wire/openai.hpp"
#include "support.hpp"

namespace headgate::wire::openai {
namespace {

using core::Code;
using core::Error;
using core::Fault;
using core::Retry;
using nlohmann::json;

Error read(int status, const std::string& body) {
  JsonReader reader;
  const Padded padded(body);
  return read_error(reader, status, padded.text());
}

struct Row {
  const char* what;
  int status;
  const char* body;
  Code code;
  int client_status;
};

// The client made a mistake: the provider's words pass through, nobody else is asked.
constexpr Row mistakes[] = {
    {"too long", 400,
     R"({"error":{"message":"Too long.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}})",
     Code::context_length_exceeded, 400},
    {"too long, told in words", 400,
     R"({"object":"error","message":"This model's maximum context length is 4096 tokens."})",
     Code::context_length_exceeded, 400},
    {"too long, other words", 400, R"({"error":{"message":"Prompt is too long: 5 > 4"}})",
     Code::context_length_exceeded, 400},
    {"flat error object", 400,
     R"({"object":"error","message":"Bad tool id.","type":"invalid_function_call","param":null,"code":"3280"})",
     Code::invalid_request, 400},
    {"list of details", 422, R"({"detail":[{"loc":["body","temperature"],"msg":"too big","type":"less_than_equal"}]})",
     Code::invalid_request, 422},
    {"detail as text", 422, R"({"detail":"bad value"})", Code::invalid_request, 422},
    {"invalid parameter", 400,
     R"({"error":{"code":"invalid_parameter_error","param":null,"message":"bad value","type":"invalid_request_error"},"request_id":"q-1"})",
     Code::invalid_request, 400},
    {"content filter with inner error", 400,
     R"({"error":{"message":"Filtered.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}})",
     Code::content_filter, 400},
    {"content policy", 400, R"({"error":{"message":"No.","code":"content_policy_violation"}})", Code::content_filter,
     400},
    {"data inspection", 400, R"({"error":{"message":"No.","code":"data_inspection_failed"}})", Code::content_filter,
     400},
    {"error as text", 400, R"({"error":"bad value"})", Code::invalid_request, 400},
    {"too large", 413, R"({"type":"error","error":{"type":"request_too_large","message":"32 MB"}})",
     Code::request_too_large, 413},
    {"media type", 415, "", Code::invalid_request, 415},
    {"message is an object", 400, R"({"object":"error","message":{"detail":[]}})", Code::invalid_request, 400},
    {"no JSON", 400, "<html>Bad Request</html>", Code::invalid_request, 400},
};

// The provider is in trouble, or our account there is: the next candidate is asked.
constexpr Row troubles[] = {
    {"rate limit", 429,
     R"({"error":{"message":"Rate limit reached.","type":"tokens","param":null,"code":"rate_limit_exceeded"}})",
     Code::rate_limit_exceeded, 429},
    {"slow down", 429, R"({"error":{"message":"Slow down.","type":"rate_limit_error","code":"slow_down"}})",
     Code::rate_limit_exceeded, 429},
    {"resource exhausted", 429,
     R"({"error":{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"22s"}]}})",
     Code::rate_limit_exceeded, 429},
    {"rate limit without a body", 429, "", Code::rate_limit_exceeded, 429},
    {"credit spent", 429,
     R"({"error":{"message":"No credits.","type":"insufficient_quota","param":null,"code":"credit_balance_exhausted"}})",
     Code::insufficient_quota, 429},
    {"spend cap", 429,
     R"({"type":"error","error":{"type":"rate_limit_error","message":"Spend cap.","details":{"error_code":"enforced_spend_limit_reached"}}})",
     Code::insufficient_quota, 429},
    {"bill unpaid", 400, R"({"error":{"code":"Arrearage","message":"Access denied, account not in good standing."}})",
     Code::insufficient_quota, 429},
    {"key invalid", 401, R"({"error":{"message":"Incorrect API key provided: sk-1234","code":"invalid_api_key"}})",
     Code::upstream_error, 502},
    {"balance empty", 402,
     R"({"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}})",
     Code::upstream_error, 502},
    {"forbidden", 403, R"({"error":{"message":"Forbidden"}})", Code::upstream_error, 502},
    {"model unknown", 404, R"({"error":{"message":"No such model","code":"model_not_found"}})", Code::upstream_error,
     502},
    {"request timeout", 408, "", Code::upstream_timeout, 504},
    {"dependency failed", 424, R"({"message":"x"})", Code::upstream_error, 502},
    {"capacity exceeded", 498, "", Code::upstream_error, 502},
    {"client closed", 499, "", Code::upstream_error, 502},
    {"server error", 500, R"({"error":{"message":"Oops","type":"server_error"}})", Code::upstream_error, 502},
    {"bad gateway in HTML", 502, "<html><h1>502 Bad Gateway</h1></html>", Code::upstream_error, 502},
    {"unavailable", 503,
     R"({"error":{"message":"Busy","type":"service_unavailable_error","code":"server_is_overloaded"}})",
     Code::no_healthy_upstream, 503},
    {"gateway timeout", 504, "", Code::upstream_timeout, 504},
    {"edge error", 521, "error code: 521", Code::upstream_error, 502},
    {"overloaded", 529,
     R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"})",
     Code::no_healthy_upstream, 503},
    {"error in an array", 500, R"([{"error":{"code":500,"message":"x"}}])", Code::upstream_error, 502},
    {"redirect", 302, "", Code::upstream_error, 502},
    {"nested beyond reading", 500, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
     Code::upstream_error, 502},
};

std::string written(const Error& error) {
  std::string out;
  append_error(out, error);
  return out;
}

}  // namespace

TEST(ProviderError, OfTheCallersMakingPassesThrough) {
  for (const auto& row : mistakes) {
    SCOPED_TRACE(row.what);
    const auto error = read(row.status, row.body);
    EXPECT_EQ(error.code(), row.code);
    EXPECT_EQ(error.status(), row.client_status);
    EXPECT_EQ(error.fault(), Fault::client);
    EXPECT_EQ(error.retry(), Retry::never);
    EXPECT_FALSE(error.message().empty());
    EXPECT_EQ(error.message().find('<'), std::string::npos);
  }
}

TEST(ProviderError, OfTheProvidersMakingGoesToTheNextTarget) {
  for (const auto& row : troubles) {
    SCOPED_TRACE(row.what);
    const auto error = read(row.status, row.body);
    EXPECT_EQ(error.code(), row.code);
    EXPECT_EQ(error.status(), row.client_status);
    EXPECT_EQ(error.fault(), Fault::provider);
    EXPECT_EQ(error.retry(), Retry::next_target);
    EXPECT_EQ(error.name(), core::traits(row.code).name);
    EXPECT_EQ(error.type(), core::traits(row.code).type);
    EXPECT_EQ(error.message().find('<'), std::string::npos);
    EXPECT_NE(error.detail().find(std::to_string(row.status)), std::string::npos);
  }
}

TEST(ProviderError, KeepsTheProvidersWordsForACallersMistake) {
  const auto error =
      read(400, R"({"error":{"message":"Bad tool id.","type":"invalid_function_call","param":"tools","code":"3280"}})");
  EXPECT_EQ(error.message(), "Bad tool id.");
  EXPECT_EQ(error.type(), "invalid_function_call");
  EXPECT_EQ(error.param(), "tools");
  EXPECT_EQ(error.name(), "3280");
}

TEST(ProviderError, NamesAnOverflowByOneName) {
  EXPECT_EQ(read(400, R"({"error":{"message":"maximum context length is 5","code":"other"}})").name(),
            "context_length_exceeded");
}

TEST(ProviderError, ReadsNumbersAsCodes) {
  EXPECT_EQ(read(400, R"({"error":{"message":"m","code":400}})").name(), "400");
}

TEST(ProviderError, NeverRepeatsWhatAProviderSaysOfOurKey) {
  for (const int status : {400, 401, 402, 403}) {
    const auto error =
        read(status, R"({"error":{"message":"Incorrect API key provided: sk-secret","code":"sk-secret"}})");
    EXPECT_EQ(error.retry(), core::Retry::next_target);
    EXPECT_EQ((written(error) + error.detail()).find("sk-secret"), std::string::npos);
    EXPECT_NE(error.detail().find("provider_auth"), std::string::npos);
  }
}

TEST(ProviderError, ShowsTroubleByItsCodeToTheLogAndItsWordsToNobody) {
  const auto error = read(500, R"({"error":{"message":"no user said 'my secret'","code":"oops"}})");
  EXPECT_EQ(error.detail(), "status 500, code oops");
  EXPECT_EQ(written(error).find("secret"), std::string::npos);
}

TEST(ProviderError, KeepsWhatIsNoCodeOutOfTheLog) {
  EXPECT_EQ(read(500, R"({"error":{"code":"my secret\nprompt"}})").detail(), "status 500");
  EXPECT_EQ(read(503, R"({"error":{"type":"overloaded_error"}})").detail(), "status 503, code overloaded_error");
}

TEST(ProviderError, CutsEndlessWords) {
  const auto error = read(400, R"({"error":{"message":")" + std::string(100'000, 'a') + "\"}}");
  EXPECT_LE(error.message().size(), 2000u);
}

TEST(ErrorBody, HoldsTheFourMembersInOrder) {
  EXPECT_EQ(written(Error(Code::invalid_request, "No.").with_param("model")),
            R"({"error":{"message":"No.","type":"invalid_request_error","param":"model","code":"invalid_request"}})");
  EXPECT_EQ(written(Error(Code::draining, "Later.")),
            R"({"error":{"message":"Later.","type":"server_error","param":null,"code":"draining"}})");
}

TEST(ErrorBody, NeverHasAnEmptyMessage) {
  EXPECT_FALSE(json::parse(written(Error(Code::internal_error)))["error"]["message"].get<std::string>().empty());
}

TEST(ErrorBody, EscapesWhatItQuotes) {
  const std::string odd = "a\"b\\c\n\x01</script> \xff";
  const auto body =
      json::parse(written(Error(Code::invalid_request, odd).with_param(odd).with_type(odd).with_name(odd)));
  EXPECT_EQ(body["error"]["message"], "a\"b\\c\n\x01</script> \xEF\xBF\xBD");
  EXPECT_EQ(body["error"]["param"], body["error"]["code"]);
}

TEST(ErrorBody, LeavesTheDetailOut) {
  EXPECT_EQ(written(Error(Code::upstream_error, "m").with_detail("10.0.0.7")).find("10.0.0.7"), std::string::npos);
}

}  // namespace headgate::wire::openai
