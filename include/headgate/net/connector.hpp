// Opening a connection to a provider: name, TCP (happy eyeballs, RFC 8305), TLS.
#pragma once

#include <memory>

#include "headgate/net/resolver.hpp"
#include "headgate/net/stream.hpp"
#include "headgate/net/tls.hpp"

namespace headgate::net {

// Where connections of a pool go. Value.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  std::shared_ptr<const ClientTls> tls;  // none: plain
};

// Errors: upstream_error, upstream_timeout, and overloaded when the machine runs out (all next target),
// client_gone.
Task<core::Result<std::unique_ptr<SocketStream>>> connect(Loop& loop, NameCache& names, const Endpoint& endpoint,
                                                          SslSessionPtr& resumed, core::TimePoint deadline,
                                                          Interrupt& interrupt);

}  // namespace headgate::net
