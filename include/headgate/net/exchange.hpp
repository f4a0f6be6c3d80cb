// One request and its answer on one connection of a provider.
#pragma once

#include <string_view>

#include "headgate/core/result.hpp"
#include "headgate/net/pool.hpp"
#include "headgate/wire/chunked.hpp"
#include "headgate/wire/http.hpp"

namespace headgate::net {

struct ExchangeLimits {
  std::size_t max_body = 64u << 20;  // bytes of an answer that is read whole
  core::milliseconds first_byte{60'000};
  core::milliseconds between_bytes{30'000};
  core::TimePoint total = core::no_deadline;
};

// Errors of every step: upstream_error and upstream_timeout (next target; same target when a reused
// connection broke before the first byte), client_gone. Worker-confined.
class Exchange {
 public:
  Exchange(Loop& loop, Connection& connection, const ExchangeLimits& limits, Interrupt& interrupt)
      : loop_(loop),
        connection_(connection),
        limits_(limits),
        interrupt_(interrupt),
        scope_(interrupt, *connection.stream) {}

  Task<core::Result<void>> send(Outgoing& request);
  // Interim answers (1xx) are passed over, redirects are not followed.
  Task<core::Result<void>> read_head();
  // Its views live until the body is read.
  const wire::ResponseHead& head() const { return head_; }
  // The rest of the answer, decoded; valid until the next read.
  Task<core::Result<std::string_view>> read_whole_body();
  // More of the body into body(). False: it has ended.
  Task<core::Result<bool>> read_more_body() { return read_more_body(deadline_in(limits_.between_bytes)); }
  Task<core::Result<bool>> read_more_body(core::TimePoint deadline);
  core::TimePoint deadline_in(core::Duration wait) const { return loop_.deadlines().in(wait); }
  // When the head must have come, and the first content of a stream too.
  core::TimePoint first_byte_by() const { return first_byte_by_; }
  std::string_view body() const { return chunked_ ? decoded_.view() : connection_.in.view().substr(0, plain_size()); }
  void consume_body(std::size_t size);

  // The answer ended where it should, and nothing lies behind it.
  bool reusable() const { return ended_ && keep_alive_ && connection_.in.size() == plain_size(); }

 private:
  Task<error_code> send_rest(Outgoing& request);
  Task<core::Result<bool>> read_body_bytes();
  bool drop_interim_answers();
  core::Result<void> take_decoded();
  core::Result<bool> note_end_of_stream();
  core::Error broken(error_code error) const;
  void begin_body();
  core::Result<void> take_what_came();
  std::size_t plain_size() const;

  static constexpr std::size_t read_size = 8 * 1024;
  static constexpr std::size_t max_head = 64 * 1024;
  static constexpr unsigned max_interim = 8;

  Loop& loop_;
  Connection& connection_;
  const ExchangeLimits& limits_;
  Interrupt& interrupt_;
  Interrupt::Scope scope_;
  FlatBuffer decoded_;
  wire::ResponseHead head_;
  wire::ChunkedDecoder decoder_;
  core::TimePoint first_byte_by_{};
  bool anything_came_ = false;
  bool answered_early_ = false;  // before all of the request had left
  bool keep_alive_ = false;
  bool chunked_ = false;
  bool has_length_ = false;
  bool ended_ = false;
  std::uint64_t left_ = 0;  // of a body with a length, not consumed yet
  std::size_t head_size_ = 0;
};

}  // namespace headgate::net
