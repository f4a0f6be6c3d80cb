// One of several requests that are made of one, and where its answer goes.
#pragma once

#include <optional>
#include <string>

#include "fan_out.hpp"

namespace headgate::gateway {

class FanOut::Lane final : public ReplyWriter {
 public:
  // What waits for a client that is slower than all lanes together.
  static constexpr std::size_t most_waiting = 64 * 1024;

  Lane(FanOut& all, std::uint32_t choice)
      : drained(all.gateway_.loop_),
        record(record_of(all.call_.record)),
        own(own_words(all.call_, *this)),
        call(call_of(all, *this)),
        all_(all),
        choice_(choice) {}

  net::Task<bool> send(const ReplyHead&, std::string_view body) override {
    whole = body;
    wire::pad(whole);
    co_return true;
  }
  void expect_stream() override {}
  bool stream_begun() const override { return false; }
  void begin_stream(const ReplyHead& head) override {
    if (!std::exchange(all_.begun_, true)) all_.call_.reply.begin_stream(head);
  }
  net::Task<bool> write(const net::Outgoing& pieces) override {
    take(pieces);
    while (!all_.gone_ && all_.said_.size() > most_waiting) (void)co_await drained.wait_until(core::no_deadline);
    co_return !all_.gone_;
  }
  net::Task<bool> finish(const net::Outgoing& pieces, bool) override {
    take(pieces);
    co_return !all_.gone_;
  }

  net::Signal drained;
  net::Interrupt interrupt;
  RequestRecord record;
  std::optional<OwnWords> own;
  Call call;
  std::string whole;  // of an answer that is no stream
  bool done = false;

 private:
  static std::optional<OwnWords> own_words(const Call& call, Lane& lane) {
    if (call.own == nullptr) return std::nullopt;
    return OwnWords{call.own->dialect, call.own->body, {}, call.own->unsaid, lane, false};
  }

  // Who asks and when; what becomes of it is the lane's own.
  static RequestRecord record_of(const RequestRecord& whole) {
    RequestRecord record;
    record.id = whole.id;
    record.trace_id = whole.trace_id;
    record.tenant = whole.tenant;
    record.key_id = whole.key_id;
    record.zone = whole.zone;
    record.route = whole.route;
    record.received = whole.received;
    record.started = whole.started;
    return record;
  }

  static Call call_of(FanOut& all, Lane& lane) {
    const auto& from = all.call_;
    auto wishes = from.wishes;
    if (!all.max_cost_.empty()) wishes.max_cost = all.max_cost_;
    return {from.surface,
            all.body_,
            from.traceparent,
            from.tracestate,
            wishes,
            false,
            from.snapshot,
            lane,
            lane.interrupt,
            lane.record,
            from.without_provider,
            from.dialect,
            from.path,
            lane.own ? &*lane.own : nullptr};
  }

  void take(const net::Outgoing& pieces) {
    chat::Events events;
    if (auto read = events_.read(all_.gateway_.interpreted_, pieces, events); !read) all_.give_up(read.error());
    for (const auto& event : events) all_.pass(event, choice_);
    all_.changed_.notify();
  }

  FanOut& all_;
  std::uint32_t choice_;
  PolicyEvents events_;
};

}  // namespace headgate::gateway
