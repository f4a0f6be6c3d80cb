// A byte stream with a deadline: a socket, plain or under TLS, or a script that plays an answer.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "headgate/net/asio.hpp"
#include "headgate/net/loop.hpp"

namespace headgate::net {

using IoResult = std::tuple<error_code, std::size_t>;

// Pieces on their way out; shrinks from the front as they leave. Value.
class Outgoing {
 public:
  static constexpr std::size_t max_pieces = 32;
  // What a full one still takes: the rest of an event, and the framing of each layer below.
  static constexpr std::size_t headroom = 8;

  // Most hold two or three pieces, so the other places are neither cleared nor copied.
  Outgoing() {}
  Outgoing(const Outgoing& other) { add(other); }
  Outgoing& operator=(const Outgoing& other) {
    if (this == &other) return *this;
    clear();
    add(other);
    return *this;
  }

  void add(std::string_view piece) {
    if (!piece.empty()) add(asio::const_buffer(piece.data(), piece.size()));
  }
  void add(const Outgoing& other) {
    for (const auto& piece : other.buffers()) add(piece);
  }
  void clear() { first_ = count_ = 0; }
  bool empty() const { return first_ == count_; }
  bool full() const { return count_ + headroom >= max_pieces; }
  std::span<const asio::const_buffer> buffers() const { return {places_.pieces.data() + first_, count_ - first_}; }
  void consume(std::size_t size);

 private:
  void add(const asio::const_buffer& piece) { std::construct_at(&places_.pieces[count_++], piece); }

  union Places {
    Places() {}
    std::array<asio::const_buffer, max_pieces> pieces;
  };
  Places places_;
  std::size_t first_ = 0, count_ = 0;
};

// Worker-confined. One read and one write at a time.
class Stream : public Stoppable {
 public:
  virtual ~Stream() = default;
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // At least one byte, or an error; eof is one.
  virtual Task<IoResult> read_some(asio::mutable_buffer into) = 0;
  // Sends what the other side takes at once. False: with an error it failed, without one the rest
  // waits for write_rest().
  virtual bool write_now(Outgoing& outgoing, error_code& error) = 0;
  virtual Task<error_code> write_rest(Outgoing& outgoing) = 0;
  // The same, but it also ends, without an error, once something has come that can be read.
  virtual Task<error_code> write_until_answer(Outgoing& outgoing) { return write_rest(outgoing); }

  // Ends the pending operation, and all later ones, when the time has come.
  virtual void expires_at(core::TimePoint deadline) = 0;
  virtual bool expired() const = 0;
  // Whether an idle connection is still good: open, and nothing has come in that nobody asked for.
  virtual bool is_quiet() = 0;
};

struct SslFree {
  void operator()(SSL* ssl) const {
    // OpenSSL would take a connection that just ends for an attack, and its session for spoilt.
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
  }
};
using SslPtr = std::unique_ptr<SSL, SslFree>;

// TLS works on the descriptor itself: no second pair of buffers between OpenSSL and the socket.
class SocketStream final : public Stream, private Alarm {
 public:
  SocketStream(Loop& loop, tcp::socket socket);

  // Before the first read or write. The handshake obeys expires_at().
  Task<error_code> handshake(SslPtr ssl);

  Task<IoResult> read_some(asio::mutable_buffer into) override;
  bool write_now(Outgoing& outgoing, error_code& error) override;
  Task<error_code> write_rest(Outgoing& outgoing) override;
  Task<error_code> write_until_answer(Outgoing& outgoing) override;
  void expires_at(core::TimePoint deadline) override { loop_.deadlines().arm(*this, deadline); }
  bool expired() const override { return expired_; }
  void stop() override;
  bool is_quiet() override;

  tcp::socket& socket() { return socket_; }
  bool is_tls() const { return ssl_ != nullptr; }
  // Tells the peer that nothing more will come.
  void shutdown_write();

 private:
  void ring() override;
  // True when something can be read, whether or not there is room to write too.
  Task<bool> wait_for_either();
  Task<IoResult> read_tls(asio::mutable_buffer into);
  Task<IoResult> read_plain(asio::mutable_buffer into);
  bool write_tls_now(Outgoing& outgoing, error_code& error);
  // Waits for what OpenSSL asked for; an error when it asked for nothing that helps.
  Task<error_code> wait_for(int outcome);
  error_code tls_error(int outcome) const;

  Loop& loop_;
  tcp::socket socket_;
  SslPtr ssl_;
  int write_wait_ = 0;  // what a TLS write that did not finish waits for
  bool stopped_ = false;
  bool expired_ = false;
};

// Plays the bytes of an answer over time: what a simulated provider sends.
struct ScriptStep {
  core::milliseconds after{0};
  std::string bytes;  // empty: the connection breaks
};

class ScriptedStream final : public Stream, private Alarm {
 public:
  ScriptedStream(Loop& loop, std::vector<ScriptStep> script);

  Task<IoResult> read_some(asio::mutable_buffer into) override;
  bool write_now(Outgoing& outgoing, error_code& error) override;
  Task<error_code> write_rest(Outgoing& outgoing) override;
  void expires_at(core::TimePoint deadline) override { loop_.deadlines().arm(*this, deadline); }
  bool expired() const override { return expired_; }
  void stop() override;
  bool is_quiet() override { return false; }

 private:
  void ring() override;

  Loop& loop_;
  asio::steady_timer timer_;
  std::vector<ScriptStep> script_;
  std::size_t step_ = 0, sent_ = 0;
  core::TimePoint previous_;
  bool stopped_ = false;
  bool expired_ = false;
};

}  // namespace headgate::net
