// For a client that speaks another dialect than the one requests are decided by: its request in those words,
// and the answer to it in its own.
#pragma once

#include <string>

#include "headgate/dialects/codec.hpp"
#include "headgate/gateway/gateway.hpp"
#include "policy_events.hpp"

namespace headgate::gateway {

class ResponseTurn;

// Lives for one request. Worker-confined.
class Interpreter final : public ReplyWriter {
 public:
  // `call`, `json` and `turn` outlive it; `turn` null: the request stands alone.
  Interpreter(Call& call, wire::JsonReader& json, ResponseTurn* turn = nullptr);

  // Errors: invalid_json, invalid_request.
  core::Result<void> read_request();
  // The same call in the words of policy; borrows from here. After read_request.
  Call call() { return understood_call(); }

  net::Task<bool> send(const ReplyHead& head, std::string_view body) override;
  void expect_stream() override { reply_.expect_stream(); }
  bool stream_begun() const override { return reply_.stream_begun(); }
  void begin_stream(const ReplyHead& head) override;
  net::Task<bool> write(const net::Outgoing& pieces) override;
  net::Task<bool> finish(const net::Outgoing& pieces, bool clean) override;

 private:
  Call understood_call();
  dialects::Shown shown() const;
  // What the pieces say, in the client's dialect. Error: they say nothing that can be understood.
  core::Result<void> interpret(const net::Outgoing& pieces);
  core::Result<void> break_off(const core::Error& error);

  Call& call_;
  wire::JsonReader& json_;
  ResponseTurn* turn_;
  ReplyWriter& reply_;
  const dialects::Codec& codec_;
  chat::Request asked_;
  std::string echo_;  // what answers repeat of it
  OwnWords own_;
  std::string policy_text_;

  PolicyEvents policy_;
  std::unique_ptr<dialects::EventWriter> writer_;  // from the stream's beginning
  chat::Events events_;
  std::string said_;
};

}  // namespace headgate::gateway
