#include "headgate/net/stream.hpp"

#include <openssl/err.h>

#include <boost/asio/error.hpp>

namespace headgate::net {

void Outgoing::consume(std::size_t size) {
  while (size != 0 && first_ != count_) {
    auto& piece = places_.pieces[first_];
    if (size < piece.size()) {
      piece += size;
      return;
    }
    size -= piece.size();
    ++first_;
  }
}

SocketStream::SocketStream(Loop& loop, tcp::socket socket) : loop_(loop), socket_(std::move(socket)) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  // Head and body leave in one write; Nagle would only hold back the next one.
  socket_.set_option(tcp::no_delay(true), ignored);
}

void SocketStream::stop() {
  stopped_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void SocketStream::ring() {
  expired_ = true;
  stop();
}

Task<IoResult> SocketStream::read_some(asio::mutable_buffer into) {
  if (ssl_ != nullptr) return read_tls(into);
  return read_plain(into);
}

Task<IoResult> SocketStream::read_plain(asio::mutable_buffer into) {
  if (stopped_) co_return IoResult{asio::error::operation_aborted, 0};
  co_return co_await socket_.async_read_some(into, returned);
}

bool SocketStream::write_now(Outgoing& outgoing, error_code& error) {
  error = {};
  if (stopped_) return error = asio::error::operation_aborted, false;
  if (ssl_ != nullptr) return write_tls_now(outgoing, error);
  while (!outgoing.empty()) {
    const auto sent = socket_.write_some(outgoing.buffers(), error);
    if (error == asio::error::would_block || error == asio::error::try_again) return error = {}, false;
    if (error) return false;
    outgoing.consume(sent);
  }
  return true;
}

Task<error_code> SocketStream::write_rest(Outgoing& outgoing) {
  for (error_code error; !outgoing.empty();) {
    if (ssl_ != nullptr)
      error = co_await wait_for(write_wait_);
    else
      error = std::get<0>(co_await socket_.async_wait(tcp::socket::wait_write, returned));
    if (error) co_return error;
    if (!write_now(outgoing, error) && error) co_return error;
  }
  co_return error_code{};
}

Task<bool> SocketStream::wait_for_either() {
  struct Readiness {
    explicit Readiness(Loop& loop) : changed(loop) {}
    Signal changed;
    bool readable = false;
  };
  const auto ready = std::make_shared<Readiness>(loop_);
  socket_.async_wait(tcp::socket::wait_read, [ready](error_code error) {
    ready->readable = !error;
    ready->changed.notify();
  });
  socket_.async_wait(tcp::socket::wait_write, [ready](error_code) { ready->changed.notify(); });
  (void)co_await ready->changed.wait_until(core::no_deadline);
  error_code ignored;
  socket_.cancel(ignored);  // the one that still waits
  co_return ready->readable;
}

Task<error_code> SocketStream::write_until_answer(Outgoing& outgoing) {
  // What OpenSSL has read ahead no longer shows at the socket.
  bool readable = ssl_ != nullptr && SSL_has_pending(ssl_.get()) == 1;
  for (error_code error; !outgoing.empty();) {
    if (stopped_) co_return asio::error::operation_aborted;
    if (readable && !is_quiet()) break;
    if (ssl_ != nullptr && write_wait_ == SSL_ERROR_WANT_READ) {
      error = co_await wait_for(write_wait_);
    } else {
      readable = co_await wait_for_either();
      if (readable) continue;
    }
    if (error || (!write_now(outgoing, error) && error)) co_return error;
  }
  co_return error_code{};
}

bool SocketStream::is_quiet() {
  if (stopped_) return false;
  char byte = 0;
  const auto seen = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  const bool nothing_came = seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (ssl_ == nullptr || (seen <= 0 && !nothing_came)) return nothing_came;
  // OpenSSL may have read ahead what nobody asked for.
  if (nothing_came && SSL_has_pending(ssl_.get()) == 0) return true;
  // Session tickets of TLS 1.3 come unasked and are no answer; SSL_peek takes them in.
  ERR_clear_error();
  const int peeked = SSL_peek(ssl_.get(), &byte, 1);
  return peeked <= 0 && SSL_get_error(ssl_.get(), peeked) == SSL_ERROR_WANT_READ;
}

void SocketStream::shutdown_write() {
  if (ssl_ != nullptr) SSL_shutdown(ssl_.get());
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

ScriptedStream::ScriptedStream(Loop& loop, std::vector<ScriptStep> script)
    : loop_(loop), timer_(loop.io()), script_(std::move(script)), previous_(core::Clock::now()) {}

void ScriptedStream::stop() {
  stopped_ = true;
  timer_.cancel();
}

void ScriptedStream::ring() {
  expired_ = true;
  stop();
}

bool ScriptedStream::write_now(Outgoing& outgoing, error_code&) {
  outgoing.clear();
  return true;
}

Task<error_code> ScriptedStream::write_rest(Outgoing&) { co_return error_code{}; }

Task<IoResult> ScriptedStream::read_some(asio::mutable_buffer into) {
  if (step_ == script_.size()) co_return IoResult{asio::error::eof, 0};
  auto& step = script_[step_];
  if (sent_ == 0 && step.after.count() > 0 && !stopped_) {
    timer_.expires_at(previous_ + step.after);
    (void)co_await timer_.async_wait(returned);
  }
  if (stopped_) co_return IoResult{asio::error::operation_aborted, 0};
  if (sent_ == 0) previous_ += step.after;
  if (step.bytes.empty()) co_return IoResult{asio::error::connection_reset, 0};
  const auto size = std::min(into.size(), step.bytes.size() - sent_);
  std::memcpy(into.data(), step.bytes.data() + sent_, size);
  sent_ += size;
  if (sent_ == step.bytes.size()) {
    ++step_;
    sent_ = 0;
  }
  co_return IoResult{error_code{}, size};
}

}  // namespace headgate::net
