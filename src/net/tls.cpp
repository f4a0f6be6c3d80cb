#include "headgate/net/tls.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>

namespace headgate::net {
namespace {

using core::Code;
using core::Error;

constexpr const char* aead_only =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

std::string openssl_reason() {
  char text[256] = "unknown reason";
  if (const auto code = ERR_get_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

Error failed(const std::string& what) { return Error(Code::internal_error, what + ": " + openssl_reason()); }

void harden(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, aead_only);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);  // a read takes all that has come in one system call
}

// Called by OpenSSL when the peer hands out a ticket, on the worker that owns the connection.
int keep_session(SSL* ssl, SSL_SESSION* session) {
  auto* place = static_cast<SslSessionPtr*>(SSL_get_ex_data(ssl, 0));
  if (place == nullptr) return 0;
  place->reset(session);
  return 1;  // the reference is ours now
}

}  // namespace

core::Result<std::shared_ptr<const ClientTls>> ClientTls::make(const std::string& ca_file) {
  std::shared_ptr<ClientTls> tls(new ClientTls(SSL_CTX_new(TLS_client_method())));
  SSL_CTX* context = tls->context_.get();
  if (context == nullptr) return failed("cannot make a TLS context");
  harden(context);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_verify_paths(context);
  if (!ca_file.empty() && SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1)
    return failed("cannot read certificates from " + ca_file);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(context, keep_session);
  return std::shared_ptr<const ClientTls>(std::move(tls));
}

SslPtr ClientTls::session(const std::string& host, SslSessionPtr& resumed) const {
  SslPtr ssl(SSL_new(context_.get()));
  if (ssl == nullptr) return ssl;
  SSL_set_connect_state(ssl.get());
  error_code not_an_address;
  (void)asio::ip::make_address(host, not_an_address);
  if (not_an_address) {
    SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str()));
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl.get(), host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str());
  }
  static constexpr unsigned char http_1_1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_set_alpn_protos(ssl.get(), http_1_1, sizeof http_1_1);
  SSL_set_ex_data(ssl.get(), 0, &resumed);
  if (resumed != nullptr) SSL_set_session(ssl.get(), resumed.get());
  return ssl;
}

core::Result<std::shared_ptr<const ServerTls>> ServerTls::make(const std::string& cert, const std::string& key,
                                                               const std::string& client_ca) {
  std::shared_ptr<ServerTls> tls(new ServerTls(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* context = tls->context_.get();
  if (context == nullptr) return failed("cannot make a TLS context");
  harden(context);
  if (SSL_CTX_use_certificate_chain_file(context, cert.c_str()) != 1) return failed("cannot read " + cert);
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return failed("no private key can be read from " + key);
  if (SSL_CTX_check_private_key(context) != 1) return failed(key + " does not belong to " + cert);
  SSL_CTX_set_max_early_data(context, 0);
  // Idle clients are many and keep no record buffers; connections to providers are few and keep them.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  static constexpr unsigned char context_id[] = {'h', 'e', 'a', 'd', 'g', 'a', 't', 'e'};
  SSL_CTX_set_session_id_context(context, context_id, sizeof context_id);
  if (!client_ca.empty()) {
    if (SSL_CTX_load_verify_locations(context, client_ca.c_str(), nullptr) != 1)
      return failed("cannot read " + client_ca);
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(client_ca.c_str()));
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return std::shared_ptr<const ServerTls>(std::move(tls));
}

SslPtr ServerTls::session() const {
  SslPtr ssl(SSL_new(context_.get()));
  if (ssl != nullptr) SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace headgate::net
