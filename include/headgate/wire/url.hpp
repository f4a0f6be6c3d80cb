// http(s) URLs of providers, taken apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headgate::wire {

struct Url {
  bool tls = false;
  std::string host;  // without brackets
  std::uint16_t port = 0;
  std::string path;  // prefix, without a slash at its end; may be empty

  // As it stands in a Host header: brackets around IPv6, no default port.
  std::string authority() const;
};

// Refuses user names, queries, fragments, other schemes, empty hosts and bad ports.
std::optional<Url> parse_url(std::string_view text);

}  // namespace headgate::wire
