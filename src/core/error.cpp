#include "headgate/core/error.hpp"

#include "headgate/core/error_names.hpp"

#include <stdexcept>

#include "headgate/core/result.hpp"

namespace headgate::core {

const CodeTraits& traits(Code code) {
  using enum Fault;
  static constexpr std::string_view invalid = "invalid_request_error";
  static constexpr CodeTraits bug{"internal_error", "server_error", 500, gateway};
  static constexpr CodeTraits invalid_json{"invalid_json", invalid, 400, client};
  static constexpr CodeTraits invalid_request{"invalid_request", invalid, 400, client};
  static constexpr CodeTraits context_length{"context_length_exceeded", invalid, 400, client};
  static constexpr CodeTraits content_filter{"content_filter", invalid, 400, client};
  static constexpr CodeTraits invalid_key{"invalid_api_key", "authentication_error", 401, client};
  static constexpr CodeTraits expired_key{"expired_api_key", "authentication_error", 401, client};
  static constexpr CodeTraits revoked_key{"revoked_api_key", "authentication_error", 401, client};
  static constexpr CodeTraits foreign_page{"origin_not_allowed", "permission_error", 403, client};
  static constexpr CodeTraits not_allowed{"model_not_allowed", "permission_error", 403, client};
  static constexpr CodeTraits distrusted{"trust_policy", "permission_error", 403, client};
  static constexpr CodeTraits no_model{"model_not_found", invalid, 404, client};
  static constexpr CodeTraits no_url{"unknown_url", invalid, 404, client};
  static constexpr CodeTraits no_method{"method_not_allowed", invalid, 405, client};
  static constexpr CodeTraits slow_request{"request_timeout", invalid, 408, client};
  static constexpr CodeTraits too_large{"request_too_large", invalid, 413, client};
  static constexpr CodeTraits long_uri{"uri_too_long", invalid, 414, client};
  static constexpr CodeTraits media_type{"unsupported_media_type", invalid, 415, client};
  static constexpr CodeTraits large_headers{"headers_too_large", invalid, 431, client};
  static constexpr CodeTraits expectation{"expectation_failed", invalid, 417, client};
  static constexpr CodeTraits incapable{"capability_unavailable", invalid, 422, client};
  static constexpr CodeTraits rate{"rate_limit_exceeded", "rate_limit_error", 429, client};
  static constexpr CodeTraits quota{"insufficient_quota", "insufficient_quota", 429, provider};
  // Ours, not the provider's: the type is the one that SDKs know as "no money left".
  static constexpr CodeTraits budget{"budget_exceeded", "insufficient_quota", 429, client};
  static constexpr CodeTraits upstream{"upstream_error", "server_error", 502, provider};
  static constexpr CodeTraits upstream_slow{"upstream_timeout", "server_error", 504, provider};
  static constexpr CodeTraits unhealthy{"no_healthy_upstream", "server_error", 503, provider};
  static constexpr CodeTraits overloaded{"overloaded", "server_error", 503, gateway};
  static constexpr CodeTraits draining{"draining", "server_error", 503, gateway};
  // 499 is nginx's word for it; no client ever reads this one.
  static constexpr CodeTraits gone{"client_gone", invalid, 499, client};

  switch (code) {
    case Code::internal_error: return bug;
    case Code::invalid_json: return invalid_json;
    case Code::invalid_request: return invalid_request;
    case Code::context_length_exceeded: return context_length;
    case Code::content_filter: return content_filter;
    case Code::invalid_api_key: return invalid_key;
    case Code::expired_api_key: return expired_key;
    case Code::revoked_api_key: return revoked_key;
    case Code::origin_not_allowed: return foreign_page;
    case Code::model_not_allowed: return not_allowed;
    case Code::trust_policy: return distrusted;
    case Code::model_not_found: return no_model;
    case Code::unknown_url: return no_url;
    case Code::method_not_allowed: return no_method;
    case Code::request_timeout: return slow_request;
    case Code::request_too_large: return too_large;
    case Code::uri_too_long: return long_uri;
    case Code::unsupported_media_type: return media_type;
    case Code::headers_too_large: return large_headers;
    case Code::expectation_failed: return expectation;
    case Code::capability_unavailable: return incapable;
    case Code::rate_limit_exceeded: return rate;
    case Code::insufficient_quota: return quota;
    case Code::budget_exceeded: return budget;
    case Code::upstream_error: return upstream;
    case Code::upstream_timeout: return upstream_slow;
    case Code::no_healthy_upstream: return unhealthy;
    case Code::overloaded: return overloaded;
    case Code::draining: return draining;
    case Code::client_gone: return gone;
  }
  return bug;
}

std::optional<Code> code_named(std::string_view name) {
  for (auto code = static_cast<int>(Code::internal_error); code <= static_cast<int>(Code::client_gone); ++code)
    if (traits(static_cast<Code>(code)).name == name) return static_cast<Code>(code);
  return std::nullopt;
}

void throw_unread_error(const Error& error) {
  throw std::logic_error("value() of a failed Result: " + std::string(error.name()) + ": " + error.message());
}

}  // namespace headgate::core
