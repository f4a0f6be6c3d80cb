// W3C trace context (level 1): a client's trace goes on at the provider.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headgate::wire {

struct TraceContext {
  std::string trace_id;   // 32 lower-case hex digits, not all zero
  std::string parent_id;  // 16, of the caller's span
  bool sampled = false;
};

// Strict: version 00 to fe, lower-case hex, no zero ids. Anything else is as if absent.
std::optional<TraceContext> read_traceparent(std::string_view header);
std::string write_traceparent(const TraceContext& context);

}  // namespace headgate::wire
