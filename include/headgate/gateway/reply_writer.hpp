// The way back to the client, as the gateway sees it.
#pragma once

#include <string>
#include <string_view>

#include "headgate/core/error.hpp"
#include "headgate/dialects/dialect.hpp"
#include "headgate/net/stream.hpp"

namespace headgate::gateway {

struct ReplyHead {
  int status = 200;
  std::string_view content_type = "application/json";
  std::string_view fields = "";  // further header lines, each with its CRLF
};

// Implemented by the session. Each false says that the client is gone. Worker-confined.
class ReplyWriter {
 public:
  virtual net::Task<bool> send(const ReplyHead& head, std::string_view body) = 0;

  // A stream will come, but not yet: from now on its client may be sent comments, which begin the stream.
  virtual void expect_stream() = 0;
  // Whether a head has left, so that whatever is still to say goes into the stream.
  virtual bool stream_begun() const = 0;
  // The head leaves together with the first piece; not at all where a comment came before.
  virtual void begin_stream(const ReplyHead& head) = 0;
  virtual net::Task<bool> write(const net::Outgoing& pieces) = 0;
  // The last pieces and the end of the stream. `clean` false: the connection is closed behind it.
  virtual net::Task<bool> finish(const net::Outgoing& pieces, bool clean) = 0;
  // The stream has no end, and the client shall see that: the connection is closed in the middle of it.
  virtual void abandon() {}

 protected:
  ~ReplyWriter() = default;
};

// Header lines and body of an error as clients of a dialect expect it.
struct ErrorReply {
  std::string fields;
  std::string body;
};
ErrorReply error_reply(const core::Error& error, dialects::Dialect dialect = dialects::Dialect::chat_completions,
                       std::string_view request_id = {});

}  // namespace headgate::gateway
