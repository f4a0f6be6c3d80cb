// What stands behind a session: decides before the body is read, answers after.
#pragma once

#include <string>
#include <string_view>

#include "endpoints.hpp"
#include "headgate/access/key_book.hpp"
#include "headgate/gateway/record.hpp"
#include "headgate/gateway/reply_writer.hpp"
#include "headgate/net/loop.hpp"
#include "headgate/server/server.hpp"
#include "headgate/wire/http.hpp"

namespace headgate::server {

// One request whose body has been read. Lives as long as its answer takes.
struct Request {
  const wire::RequestHead& head;
  std::string_view head_text;
  const Match& match;
  std::string_view body;  // followed by wire::json_padding readable bytes
  gateway::ReplyWriter& reply;
  net::Interrupt& interrupt;
  gateway::RequestRecord& record;
  SnapshotPtr snapshot;
};

// Worker-confined.
class Service {
 public:
  virtual std::span<const Endpoint> endpoints() const = 0;
  virtual SnapshotPtr snapshot() const = 0;
  // Whether its requests are traffic, or somebody looking at it.
  virtual bool counts_requests() const = 0;
  // What a client is told that asks for a URL nobody serves.
  virtual std::string_view where_to_look() const = 0;
  // Before the body is read: whether the request may come from where it comes. Error: the 403.
  virtual core::Result<void> admit(const wire::RequestHead& head, const gateway::Snapshot& snapshot) const = 0;
  // Before the body is read: who is calling. Errors: the 401s.
  virtual core::Result<access::Identity> identify(const wire::RequestHead& head, const gateway::Snapshot& snapshot,
                                                  core::WallTime now) const = 0;
  virtual net::Task<void> answer(Request& request) = 0;

 protected:
  ~Service() = default;
};

}  // namespace headgate::server
