// A stream as one JSON array: for clients of generateContent that did not ask for events.
#pragma once

#include <string>

#include "headgate/gateway/reply_writer.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::server {

// Takes events, and hands on their data as the items of an array. Lives for one request. Worker-confined.
class ArrayReply final : public gateway::ReplyWriter {
 public:
  explicit ArrayReply(gateway::ReplyWriter& reply);

  net::Task<bool> send(const gateway::ReplyHead& head, std::string_view body) override;
  // Comments have no place in an array.
  void expect_stream() override {}
  bool stream_begun() const override { return reply_.stream_begun(); }
  void begin_stream(const gateway::ReplyHead& head) override;
  net::Task<bool> write(const net::Outgoing& pieces) override;
  net::Task<bool> finish(const net::Outgoing& pieces, bool clean) override;

 private:
  void take(const net::Outgoing& pieces);

  gateway::ReplyWriter& reply_;
  wire::SseReader events_;
  std::string pending_;  // of an event
  std::string items_;
  bool begun_ = false;
};

}  // namespace headgate::server
