#include "headgate/wire/trace_context.hpp"

#include <algorithm>

namespace headgate::wire {
namespace {

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) { return is_hex(text) && text.find_first_not_of('0') != text.npos; }

}  // namespace

std::optional<TraceContext> read_traceparent(std::string_view header) {
  constexpr std::size_t size = 55;  // 2-32-16-2 with their dashes
  if (header.size() < size || header[2] != '-' || header[35] != '-' || header[52] != '-') return {};
  const auto version = header.substr(0, 2), trace = header.substr(3, 32), parent = header.substr(36, 16),
             flags = header.substr(53, 2);
  if (!is_hex(version) || version == "ff" || !is_id(trace) || !is_id(parent) || !is_hex(flags)) return {};
  if (header.size() > size && (version == "00" || header[size] != '-')) return {};
  const char low = flags[1];
  const int nibble = low <= '9' ? low - '0' : low - 'a' + 10;
  return TraceContext{std::string(trace), std::string(parent), (nibble & 1) != 0};
}

std::string write_traceparent(const TraceContext& context) {
  return "00-" + context.trace_id + "-" + context.parent_id + (context.sampled ? "-01" : "-00");
}

}  // namespace headgate::wire
