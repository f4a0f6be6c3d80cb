// The little of HTTP that the mock upstream reads.
#pragma once

#include <strings.h>

#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

namespace bench {

inline std::string_view header(std::string_view head, std::string_view name) {
  for (size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at)) {
    at += 2;
    const std::string_view line = head.substr(at, head.find("\r\n", at) - at);
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    if (strncasecmp(line.data(), name.data(), name.size()) == 0) return line.substr(name.size() + 1);
  }
  return {};
}

// Size of the first request in `in`, head included; 0 while it is not complete.
inline size_t request_size(const std::string& in) {
  constexpr std::string_view last_chunk = "\r\n0\r\n\r\n";
  const size_t head_end = in.find("\r\n\r\n");
  if (head_end == in.npos) return 0;
  const auto head = std::string_view(in).substr(0, head_end);
  if (header(head, "transfer-encoding").find("chunked") != head.npos) {
    const size_t end = in.find(last_chunk, head_end + 2);
    return end == in.npos ? 0 : end + last_chunk.size();
  }
  const std::string length(header(head, "content-length"));
  const size_t size = head_end + 4 + std::strtoul(length.c_str(), nullptr, 10);
  return in.size() < size ? 0 : size;
}

// Two dialects ask by the URL.
inline bool asks_for_stream(std::string_view request) {
  const auto line = request.substr(0, request.find("\r\n"));
  if (line.find(":streamGenerateContent") != line.npos || line.find("/converse-stream") != line.npos) return true;
  return request.find("\"stream\":true") != request.npos || request.find("\"stream\": true") != request.npos;
}

}  // namespace bench
