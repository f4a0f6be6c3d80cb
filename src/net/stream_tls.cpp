// OpenSSL on a non-blocking descriptor: it says what it waits for, the event loop waits.
#include <openssl/err.h>

#include <boost/asio/error.hpp>
#include <cerrno>

#include "headgate/net/stream.hpp"

namespace headgate::net {
namespace {

error_code broken() { return asio::error::make_error_code(asio::error::connection_reset); }

}  // namespace

error_code SocketStream::tls_error(int outcome) const {
  switch (outcome) {
    case SSL_ERROR_ZERO_RETURN: return asio::error::eof;
    case SSL_ERROR_SYSCALL: return errno != 0 ? error_code(errno, boost::system::system_category()) : broken();
    default: return broken();
  }
}

Task<error_code> SocketStream::wait_for(int outcome) {
  if (stopped_) co_return asio::error::operation_aborted;
  if (outcome != SSL_ERROR_WANT_READ && outcome != SSL_ERROR_WANT_WRITE) co_return tls_error(outcome);
  const auto what = outcome == SSL_ERROR_WANT_READ ? tcp::socket::wait_read : tcp::socket::wait_write;
  const auto [error] = co_await socket_.async_wait(what, returned);
  co_return stopped_ ? asio::error::make_error_code(asio::error::operation_aborted) : error;
}

Task<error_code> SocketStream::handshake(SslPtr ssl) {
  ssl_ = std::move(ssl);
  if (SSL_set_fd(ssl_.get(), static_cast<int>(socket_.native_handle())) != 1) co_return broken();
  for (;;) {
    ERR_clear_error();
    errno = 0;
    const int done = SSL_do_handshake(ssl_.get());
    if (done == 1) co_return error_code{};
    if (const auto error = co_await wait_for(SSL_get_error(ssl_.get(), done))) co_return error;
  }
}

Task<IoResult> SocketStream::read_tls(asio::mutable_buffer into) {
  // Mostly nothing has come yet, and asking OpenSSL first would only hear so.
  if (SSL_has_pending(ssl_.get()) == 0)
    if (const auto error = co_await wait_for(SSL_ERROR_WANT_READ)) co_return IoResult{error, 0};
  for (;;) {
    if (stopped_) co_return IoResult{asio::error::operation_aborted, 0};
    ERR_clear_error();
    errno = 0;
    std::size_t size = 0;
    if (SSL_read_ex(ssl_.get(), into.data(), into.size(), &size) == 1) co_return IoResult{error_code{}, size};
    if (const auto error = co_await wait_for(SSL_get_error(ssl_.get(), 0))) co_return IoResult{error, 0};
  }
}

bool SocketStream::write_tls_now(Outgoing& outgoing, error_code& error) {
  while (!outgoing.empty()) {
    // Pieces are gathered into one record. A retry gathers the same bytes again, as OpenSSL demands.
    const auto size = asio::buffer_copy(asio::buffer(loop_.scratch(), Loop::scratch_size), outgoing.buffers());
    ERR_clear_error();
    errno = 0;
    std::size_t sent = 0;
    if (SSL_write_ex(ssl_.get(), loop_.scratch(), size, &sent) != 1) {
      write_wait_ = SSL_get_error(ssl_.get(), 0);
      if (write_wait_ != SSL_ERROR_WANT_READ && write_wait_ != SSL_ERROR_WANT_WRITE) error = tls_error(write_wait_);
      return false;
    }
    outgoing.consume(sent);
  }
  return true;
}

}  // namespace headgate::net
