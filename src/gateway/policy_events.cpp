#include "policy_events.hpp"

#include "headgate/dialects/chat_completions.hpp"

namespace headgate::gateway {

using core::Result;

namespace {

// Events of policy's own making are bounded by what was read of the provider.
constexpr std::size_t no_limit = ~std::size_t{0};

}  // namespace

PolicyEvents::PolicyEvents() : sse_(no_limit), events_(dialects::chat_completions::make_event_reader()) {}

Result<void> PolicyEvents::read(wire::JsonReader& json, const net::Outgoing& pieces, chat::Events& out) {
  for (const auto& piece : pieces.buffers()) pending_.append(static_cast<const char*>(piece.data()), piece.size());
  wire::pad(pending_);
  std::size_t taken = 0;
  wire::SseReader::Event event;
  for (;;) {
    const auto status = sse_.next(std::string_view(pending_).substr(taken), event);
    if (status != wire::SseReader::Status::event && status != wire::SseReader::Status::skipped) break;
    taken += event.consumed;
    if (status == wire::SseReader::Status::skipped) continue;
    if (auto read = events_->read(json, event.name, event.data, out); !read) return read;
  }
  pending_.erase(0, taken);
  return {};
}

}  // namespace headgate::gateway
