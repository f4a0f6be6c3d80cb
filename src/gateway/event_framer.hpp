// Where one event of a stream ends and the next begins: server-sent events, bare JSON among them, or binary frames.
#pragma once

#include <optional>

#include "headgate/dialects/dialect.hpp"
#include "headgate/wire/aws_event_stream.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::gateway {

// Value.
class EventFramer {
 public:
  using Status = wire::SseReader::Status;
  using Event = wire::SseReader::Event;

  EventFramer(dialects::Dialect dialect, std::size_t max_event) : events_(max_event) {
    if (dialect == dialects::Dialect::converse) frames_.emplace(max_event);
  }

  Status next(std::string_view pending, Event& event) {
    if (frames_) return next_frame(pending, event);
    const auto found = events_.next(pending, event);
    return found == Status::skipped ? as_bare_json(pending.substr(0, event.consumed), event) : found;
  }

 private:
  // Some servers put an error into a stream as it is, without a field's name in front. No field begins like that.
  static Status as_bare_json(std::string_view block, Event& event) {
    if (!block.starts_with('{') && !block.starts_with('[')) return Status::skipped;
    if (block.find("\"error\"") == block.npos) return Status::skipped;
    event.data = block;
    return Status::event;
  }

  // A frame that is not sound has no end, like one that is too large.
  Status next_frame(std::string_view pending, Event& event) {
    using Found = wire::AwsEventStreamReader::Status;
    wire::AwsEventStreamReader::Event frame;
    const auto found = frames_->next(pending, frame);
    if (found == Found::need_more) return Status::need_more;
    if (found != Found::event) return Status::too_large;
    event.consumed = frame.consumed;
    event.data = frame.data;
    event.name = frame.name;
    event.canonical = false;
    return Status::event;
  }

  wire::SseReader events_;
  std::optional<wire::AwsEventStreamReader> frames_;
};

}  // namespace headgate::gateway
