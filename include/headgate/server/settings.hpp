// What the listeners need to know. Value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "headgate/core/time.hpp"

namespace headgate::server {

struct Address {
  std::string host = "127.0.0.1";  // a literal IPv4 or IPv6 address, without brackets
  std::uint16_t port = 0;          // 0: the system picks one
  bool operator==(const Address&) const = default;
};

struct TlsSettings {
  std::string cert;       // PEM chain, path
  std::string key;        // PEM private key, path
  std::string client_ca;  // when set, clients must show a certificate signed by it
  bool operator==(const TlsSettings&) const = default;
};

struct Timeouts {
  core::milliseconds header{10'000};  // first byte of a head to its end
  core::milliseconds body{60'000};    // end of the head to the end of the body
  core::milliseconds idle{75'000};    // between two requests
  core::milliseconds write{30'000};   // one write that the client does not take
  bool operator==(const Timeouts&) const = default;
};

struct Settings {
  Address listen{"127.0.0.1", 8080};
  Address admin_listen{"127.0.0.1", 8081};
  unsigned workers = 0;                // 0: one a core
  std::size_t max_body = 32u << 20;    // bytes
  std::size_t max_header = 32u << 10;  // bytes
  std::optional<TlsSettings> tls;
  Timeouts timeouts;
  core::milliseconds heartbeat{15'000};  // a stream that is silent for so long says that it lives; 0: never
  core::milliseconds drain{30'000};      // what running requests get on SIGTERM
  bool operator==(const Settings&) const = default;
};

}  // namespace headgate::server
