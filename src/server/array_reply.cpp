#include "array_reply.hpp"

namespace headgate::server {

using net::Task;

namespace {

// Events are bounded by what was read of the provider.
constexpr std::size_t no_limit = ~std::size_t{0};

}  // namespace

ArrayReply::ArrayReply(gateway::ReplyWriter& reply) : reply_(reply), events_(no_limit) {}

Task<bool> ArrayReply::send(const gateway::ReplyHead& head, std::string_view body) { return reply_.send(head, body); }

void ArrayReply::begin_stream(const gateway::ReplyHead& head) {
  reply_.begin_stream({head.status, "application/json; charset=utf-8", head.fields});
}

Task<bool> ArrayReply::write(const net::Outgoing& pieces) {
  take(pieces);
  if (items_.empty()) co_return true;
  net::Outgoing out;
  out.add(items_);
  co_return co_await reply_.write(out);
}

// Also where it ends with an error, which is its last item.
Task<bool> ArrayReply::finish(const net::Outgoing& pieces, bool clean) {
  take(pieces);
  items_.append(begun_ ? "\n]\n" : "[]\n");
  net::Outgoing out;
  out.add(items_);
  co_return co_await reply_.finish(out, clean);
}

void ArrayReply::take(const net::Outgoing& pieces) {
  using Status = wire::SseReader::Status;
  for (const auto& piece : pieces.buffers()) pending_.append(static_cast<const char*>(piece.data()), piece.size());
  items_.clear();
  std::size_t taken = 0;
  wire::SseReader::Event event;
  for (;;) {
    const auto status = events_.next(std::string_view(pending_).substr(taken), event);
    if (status != Status::event && status != Status::skipped) break;
    taken += event.consumed;
    if (status == Status::skipped) continue;
    items_.append(std::exchange(begun_, true) ? ",\n" : "[").append(event.data);
  }
  pending_.erase(0, taken);
}

}  // namespace headgate::server
