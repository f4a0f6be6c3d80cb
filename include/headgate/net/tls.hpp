// TLS contexts: what is offered, what is refused, who is trusted. TLS 1.2 or 1.3 with authenticated
// ciphers; no compression, no renegotiation, no early data.
#pragma once

#include <memory>
#include <string>

#include "headgate/core/result.hpp"
#include "headgate/net/stream.hpp"

namespace headgate::net {

struct SslContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

struct SslSessionFree {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using SslSessionPtr = std::unique_ptr<SSL_SESSION, SslSessionFree>;

// How providers are met: always verified, against the system's store and `ca_file`. Shared.
class ClientTls {
 public:
  static core::Result<std::shared_ptr<const ClientTls>> make(const std::string& ca_file);

  // A session that will check the certificate for `host`, a name or an address. `resumed` is where
  // the newest ticket of the peer is kept; it must outlive the session.
  SslPtr session(const std::string& host, SslSessionPtr& resumed) const;

 private:
  explicit ClientTls(SSL_CTX* context) : context_(context) {}
  std::unique_ptr<SSL_CTX, SslContextFree> context_;
};

// How clients are met. Shared.
class ServerTls {
 public:
  static core::Result<std::shared_ptr<const ServerTls>> make(const std::string& cert, const std::string& key,
                                                             const std::string& client_ca);
  SslPtr session() const;

 private:
  explicit ServerTls(SSL_CTX* context) : context_(context) {}
  std::unique_ptr<SSL_CTX, SslContextFree> context_;
};

}  // namespace headgate::net
