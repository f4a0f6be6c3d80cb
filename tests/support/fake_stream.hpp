// The other end of a connection, from a script: which bytes come in which pieces, and how it ends.
#pragma once

#include <boost/asio/error.hpp>
#include <cstring>
#include <string>
#include <vector>

#include "headgate/net/stream.hpp"

namespace headgate::test {

enum class End { eof, reset, silence };

struct Script {
  std::vector<std::string> pieces;  // each is what one read finds
  End end = End::eof;
  enum class Writes { taken, broken, blocked } writes = Writes::taken;
};

// Time is the wheel's: advance it to let a deadline pass. Worker-confined.
class FakeStream final : public net::Stream, private net::Alarm {
 public:
  FakeStream(net::Loop& loop, Script script) : loop_(loop), silence_(loop.io()), script_(std::move(script)) {}

  // What it saw.
  std::string written;
  std::vector<core::TimePoint> deadlines;
  bool quiet = true;

  net::Task<net::IoResult> read_some(boost::asio::mutable_buffer into) override {
    if (!stopped_ && piece_ == script_.pieces.size() && script_.end == End::silence) co_await wait();
    if (stopped_) co_return net::IoResult{boost::asio::error::operation_aborted, 0};
    if (piece_ == script_.pieces.size()) co_return net::IoResult{ending(), 0};
    const auto left = std::string_view(script_.pieces[piece_]).substr(taken_);
    const auto size = std::min(into.size(), left.size());
    std::memcpy(into.data(), left.data(), size);
    taken_ += size;
    if (taken_ == script_.pieces[piece_].size()) {
      ++piece_;
      taken_ = 0;
    }
    co_return net::IoResult{net::error_code{}, size};
  }
  void expires_at(core::TimePoint deadline) override {
    deadlines.push_back(deadline);
    loop_.deadlines().arm(*this, deadline);
  }
  bool expired() const override { return expired_; }
  bool is_quiet() override { return quiet; }
  void stop() override {
    stopped_ = true;
    silence_.cancel();
  }

 private:
  bool write_now(net::Outgoing& outgoing, net::error_code& error) override {
    if (stopped_) return error = boost::asio::error::operation_aborted, false;
    if (script_.writes == Script::Writes::broken) return error = boost::asio::error::broken_pipe, false;
    if (script_.writes == Script::Writes::blocked) return false;
    for (const auto& piece : outgoing.buffers()) written.append(static_cast<const char*>(piece.data()), piece.size());
    outgoing.consume(boost::asio::buffer_size(outgoing.buffers()));
    return true;
  }
  net::Task<net::error_code> write_rest(net::Outgoing&) override {
    co_await wait();
    co_return boost::asio::error::operation_aborted;
  }
  net::Task<net::error_code> write_until_answer(net::Outgoing& outgoing) override {
    if (piece_ < script_.pieces.size()) co_return net::error_code{};
    co_return co_await write_rest(outgoing);
  }
  void ring() override {
    expired_ = true;
    stop();
  }
  net::Task<void> wait() {
    silence_.expires_at(core::no_deadline);
    (void)co_await silence_.async_wait(net::returned);
  }
  net::error_code ending() const {
    if (script_.end == End::eof) return boost::asio::error::eof;
    return boost::asio::error::connection_reset;
  }

  net::Loop& loop_;
  boost::asio::steady_timer silence_;
  Script script_;
  std::size_t piece_ = 0, taken_ = 0;
  bool stopped_ = false;
  bool expired_ = false;
};

}  // namespace headgate::test
