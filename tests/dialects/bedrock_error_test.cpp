#include "bedrock_support.hpp"

namespace headgate::dialects::bedrock {
namespace {

core::Error read(int status, std::string_view type, std::string body) {
  body = padded(std::move(body));
  wire::JsonReader reader;
  return read_error(reader, status, type, body);
}

struct Row {
  int status;
  const char* type;
  core::Code code;
  core::Retry retry;
};

TEST(BedrockError, GoesByTheNameOfTheException) {
  using core::Code, core::Retry;
  const Row rows[] = {
      {400, "ValidationException", Code::invalid_request, Retry::never},
      {400, "ServiceQuotaExceededException", Code::rate_limit_exceeded, Retry::next_target},
      {403, "AccessDeniedException", Code::upstream_error, Retry::next_target},
      {403, "ExpiredTokenException", Code::upstream_error, Retry::next_target},
      {400, "ExpiredTokenException", Code::upstream_error, Retry::next_target},
      {404, "ResourceNotFoundException", Code::upstream_error, Retry::next_target},
      {408, "ModelTimeoutException", Code::upstream_timeout, Retry::next_target},
      {424, "ModelErrorException", Code::upstream_error, Retry::next_target},
      {429, "ThrottlingException", Code::rate_limit_exceeded, Retry::next_target},
      {429, "ModelNotReadyException", Code::no_healthy_upstream, Retry::next_target},
      {500, "InternalServerException", Code::upstream_error, Retry::next_target},
      {503, "ServiceUnavailableException", Code::no_healthy_upstream, Retry::next_target},
      {503, "", Code::no_healthy_upstream, Retry::next_target},
      {500, "SomethingNewException", Code::upstream_error, Retry::next_target},
  };
  for (const auto& row : rows) {
    const auto error = read(row.status, row.type, R"({"message":"No."})");
    EXPECT_EQ(error.code(), row.code) << row.type;
    EXPECT_EQ(error.retry(), row.retry) << row.type;
  }
}

TEST(BedrockError, KnowsANameInEveryFormInWhichItComes) {
  for (const char* type : {"ThrottlingException", "throttlingException", "aws.protocols#ThrottlingException",
                           "ThrottlingException:http://internal.example.com/coral/", "a.b#ThrottlingException:x"})
    EXPECT_EQ(read(400, type, "{}").code(), core::Code::rate_limit_exceeded) << type;
  EXPECT_EQ(read(400, "", R"({"__type":"x#ThrottlingException"})").code(), core::Code::rate_limit_exceeded);
}

TEST(BedrockError, TellsACallersMistakeInTheServicesWords) {
  const auto error = read(400, "ValidationException", R"({"message":"temperature is too warm"})");
  EXPECT_EQ(error.message(), "temperature is too warm");
  EXPECT_EQ(error.fault(), core::Fault::client);
  EXPECT_EQ(error.status(), 400);
}

TEST(BedrockError, KnowsAPromptThatIsTooLong) {
  for (const char* words : {"Input is too long for requested model.", "prompt is too long: 9 tokens > 8 maximum"})
    EXPECT_EQ(read(400, "ValidationException", json{{"message", words}}.dump()).code(),
              core::Code::context_length_exceeded);
}

TEST(BedrockError, BlamesNoCallerForAModelThatIsConfiguredWrongly) {
  const auto error = read(400, "ValidationException", R"({"message":"The provided model identifier is invalid."})");
  EXPECT_EQ(error.fault(), core::Fault::provider);
  EXPECT_EQ(error.retry(), core::Retry::next_target);
}

TEST(BedrockError, SaysNothingOfWhatAKeyWasRefusedFor) {
  const auto error = read(403, "UnrecognizedClientException", R"({"message":"The security token AKID is invalid."})");
  EXPECT_EQ(error.message().find("AKID"), std::string::npos);
  EXPECT_TRUE(error.detail().starts_with("provider_auth"));
  EXPECT_NE(error.detail().find("UnrecognizedClientException"), std::string::npos);
}

TEST(BedrockError, LogsNoNameThatIsNone) {
  EXPECT_EQ(read(500, "key=AKID secret", "<html>").detail().find("AKID"), std::string::npos);
}

}  // namespace
}  // namespace headgate::dialects::bedrock
