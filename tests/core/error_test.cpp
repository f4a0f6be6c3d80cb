#include "headgate/core/error.hpp"
#include "headgate/core/error_names.hpp"

#include <gtest/gtest.h>

#include <set>

namespace headgate::core {
namespace {

struct Row {
  Code code;
  std::string_view name, type;
  int status;
  Fault fault;
};

// The client's view, as promised in docs/errors.md.
constexpr Row rows[] = {
    {Code::internal_error, "internal_error", "server_error", 500, Fault::gateway},
    {Code::invalid_json, "invalid_json", "invalid_request_error", 400, Fault::client},
    {Code::invalid_request, "invalid_request", "invalid_request_error", 400, Fault::client},
    {Code::context_length_exceeded, "context_length_exceeded", "invalid_request_error", 400, Fault::client},
    {Code::content_filter, "content_filter", "invalid_request_error", 400, Fault::client},
    {Code::invalid_api_key, "invalid_api_key", "authentication_error", 401, Fault::client},
    {Code::expired_api_key, "expired_api_key", "authentication_error", 401, Fault::client},
    {Code::revoked_api_key, "revoked_api_key", "authentication_error", 401, Fault::client},
    {Code::origin_not_allowed, "origin_not_allowed", "permission_error", 403, Fault::client},
    {Code::model_not_allowed, "model_not_allowed", "permission_error", 403, Fault::client},
    {Code::trust_policy, "trust_policy", "permission_error", 403, Fault::client},
    {Code::model_not_found, "model_not_found", "invalid_request_error", 404, Fault::client},
    {Code::unknown_url, "unknown_url", "invalid_request_error", 404, Fault::client},
    {Code::method_not_allowed, "method_not_allowed", "invalid_request_error", 405, Fault::client},
    {Code::request_timeout, "request_timeout", "invalid_request_error", 408, Fault::client},
    {Code::request_too_large, "request_too_large", "invalid_request_error", 413, Fault::client},
    {Code::uri_too_long, "uri_too_long", "invalid_request_error", 414, Fault::client},
    {Code::unsupported_media_type, "unsupported_media_type", "invalid_request_error", 415, Fault::client},
    {Code::expectation_failed, "expectation_failed", "invalid_request_error", 417, Fault::client},
    {Code::capability_unavailable, "capability_unavailable", "invalid_request_error", 422, Fault::client},
    {Code::headers_too_large, "headers_too_large", "invalid_request_error", 431, Fault::client},
    {Code::rate_limit_exceeded, "rate_limit_exceeded", "rate_limit_error", 429, Fault::client},
    {Code::insufficient_quota, "insufficient_quota", "insufficient_quota", 429, Fault::provider},
    {Code::budget_exceeded, "budget_exceeded", "insufficient_quota", 429, Fault::client},
    {Code::upstream_error, "upstream_error", "server_error", 502, Fault::provider},
    {Code::upstream_timeout, "upstream_timeout", "server_error", 504, Fault::provider},
    {Code::no_healthy_upstream, "no_healthy_upstream", "server_error", 503, Fault::provider},
    {Code::overloaded, "overloaded", "server_error", 503, Fault::gateway},
    {Code::draining, "draining", "server_error", 503, Fault::gateway},
    {Code::client_gone, "client_gone", "invalid_request_error", 499, Fault::client},
};

}  // namespace

TEST(ErrorTraits, AreThePromisedOnes) {
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto& found = traits(row.code);
    EXPECT_EQ(found.name, row.name);
    EXPECT_EQ(found.type, row.type);
    EXPECT_EQ(found.status, row.status);
    EXPECT_EQ(found.fault, row.fault);
  }
}

TEST(ErrorTraits, AreFoundByTheirNames) {
  for (const auto code : {Code::internal_error, Code::rate_limit_exceeded, Code::client_gone})
    EXPECT_EQ(code_named(traits(code).name), code);
  EXPECT_FALSE(code_named("server_error"));
  EXPECT_FALSE(code_named(""));
}

TEST(ErrorTraits, CoverEveryCodeOnce) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Code::client_gone); ++code)
    names.insert(traits(static_cast<Code>(code)).name);
  EXPECT_EQ(names.size(), std::size(rows));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Code::client_gone) + 1);
}

TEST(ErrorTraits, BlameTheClientForEvery4xxButTheProvidersQuota) {
  for (const auto& row : rows) {
    if (row.code == Code::insufficient_quota) continue;
    EXPECT_EQ(row.status < 500, traits(row.code).fault == Fault::client) << row.name;
  }
}

TEST(Error, StartsFromItsCodesTraits) {
  const Error error(Code::upstream_timeout, "Too slow.");
  EXPECT_EQ(error.status(), 504);
  EXPECT_EQ(error.fault(), Fault::provider);
  EXPECT_EQ(error.retry(), Retry::never);
  EXPECT_EQ(error.type(), "server_error");
  EXPECT_EQ(error.name(), "upstream_timeout");
  EXPECT_EQ(error.message(), "Too slow.");
  EXPECT_FALSE(error.retry_after_seconds());
  EXPECT_FALSE(error.told());
  EXPECT_FALSE(error.failover_exhausted());
}

TEST(Error, KeepsAProvidersOwnWords) {
  const auto error = Error(Code::invalid_request).with_type("invalid_function_call").with_name("3280").with_status(422);
  EXPECT_EQ(error.type(), "invalid_function_call");
  EXPECT_EQ(error.name(), "3280");
  EXPECT_EQ(error.status(), 422);
  EXPECT_EQ(error.code(), Code::invalid_request);
}

TEST(Error, CarriesWhatIsSetOnIt) {
  const auto error = Error(Code::upstream_error)
                         .with_retry(Retry::same_target)
                         .with_fault(Fault::gateway)
                         .with_detail("d")
                         .with_param("p")
                         .with_message("m")
                         .with_retry_after(1.5)
                         .with_told()
                         .with_failover_exhausted();
  EXPECT_EQ(error.retry(), Retry::same_target);
  EXPECT_EQ(error.fault(), Fault::gateway);
  EXPECT_EQ(error.detail(), "d");
  EXPECT_EQ(error.param(), "p");
  EXPECT_EQ(error.message(), "m");
  EXPECT_EQ(error.retry_after_seconds(), 1.5);
  EXPECT_TRUE(error.told());
  EXPECT_TRUE(error.failover_exhausted());
}

}  // namespace headgate::core
