#include "headers.hpp"

#include <algorithm>
#include <array>

namespace headgate::config {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

// RFC 9110, 5.6.2: token.
bool is_header_name(std::string_view name) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.find(c) != marks.npos;
  });
}

// RFC 9110, 5.5: no control characters; at its ends no space.
bool is_header_value(std::string_view value) {
  if (value.size() > 8192 || value.starts_with(' ') || value.ends_with(' ')) return false;
  return std::none_of(value.begin(), value.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 127; });
}

bool is_credential(std::string_view name) {
  static constexpr std::array<std::string_view, 5> names{"api-key", "authorization", "proxy-authorization", "x-api-key",
                                                         "x-goog-api-key"};
  return std::find(names.begin(), names.end(), lower(name)) != names.end();
}

// Written by Headgate itself, or about one connection only.
bool is_reserved_header(std::string_view name) {
  static constexpr std::array<std::string_view, 20> names{"accept-encoding",
                                                          "api-key",
                                                          "authorization",
                                                          "connection",
                                                          "content-encoding",
                                                          "content-length",
                                                          "content-type",
                                                          "expect",
                                                          "host",
                                                          "keep-alive",
                                                          "proxy-authorization",
                                                          "te",
                                                          "trailer",
                                                          "transfer-encoding",
                                                          "upgrade",
                                                          "x-amz-content-sha256",
                                                          "x-amz-date",
                                                          "x-amz-security-token",
                                                          "x-api-key",
                                                          "x-goog-api-key"};
  return std::find(names.begin(), names.end(), lower(name)) != names.end();
}

}  // namespace headgate::config
