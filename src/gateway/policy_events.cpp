#include "policy_events.hpp"

#include "headgate/core/error_names.hpp"
#include "headgate/dialects/chat_completions.hpp"

namespace headgate::gateway {

using core::Result;

namespace {

// Events of policy's own making are bounded by what was read of the provider.
constexpr std::size_t no_limit = ~std::size_t{0};

// An error in the gateway's own words, so that it is not taken for a provider's.
std::optional<chat::Event> own_error(wire::JsonReader& json, std::string_view data) {
  if (!data.starts_with(R"({"error":)")) return std::nullopt;
  const auto document = json.read_lenient(data);
  if (!document) return std::nullopt;
  const auto error = (*document)["error"];
  const auto code = core::code_named(error["code"].string());
  if (!code) return std::nullopt;
  chat::Event event;
  event.kind = chat::Event::Kind::error;
  event.error = core::Error(*code, error["message"].string()).with_param(error["param"].string());
  return event;
}

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
    if (auto error = own_error(json, event.data)) {
      out.push_back(*std::move(error));
      continue;
    }
    if (auto read = events_->read(json, event.name, event.data, out); !read) return read;
  }
  pending_.erase(0, taken);
  return {};
}

}  // namespace headgate::gateway
