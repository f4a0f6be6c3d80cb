#include "headgate/net/connector.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <boost/asio/error.hpp>
#include <cerrno>

namespace headgate::net {
namespace {

using core::Code;
using core::Error;
using core::Result;
using core::Retry;

// RFC 8305 section 5.
constexpr core::milliseconds between_attempts{250};

// Attempts of one connection that run beside each other. Completions may come after the race is
// over; they find it ended and go away.
struct Race {
  explicit Race(Loop& loop) : changed(loop) {}
  std::vector<std::unique_ptr<tcp::socket>> sockets;
  std::size_t running = 0;
  std::size_t winner = none;
  error_code last_error;
  bool over = false;
  Signal changed;
  static constexpr std::size_t none = ~std::size_t{0};
};

void start_attempt(const std::shared_ptr<Race>& race, Loop& loop, const tcp::endpoint& to) {
  const auto index = race->sockets.size();
  race->sockets.push_back(std::make_unique<tcp::socket>(loop.io()));
  ++race->running;
  race->sockets[index]->async_connect(to, [race, index](error_code error) {
    if (race->over) return;
    --race->running;
    if (!error && race->winner == Race::none) race->winner = index;
    if (error) race->last_error = error;
    race->changed.notify();
  });
}

Error too_slow() {
  return Error(Code::upstream_timeout, "The provider did not accept a connection in time.")
      .with_retry(Retry::next_target);
}

// The machine's limits are no fault of the provider's.
bool ran_out(error_code error) {
  return error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
         error == asio::error::no_memory || error == error_code(ENFILE, boost::system::system_category());
}

void finish(Race& race) {
  race.over = true;
  for (std::size_t i = 0; i < race.sockets.size(); ++i) {
    if (i == race.winner) continue;
    error_code ignored;
    race.sockets[i]->close(ignored);
  }
}

Task<Result<tcp::socket>> race_to(Loop& loop, Addresses addresses, std::uint16_t port, core::TimePoint deadline,
                                  Interrupt& interrupt) {
  const auto race = std::make_shared<Race>(loop);
  const Interrupt::Scope scope(interrupt, race->changed);
  std::size_t next = 0;
  while (race->winner == Race::none) {
    if (next < addresses.size())
      start_attempt(race, loop, {addresses[next++], port});
    else if (race->running == 0)
      break;
    const auto patience = next < addresses.size() ? core::Clock::now() + between_attempts : deadline;
    (void)co_await race->changed.wait_until(std::min(patience, deadline));
    if (interrupt.raised() || core::Clock::now() >= deadline) break;
  }
  finish(*race);
  if (race->winner != Race::none) co_return std::move(*race->sockets[race->winner]);
  if (interrupt.raised()) co_return interrupt.error();
  if (race->running > 0) co_return too_slow();
  if (ran_out(race->last_error))
    co_return Error(Code::overloaded, "The gateway has no descriptor left for a connection to the provider.")
        .with_retry(Retry::next_target)
        .with_retry_after(1)
        .with_detail(race->last_error.message());
  co_return Error(Code::upstream_error, "The provider refused the connection.")
      .with_retry(Retry::next_target)
      .with_detail(race->last_error.message());
}

std::string tls_detail(const SSL* ssl) {
  if (const auto verdict = SSL_get_verify_result(ssl); verdict != X509_V_OK)
    return std::string("certificate: ") + X509_verify_cert_error_string(verdict);
  char text[256] = "handshake failed";
  if (const auto code = ERR_peek_last_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  return text;
}

}  // namespace

Task<Result<std::unique_ptr<SocketStream>>> connect(Loop& loop, NameCache& names, const Endpoint& endpoint,
                                                    SslSessionPtr& resumed, core::TimePoint deadline,
                                                    Interrupt& interrupt) {
  auto addresses = co_await names.resolve(endpoint.host, deadline, interrupt);
  if (!addresses) co_return addresses.error();
  auto socket = co_await race_to(loop, std::move(*addresses), endpoint.port, deadline, interrupt);
  if (!socket) co_return socket.error();
  error_code ignored;
  socket->set_option(asio::socket_base::keep_alive(true), ignored);
  auto stream = std::make_unique<SocketStream>(loop, std::move(*socket));
  if (endpoint.tls == nullptr) co_return stream;

  const Interrupt::Scope scope(interrupt, *stream);
  stream->expires_at(deadline);
  auto session = endpoint.tls->session(endpoint.host, resumed);
  if (session == nullptr) co_return Error(Code::internal_error, "Out of memory.");
  SSL* const ssl = session.get();
  const auto error = co_await stream->handshake(std::move(session));
  if (!error) co_return stream;
  if (interrupt.raised()) co_return interrupt.error();
  if (stream->expired()) co_return too_slow();
  co_return Error(Code::upstream_error, "No trustworthy TLS connection to the provider could be made.")
      .with_retry(Retry::next_target)
      .with_detail(tls_detail(ssl));
}

}  // namespace headgate::net
