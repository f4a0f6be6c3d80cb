#include "stream_error.hpp"

#include "headgate/dialects/codec.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::gateway {

std::string error_event(RequestRecord& record, const core::Error& error) {
  record.outcome = error.name();
  record.detail = error.detail();
  std::string body, event;
  wire::openai::append_error(body, error);
  wire::append_event(event, body);
  return event;
}

std::string error_event_of(const Call& call, const core::Error& error) {
  (void)error_event(call.record, error);
  chat::Event failure;
  failure.kind = chat::Event::Kind::error;
  failure.error = error;
  std::string event;
  dialects::codec_of(call.dialect).make_event_writer({call.record.id, {}, 0, true}, {})->write(event, failure);
  return event;
}

net::Task<void> tell_in_stream(Call& call, const core::Error& error) {
  const auto event = error_event(call.record, error);
  net::Outgoing pieces;
  pieces.add(event);
  (void)co_await call.reply.finish(pieces, false);
}

}  // namespace headgate::gateway
