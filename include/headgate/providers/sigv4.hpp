// AWS Signature Version 4: headers that prove who asks, for one request and a few minutes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "headgate/core/secret.hpp"
#include "headgate/core/time.hpp"

namespace headgate::providers {

struct AwsCredentials {
  std::string access_key;
  core::Secret secret_key;
  core::Secret session_token;  // of credentials that expire; mostly empty
};

struct SignedRequest {
  std::string_view method;
  std::string_view host;   // as the Host header says it
  std::string_view path;   // as the request line says it, encoded; it is encoded once more, as all services but S3 want
  std::string_view query;  // encoded, without '?'
  std::span<const std::pair<std::string_view, std::string_view>> headers;  // that are signed besides Host
  std::string_view payload_sha256;                                         // in hex: hex_sha256(body)
  bool shows_payload_sha256 = true;                                        // in a header of its own
};

struct AwsScope {
  std::string_view region, service;
};

std::string hex_sha256(std::string_view bytes);
std::string hex_sha256(std::span<const std::string_view> pieces);  // of one text

// Header lines, each with its CRLF: X-Amz-Date, X-Amz-Security-Token where there is one,
// X-Amz-Content-Sha256, Authorization. For the wire and nothing else. Pure; of `time` whole seconds count.
core::Secret sign(const SignedRequest& request, const AwsCredentials& credentials, const AwsScope& scope,
                  core::WallTime time);

}  // namespace headgate::providers
