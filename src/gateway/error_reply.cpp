#include <fmt/format.h>

#include <cmath>

#include "headgate/dialects/codec.hpp"
#include "headgate/gateway/reply_writer.hpp"

namespace headgate::gateway {
namespace {

// SDKs try 408, 409, 429 and 5xx again by themselves. They must not when the gateway has already
// asked everybody, or every outage is multiplied by three.
bool stops_retries(const core::Error& error) {
  if (error.code() == core::Code::insufficient_quota || error.code() == core::Code::budget_exceeded) return true;
  return error.failover_exhausted() && (error.status() == 502 || error.status() == 504);
}

}  // namespace

ErrorReply error_reply(const core::Error& error, dialects::Dialect dialect, std::string_view request_id) {
  ErrorReply reply;
  if (stops_retries(error)) reply.fields = "x-should-retry: false\r\n";
  auto wait = error.retry_after_seconds();
  if (!wait && (error.status() == 503 || error.status() == 429)) wait = 1;
  if (wait && error.code() != core::Code::insufficient_quota)
    reply.fields += fmt::format("retry-after: {}\r\nretry-after-ms: {}\r\n", static_cast<int>(std::ceil(*wait)),
                                static_cast<int>(std::ceil(*wait * 1000)));
  dialects::codec_of(dialect).append_error(reply.body, error, request_id);
  return reply;
}

}  // namespace headgate::gateway
