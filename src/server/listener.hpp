// Accepts connections on one loop and makes a session of each.
#pragma once

#include "context.hpp"
#include "headgate/net/asio.hpp"
#include "service.hpp"

namespace headgate::server {

net::tcp::endpoint endpoint_of(const Address& address);

// Worker-confined.
class Listener {
 public:
  Listener(Context& context, Service& service) : context_(context), service_(service), acceptor_(context.loop.io()) {}

  // SO_REUSEPORT lets every worker listen on the same address; the kernel spreads connections.
  enum class Sharing { none, with_workers };
  // Error: internal_error with the address, the reason and the setting to change.
  core::Result<void> bind(const Address& address, Sharing sharing, std::string_view setting);
  std::uint16_t port() const;
  void start();
  void stop();
  void swap_tls(TlsPtr tls) { tls_ = std::move(tls); }

 private:
  net::Task<void> accept();
  void welcome(net::tcp::socket socket);

  Context& context_;
  Service& service_;
  net::tcp::acceptor acceptor_;
  TlsPtr tls_;
};

}  // namespace headgate::server
