// Access tokens of Google for a service account: what is sent for one, and what comes back (RFC 7523).
// Pure: who asks and how long a token is kept is decided elsewhere.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "headgate/core/result.hpp"
#include "headgate/core/secret.hpp"
#include "headgate/core/time.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::providers {

struct ServiceAccount {
  std::string client_email;
  std::string private_key_id;  // may be empty
  core::Secret private_key;    // PEM, known to be readable
  std::string token_uri;       // https
  std::string project;         // the one it belongs to; may be empty
};

inline constexpr std::string_view cloud_scope = "https://www.googleapis.com/auth/cloud-platform";

// The key file as Google hands it out. Errors: invalid_request, which says what is wrong with the file.
core::Result<ServiceAccount> read_service_account(const core::Secret& json);

// The signed statement that the account asks, good for an hour. Errors: internal_error, the key does not sign.
core::Result<core::Secret> token_assertion(const ServiceAccount& account, core::WallTime now,
                                           std::string_view scope = cloud_scope);

// application/x-www-form-urlencoded, for a POST to token_uri.
core::Secret token_request_body(const core::Secret& assertion);

struct AccessToken {
  core::Secret token;
  std::chrono::seconds lifetime{0};
};

// `body` of a 200. Errors: core::unusable_answer.
core::Result<AccessToken> read_token_reply(wire::JsonReader& json, std::string_view body);

}  // namespace headgate::providers
