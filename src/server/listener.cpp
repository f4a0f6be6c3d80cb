#include "listener.hpp"

#include "session.hpp"

namespace headgate::server {
namespace {

using net::error_code;
using net::Task;
using net::tcp;

constexpr int backlog = 4096;
// When descriptors run out, accepting again at once would only burn the processor.
constexpr core::milliseconds pause{100};

Task<void> live(Context& context, Service& service, tcp::socket socket, TlsPtr tls) {
  Session session(context, service, std::move(socket));
  co_await session.run(std::move(tls));
}

void tell(const Context& context, std::exception_ptr bug) {
  if (bug == nullptr) return;
  try {
    std::rethrow_exception(bug);
  } catch (const std::exception& what) {
    context.collaborators.on_bug(what.what());
  }
}

}  // namespace

tcp::endpoint endpoint_of(const Address& address) {
  error_code error;
  return {boost::asio::ip::make_address(address.host, error), address.port};
}

core::Result<void> Listener::bind(const Address& address, Sharing sharing, std::string_view setting) {
  const auto endpoint = endpoint_of(address);
  using reuse_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && sharing == Sharing::with_workers) acceptor_.set_option(reuse_port(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(backlog, error);
  if (error)
    return core::Error(core::Code::internal_error, "cannot listen on " + address.host + ":" +
                                                       std::to_string(address.port) + ": " + error.message() +
                                                       ". Free the port or change " + std::string(setting) + ".");
  acceptor_.non_blocking(true, error);
  return {};
}

std::uint16_t Listener::port() const {
  error_code error;
  return acceptor_.local_endpoint(error).port();
}

void Listener::welcome(tcp::socket socket) {
  // An exception that leaves a session is a bug; it ends this session and no other.
  context_.loop.tasks().spawn(live(context_, service_, std::move(socket), tls_),
                              [this](std::exception_ptr bug) { tell(context_, bug); });
}

Task<void> Listener::accept() {
  boost::asio::steady_timer timer(context_.loop.io());
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(net::returned);
    if (!error) {
      welcome(std::move(socket));
    } else if (acceptor_.is_open()) {
      timer.expires_after(pause);
      (void)co_await timer.async_wait(net::returned);
    }
  }
}

void Listener::start() {
  context_.loop.tasks().spawn(accept(), [this](std::exception_ptr bug) { tell(context_, bug); });
}

// Who has been let into the queue is served: closing would reset them.
void Listener::stop() {
  for (error_code error; acceptor_.is_open();) {
    tcp::socket socket(context_.loop.io());
    acceptor_.accept(socket, error);
    if (error) break;
    welcome(std::move(socket));
  }
  error_code ignored;
  acceptor_.close(ignored);
}

}  // namespace headgate::server
