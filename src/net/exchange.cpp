#include "headgate/net/exchange.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>

#include "headgate/core/unusable_answer.hpp"
#include "headgate/net/head_parser.hpp"

namespace headgate::net {
namespace {

using core::Code;
using core::Error;
using core::Result;
using core::Retry;

bool has_no_body(int status) { return status == 204 || status == 304; }

}  // namespace

Error Exchange::broken(error_code error) const {
  if (interrupt_.raised()) return interrupt_.error();
  if (connection_.stream->expired())
    return Error(Code::upstream_timeout, "The provider did not answer in time.").with_retry(Retry::next_target);
  const bool stale = connection_.reused && !anything_came_;
  return Error(Code::upstream_error, "The connection to the provider broke.")
      .with_retry(stale ? Retry::same_target : Retry::next_target)
      .with_detail(error == asio::error::eof ? "closed by the provider" : error.message());
}

Task<Result<void>> Exchange::send(Outgoing& request) {
  connection_.stream->expires_at(std::min(limits_.total, loop_.deadlines().in(limits_.first_byte)));
  co_await loop_.rest_of_turn();
  error_code error;
  if (!connection_.stream->write_now(request, error) && !error) error = co_await send_rest(request);
  // A provider may refuse a request before it has read all of it; its answer says why.
  if (error && (interrupt_.raised() || connection_.stream->expired() || connection_.reused)) co_return broken(error);
  co_return Result<void>();
}

// A provider that refuses a large request may say so at once and never read the rest.
Task<error_code> Exchange::send_rest(Outgoing& request) {
  auto& stream = *connection_.stream;
  auto& in = connection_.in;
  while (!request.empty()) {
    if (const auto error = co_await stream.write_until_answer(request)) co_return error;
    if (request.empty()) break;
    char* const into = in.prepare(read_size);
    const auto [error, received] = co_await stream.read_some(asio::buffer(into, in.room()));
    if (error) co_return error;
    in.commit(received);
    anything_came_ = true;
    answered_early_ = !drop_interim_answers();
    if (answered_early_) break;
  }
  co_return error_code{};
}

// What came while the request was being sent. True: interim answers only, so sending goes on.
bool Exchange::drop_interim_answers() {
  for (auto& in = connection_.in; !in.empty();) {
    std::size_t scanned = 0;
    const auto size = find_head_end(in.view(), scanned);
    const auto head = parse_response_head(in.view().substr(0, size));
    if (!head || head->status >= 200 || head->status == 101) return false;
    in.consume(size);
  }
  return true;
}

Task<Result<void>> Exchange::read_head() {
  auto& in = connection_.in;
  // One deadline for the whole head, whatever the pace of its bytes.
  first_byte_by_ = std::min(limits_.total, loop_.deadlines().in(limits_.first_byte));
  connection_.stream->expires_at(first_byte_by_);
  std::size_t scanned = 0;
  for (unsigned interim = 0;;) {
    const auto size = find_head_end(in.view(), scanned);
    if (size > max_head || (size == 0 && in.size() > max_head))
      co_return core::unusable_answer("header block too large");
    if (size == 0) {
      char* const into = in.prepare(read_size);
      const auto [error, received] = co_await connection_.stream->read_some(asio::buffer(into, in.room()));
      if (error) co_return broken(error);
      anything_came_ = true;
      in.commit(received);
      continue;
    }
    auto head = parse_response_head(in.view().substr(0, size));
    if (!head) co_return head.error();
    head_ = *head;
    if (head_.status == 101) co_return core::unusable_answer("switches protocols");
    if (head_.status >= 200) {
      head_size_ = size;
      begin_body();
      co_return Result<void>();
    }
    if (++interim > max_interim) co_return core::unusable_answer("too many interim answers");
    in.consume(size);
    scanned = 0;
  }
}

void Exchange::begin_body() {
  keep_alive_ = head_.keep_alive && !answered_early_;
  chunked_ = head_.chunked;
  has_length_ = head_.has_length || has_no_body(head_.status);
  left_ = has_no_body(head_.status) ? 0 : head_.length;
  if (!chunked_ && !has_length_) keep_alive_ = false;
}

std::size_t Exchange::plain_size() const {
  if (chunked_) return 0;
  if (!has_length_) return connection_.in.size();
  return static_cast<std::size_t>(std::min<std::uint64_t>(left_, connection_.in.size()));
}

void Exchange::consume_body(std::size_t size) {
  if (chunked_) return decoded_.consume(size);
  connection_.in.consume(size);
  if (has_length_) left_ -= size;
}

Result<void> Exchange::take_decoded() {
  auto& in = connection_.in;
  while (!ended_ && !in.empty()) {
    const auto step = decoder_.step(in.view());
    if (!step.payload.empty()) decoded_.append(step.payload);
    in.consume(step.consumed);
    using Status = wire::ChunkedDecoder::Status;
    if (step.status == Status::malformed) return core::unusable_answer("malformed chunk");
    if (step.status == Status::done) ended_ = true;
    if (step.status == Status::need_more) break;
  }
  return {};
}

// The peer closed: the end of a body without a length, a cut for any other. Under TLS a close
// without notice arrives as a reset and never comes here.
Result<bool> Exchange::note_end_of_stream() {
  if (chunked_ || has_length_) return broken(asio::error::eof);
  ended_ = true;
  return false;
}

// The head has been read by its caller; what came along behind it is the beginning of the body.
Result<void> Exchange::take_what_came() {
  connection_.in.consume(std::exchange(head_size_, 0));
  if (chunked_)
    if (auto decoded = take_decoded(); !decoded) return decoded;
  if (has_length_ && plain_size() == left_) ended_ = true;
  return {};
}

Task<Result<bool>> Exchange::read_more_body(core::TimePoint deadline) {
  if (head_size_ != 0) {
    if (auto taken = take_what_came(); !taken) co_return taken.error();
    if (!body().empty() || ended_) {
      connection_.stream->expires_at(limits_.total);
      co_return !body().empty();
    }
  }
  if (ended_) co_return false;
  connection_.stream->expires_at(std::min(limits_.total, deadline));
  auto more = co_await read_body_bytes();
  // The time that the client takes is not the provider's.
  connection_.stream->expires_at(limits_.total);
  co_return more;
}

Task<Result<bool>> Exchange::read_body_bytes() {
  const auto before = body().size();
  while (body().size() == before && !ended_) {
    auto& in = connection_.in;
    char* const into = in.prepare(read_size);
    const auto [error, size] = co_await connection_.stream->read_some(asio::buffer(into, in.room()));
    if (error == asio::error::eof) co_return note_end_of_stream();
    if (error) co_return broken(error);
    in.commit(size);
    if (chunked_)
      if (auto decoded = take_decoded(); !decoded) co_return decoded.error();
    if (has_length_ && plain_size() == left_) ended_ = true;
  }
  co_return body().size() != before;
}

Task<Result<std::string_view>> Exchange::read_whole_body() {
  if (has_length_ && left_ > limits_.max_body) co_return core::unusable_answer("the body is larger than max_response");
  if (head_size_ != 0)
    if (auto taken = take_what_came(); !taken) co_return taken.error();
  if (has_length_ && left_ > connection_.in.size())
    (void)connection_.in.prepare(static_cast<std::size_t>(left_) - connection_.in.size());
  for (;;) {
    if (body().size() > limits_.max_body) co_return core::unusable_answer("the body is larger than max_response");
    if (ended_) {
      connection_.stream->expires_at(limits_.total);
      co_return body();
    }
    const auto more = co_await read_more_body();
    if (!more) co_return more.error();
  }
}

}  // namespace headgate::net
