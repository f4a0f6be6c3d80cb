// What went wrong, whose fault it is, and whether trying elsewhere can help.
// Decisions are taken on these fields, never on the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headgate::core {

// Every error a client can meet. docs/errors.md lists them.
enum class Code : std::uint8_t {
  internal_error,
  invalid_json,
  invalid_request,
  context_length_exceeded,
  content_filter,
  invalid_api_key,
  expired_api_key,
  revoked_api_key,
  origin_not_allowed,
  model_not_allowed,
  trust_policy,
  model_not_found,
  unknown_url,
  method_not_allowed,
  request_timeout,
  request_too_large,
  uri_too_long,
  unsupported_media_type,
  headers_too_large,
  expectation_failed,
  capability_unavailable,
  rate_limit_exceeded,
  insufficient_quota,
  budget_exceeded,
  upstream_error,
  upstream_timeout,
  no_healthy_upstream,
  overloaded,
  draining,
  client_gone,
};

enum class Fault : std::uint8_t { client, gateway, provider };

enum class Retry : std::uint8_t {
  never,        // the same request fails everywhere
  same_target,  // a reused connection went stale before the first byte: once, on a fresh one
  next_target,  // another candidate may well answer
};

// What a client is told about a code by default.
struct CodeTraits {
  std::string_view name;
  std::string_view type;  // OpenAI's error.type
  int status;             // HTTP status
  Fault fault;
};

const CodeTraits& traits(Code code);

// Value. Explicit constructors and a default one, so that Result<int> cannot take an int for an
// Error (C++20 lets parentheses initialise aggregates).
class Error {
 public:
  Error() = default;
  // Cold, so that compilers lay what makes errors away from the path of a request that goes well.
  [[gnu::cold]] explicit Error(Code code, std::string message = {})
      : code_(code), fault_(traits(code).fault), status_(traits(code).status), message_(std::move(message)) {}

  Code code() const { return code_; }
  Fault fault() const { return fault_; }
  Retry retry() const { return retry_; }
  int status() const { return status_; }
  // Safe to show to the client: no address, key or provider text that is not meant for them.
  const std::string& message() const { return message_; }
  // For the log only.
  const std::string& detail() const { return detail_; }
  const std::string& param() const { return param_; }
  // type and code as the client sees them; a provider's own words survive a caller's mistake.
  std::string_view type() const { return type_.empty() ? traits(code_).type : std::string_view(type_); }
  std::string_view name() const { return name_.empty() ? traits(code_).name : std::string_view(name_); }
  std::optional<double> retry_after_seconds() const { return retry_after_; }
  bool failover_exhausted() const { return failover_exhausted_; }
  // The client has been told already, inside its stream.
  bool told() const { return told_; }

  Error& with_retry(Retry retry) { return retry_ = retry, *this; }
  Error& with_fault(Fault fault) { return fault_ = fault, *this; }
  Error& with_status(int status) { return status_ = status, *this; }
  Error& with_detail(std::string detail) { return detail_ = std::move(detail), *this; }
  Error& with_param(std::string param) { return param_ = std::move(param), *this; }
  Error& with_type(std::string type) { return type_ = std::move(type), *this; }
  Error& with_name(std::string name) { return name_ = std::move(name), *this; }
  Error& with_message(std::string message) { return message_ = std::move(message), *this; }
  Error& with_retry_after(double seconds) { return retry_after_ = seconds, *this; }
  Error& with_told() { return told_ = true, *this; }
  Error& with_failover_exhausted() { return failover_exhausted_ = true, *this; }

 private:
  Code code_ = Code::internal_error;
  Fault fault_ = Fault::gateway;
  Retry retry_ = Retry::never;
  bool failover_exhausted_ = false;
  bool told_ = false;
  int status_ = 500;
  std::optional<double> retry_after_;
  std::string message_;
  std::string detail_;
  std::string param_;
  std::string type_;
  std::string name_;
};

}  // namespace headgate::core
