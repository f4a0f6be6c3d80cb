// Frames of application/vnd.amazon.eventstream, as a service writes them.
#pragma once

#include <string>
#include <string_view>

#include "headgate/wire/aws_event_stream.hpp"

namespace headgate::test {

inline std::string big_endian(std::size_t value, int size) {
  std::string out;
  for (int i = size - 1; i >= 0; --i) out += static_cast<char>(value >> 8 * i & 0xff);
  return out;
}

inline std::string aws_header(std::string_view name, std::string_view value) {
  return big_endian(name.size(), 1).append(name).append("\x07").append(big_endian(value.size(), 2)).append(value);
}

inline std::string aws_frame_of(std::string_view headers, std::string_view payload) {
  auto out = big_endian(16 + headers.size() + payload.size(), 4) + big_endian(headers.size(), 4);
  out += big_endian(wire::crc32(out), 4);
  out.append(headers).append(payload);
  return out += big_endian(wire::crc32(out), 4);
}

inline std::string aws_event(std::string_view name, std::string_view payload) {
  return aws_frame_of(aws_header(":event-type", name) + aws_header(":content-type", "application/json") +
                          aws_header(":message-type", "event"),
                      payload);
}

inline std::string aws_exception(std::string_view name, std::string_view payload) {
  return aws_frame_of(aws_header(":exception-type", name) + aws_header(":content-type", "application/json") +
                          aws_header(":message-type", "exception"),
                      payload);
}

}  // namespace headgate::test
