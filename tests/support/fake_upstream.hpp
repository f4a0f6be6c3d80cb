// A provider on a loopback port that the system picks, living on the loop of the test.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "headgate/net/stream.hpp"
#include "headgate/net/tls.hpp"
#include "support/running.hpp"

namespace headgate::test {

// Sends all of `bytes`, which outlive it. False: the other side is gone.
inline net::Task<bool> send(net::Stream& stream, std::string_view bytes) {
  net::Outgoing outgoing;
  outgoing.add(bytes);
  net::error_code error;
  if (!stream.write_now(outgoing, error) && !error) error = co_await stream.write_rest(outgoing);
  co_return !error;
}

class FakeUpstream {
 public:
  // What happens on a connection once it stands; the connection closes with its end.
  using Handler = std::function<net::Task<void>(net::SocketStream&)>;

  explicit FakeUpstream(net::Loop& loop, Handler handler = hold, std::shared_ptr<const net::ServerTls> tls = nullptr,
                        const std::string& address = "127.0.0.1")
      : state_(std::make_shared<State>(loop, std::move(handler), std::move(tls), address)) {
    loop.tasks().spawn(accept(state_), [](std::exception_ptr) {});
  }
  ~FakeUpstream() {
    state_->acceptor.close();
    for (const auto& stream : state_->open) stream->stop();
  }
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  std::uint16_t port() const { return state_->acceptor.local_endpoint().port(); }
  std::size_t accepted() const { return state_->accepted; }
  std::size_t handshakes() const { return state_->handshakes; }
  std::size_t resumed() const { return state_->resumed; }  // handshakes that used an earlier session
  std::vector<std::shared_ptr<net::SocketStream>>& open() { return state_->open; }

  // Keeps the connection until the other side closes it.
  static net::Task<void> hold(net::SocketStream& stream) {
    for (char byte = 0;;) {
      const auto [error, size] = co_await stream.read_some(boost::asio::buffer(&byte, 1));
      if (error) co_return;
    }
  }

 private:
  struct State {
    State(net::Loop& on, Handler with, std::shared_ptr<const net::ServerTls> under, const std::string& address)
        : loop(on),
          acceptor(on.io(), {boost::asio::ip::make_address(address), 0}),
          handler(std::move(with)),
          tls(std::move(under)) {}
    net::Loop& loop;
    net::tcp::acceptor acceptor;
    Handler handler;
    std::shared_ptr<const net::ServerTls> tls;
    std::vector<std::shared_ptr<net::SocketStream>> open;
    std::size_t accepted = 0, handshakes = 0, resumed = 0;
  };

  static net::Task<void> accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
      auto [error, socket] = co_await state->acceptor.async_accept(net::returned);
      if (error) co_return;
      ++state->accepted;
      auto stream = std::make_shared<net::SocketStream>(state->loop, std::move(socket));
      state->open.push_back(stream);
      state->loop.tasks().spawn(serve(state, std::move(stream)), [](std::exception_ptr) {});
    }
  }

  static net::Task<void> serve(std::shared_ptr<State> state, std::shared_ptr<net::SocketStream> stream) {
    bool stands = true;
    if (state->tls != nullptr) {
      auto ssl = state->tls->session();
      SSL* const seen = ssl.get();
      const auto error = co_await stream->handshake(std::move(ssl));
      stands = !error;
      if (stands) ++state->handshakes;
      if (stands && SSL_session_reused(seen) == 1) ++state->resumed;
    }
    if (stands) co_await state->handler(*stream);
    std::erase(state->open, stream);
  }

  std::shared_ptr<State> state_;
};

}  // namespace headgate::test
