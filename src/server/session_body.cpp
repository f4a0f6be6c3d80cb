// Reading bodies: by length, chunked, or none.
#include "session.hpp"

namespace headgate::server {

using core::Code;
using core::Error;
using core::Result;
using net::Task;

namespace {

constexpr std::size_t read_size = 8 * 1024;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

Error too_large(std::size_t limit) {
  return Error(Code::request_too_large,
               "The body is larger than server.max_body (" + std::to_string(limit) + " bytes).");
}

// Why no more of a body came.
Error not_sent(const net::Stream& stream) {
  if (!stream.expired()) return Error(Code::client_gone);
  return Error(Code::request_timeout).with_detail("the body did not come within server.timeouts.body");
}

}  // namespace

// Whether the whole body lies behind the head already, or there is none.
bool Session::take_body_that_came() {
  if (head_.chunked || in_.size() - head_size_ < head_.length) return false;
  body_in_head_buffer_ = static_cast<std::size_t>(head_.length);
  whole_body_ = in_.view().substr(head_size_, body_in_head_buffer_);
  return true;
}

Task<Result<void>> Session::read_body() {
  const bool expects = !head_.fields[wire::Field::expect].empty();
  const bool has_body = head_.chunked || head_.length > 0;
  if (take_body_that_came()) co_return Result<void>();
  if (expects && has_body && head_.minor_version == 1 && in_.size() == head_size_ &&
      !std::exchange(continue_sent_, true)) {
    net::Outgoing outgoing;
    outgoing.add(go_on);
    if (!co_await write_out(outgoing)) co_return Error(Code::client_gone);
  }
  stream_.expires_at(context_.loop.deadlines().in(context_.settings.timeouts.body));
  const auto since = core::Clock::now();
  Result<void> read;
  if (head_.chunked)
    read = co_await read_chunked_body();
  else
    read = co_await read_sized_body(static_cast<std::size_t>(head_.length));
  stream_.expires_at(core::no_deadline);
  record_.client += core::Clock::now() - since;
  co_return read;
}

Task<Result<void>> Session::read_sized_body(std::size_t size) {
  body_in_head_buffer_ = in_.size() - head_size_;
  (void)body_.prepare(size);
  body_.append(in_.view().substr(head_size_, body_in_head_buffer_));
  while (body_.size() < size) {
    char* const at = body_.prepare(1);
    const auto [error, received] = co_await stream_.read_some(boost::asio::buffer(at, size - body_.size()));
    body_.commit(received);
    if (error) co_return not_sent(stream_);
  }
  whole_body_ = body_.view();
  co_return Result<void>();
}

Task<Result<void>> Session::read_chunked_body() {
  using Status = wire::ChunkedDecoder::Status;
  wire::ChunkedDecoder decoder;
  const auto limit = context_.settings.max_body;
  net::FlatBuffer later;  // raw bytes; the head and its views must stay where they are in in_
  auto raw = in_.view().substr(head_size_);
  for (bool came_with_head = true;;) {
    const auto step = decoder.step(raw);
    if (body_.size() + step.payload.size() > limit) co_return too_large(limit);
    if (!step.payload.empty()) body_.append(step.payload);
    if (step.status == Status::malformed) co_return Error(Code::invalid_request, "The chunked body is malformed.");
    raw.remove_prefix(step.consumed);
    if (came_with_head)
      body_in_head_buffer_ += step.consumed;
    else
      later.consume(step.consumed);
    if (step.status == Status::done) break;
    if (step.status == Status::payload) continue;
    if (!co_await receive(later, read_size)) co_return not_sent(stream_);
    came_with_head = false;
    raw = later.view();
  }
  // What came behind the body is the next request.
  if (!later.empty()) pipelined_.append(later.view());
  whole_body_ = body_.view();
  co_return Result<void>();
}

}  // namespace headgate::server
