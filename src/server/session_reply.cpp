// Writing answers: whole with a length, or streamed in chunks.
#include "headgate/core/text.hpp"
#include "headgate/dialects/codec.hpp"
#include "session.hpp"

namespace headgate::server {

using net::Task;

namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Unknown";
  }
}

constexpr std::string_view event_stream = "text/event-stream; charset=utf-8";
constexpr std::string_view uncached = "cache-control: no-cache\r\nx-accel-buffering: no\r\n";

}  // namespace

void Session::append_head(const gateway::ReplyHead& head) {
  if (draining_) keep_alive_ = false;
  record_.status = head.status;
  replied_ = true;
  out_.append("HTTP/1.1 ");
  core::append_number(out_, head.status);
  out_.append(" ").append(reason(head.status)).append("\r\ncontent-type: ").append(head.content_type);
  out_.append("\r\nx-request-id: ").append(record_.id).append("\r\nrequest-id: ").append(record_.id).append("\r\n");
  out_.append(head.fields);
  if (!keep_alive_)
    out_.append("connection: close\r\n");
  else if (head_.minor_version == 0)
    out_.append("connection: keep-alive\r\n");
}

Task<bool> Session::send(const gateway::ReplyHead& head, std::string_view body) {
  out_.clear();
  append_head(head);
  out_.append("content-length: ");
  core::append_number(out_, body.size());
  out_.append("\r\n\r\n");
  net::Outgoing outgoing;
  outgoing.add(out_);
  if (head_.method != wire::Method::head) outgoing.add(body);
  record_.bytes_out = body.size();
  co_return co_await write_out(outgoing);
}

void Session::expect_stream() {
  const auto silence = context_.settings.heartbeat;
  if (silence.count() > 0) context_.loop.deadlines().arm(heartbeat_, context_.loop.deadlines().in(silence));
}

void Session::append_heartbeat() {
  const auto beat = dialects::heartbeat(match_.endpoint->dialect);
  if (!streams_chunked_) return void(out_.append(beat));
  core::append_number(out_, beat.size(), 16);
  out_.append("\r\n").append(beat).append("\r\n");
}

// Between two writes, and only as far as the client takes it at once: what is left goes out before the next piece.
void Session::beat() {
  if (writing_ || cut_) return;
  if (!streaming_) begin_stream({200, event_stream, uncached});
  if (!beating_) append_heartbeat();
  net::Outgoing outgoing;
  outgoing.add(out_);
  net::error_code error;
  const bool gone_out = stream_.write_now(outgoing, error);
  if (error) return;  // the end of the connection is noticed elsewhere
  beating_ = !gone_out;
  out_.erase(0, out_.size() - boost::asio::buffer_size(outgoing.buffers()));
  expect_stream();
}

void Session::begin_stream(const gateway::ReplyHead& head) {
  if (streaming_) return;
  streaming_ = true;
  streams_chunked_ = head_.minor_version == 1;
  if (!streams_chunked_) keep_alive_ = false;
  out_.clear();
  append_head(head);
  out_.append(streams_chunked_ ? "transfer-encoding: chunked\r\n\r\n" : "\r\n");
}

Task<bool> Session::write(const net::Outgoing& pieces) { return write_pieces(pieces, pieces.empty() ? "" : "\r\n"); }

Task<bool> Session::finish(const net::Outgoing& pieces, bool clean) {
  if (!clean) keep_alive_ = false;
  streaming_ = false;
  return write_pieces(pieces, pieces.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n");
}

// One chunk, with the head in front if it has not left yet.
Task<bool> Session::write_pieces(const net::Outgoing& pieces, std::string_view last) {
  const auto size = boost::asio::buffer_size(pieces.buffers());
  record_.bytes_out += size;
  framing_.clear();
  if (streams_chunked_ && size > 0) {
    core::append_number(framing_, size, 16);
    framing_.append("\r\n");
  }
  net::Outgoing outgoing;
  outgoing.add(out_);
  outgoing.add(framing_);
  outgoing.add(pieces);
  if (streams_chunked_) outgoing.add(last);
  const bool there = co_await write_out(outgoing);
  out_.clear();
  co_return there;
}

Task<bool> Session::write_out(net::Outgoing& outgoing) {
  writing_ = true;
  const auto patience = context_.settings.timeouts.write;
  stream_.expires_at(context_.loop.deadlines().in(cut_ ? std::min(patience, last_write) : patience));
  co_await context_.loop.rest_of_turn();
  net::error_code error;
  if (!stream_.write_now(outgoing, error) && !error) {
    const auto since = core::Clock::now();
    error = co_await stream_.write_rest(outgoing);
    record_.client += core::Clock::now() - since;
    if (stream_.expired()) record_.detail = "the client did not take the answer within server.timeouts.write";
  }
  if (!error) stream_.expires_at(core::no_deadline);
  writing_ = beating_ = false;
  if (streaming_)
    expect_stream();
  else
    context_.loop.deadlines().disarm(heartbeat_);
  co_return !error;
}

}  // namespace headgate::server
