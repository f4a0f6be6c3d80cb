// A stream of server-sent events through a dialect's reader, and what it meant through its writer.
#pragma once

#include <string>
#include <string_view>

#include "headgate/dialects/dialect.hpp"
#include "headgate/wire/sse.hpp"
#include "input.hpp"

namespace headgate::test {

inline void read_stream(std::string_view stream, dialects::EventReader& reader, dialects::EventWriter& writer) {
  using Status = wire::SseReader::Status;
  wire::SseReader sse(1 << 16);
  wire::JsonReader json;
  chat::Events pieces;
  for (wire::SseReader::Event event;;) {
    const auto status = sse.next(stream, event);
    if (status != Status::event && status != Status::skipped) break;
    const Padded data(event.data, wire::json_padding);
    if (status == Status::event && !reader.read(json, event.name, data.text(), pieces)) break;
    stream.remove_prefix(event.consumed);
  }
  (void)reader.end(pieces);
  std::string out;
  for (const auto& piece : pieces) writer.write(out, piece);
}

}  // namespace headgate::test
