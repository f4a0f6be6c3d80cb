// One client of the mock upstream, plain or TLS, never blocking.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>

namespace bench {

using Tls = std::unique_ptr<SSL, decltype(&SSL_free)>;
enum class Io { moved, would_block, closed };

struct Connection {
  explicit Connection(int socket) : fd(socket) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(fd); }

  Io read_some();
  Io write_some();

  int fd;
  Tls tls{nullptr, &SSL_free};
  std::string in;
  std::string out;
  size_t written = 0;
  bool waits_for_room = false;
  int events_left = 0;  // of the stream in progress; its end counts as one
  size_t phase = 0;     // the tick of each gap at which the stream sends

 private:
  Io outcome(long moved) const;
};

inline Io Connection::outcome(long moved) const {
  if (moved > 0) return Io::moved;
  if (!tls) return moved < 0 && errno == EAGAIN ? Io::would_block : Io::closed;
  const int error = SSL_get_error(tls.get(), static_cast<int>(moved));
  const bool waits = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
  return waits ? Io::would_block : Io::closed;
}

inline Io Connection::read_some() {
  static std::array<char, 65536> buffer;
  ERR_clear_error();  // an error left by another connection would be taken for this one's
  const long n = tls ? SSL_read(tls.get(), buffer.data(), buffer.size()) : recv(fd, buffer.data(), buffer.size(), 0);
  if (n > 0) in.append(buffer.data(), static_cast<size_t>(n));
  return outcome(n);
}

inline Io Connection::write_some() {
  const char* from = out.data() + written;
  const size_t size = out.size() - written;
  ERR_clear_error();
  const long n = tls ? SSL_write(tls.get(), from, static_cast<int>(size)) : send(fd, from, size, MSG_NOSIGNAL);
  if (n > 0) written += static_cast<size_t>(n);
  return outcome(n);
}

}  // namespace bench
