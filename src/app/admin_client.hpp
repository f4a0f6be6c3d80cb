// Asking a running daemon over its admin listener.
#pragma once

#include <string>

#include "headgate/core/result.hpp"
#include "headgate/server/settings.hpp"

namespace headgate::app {

struct AdminReply {
  int status = 0;
  std::string body;
};

// Blocks for at most two seconds.
core::Result<AdminReply> ask_admin(const server::Address& admin, const std::string& path);
// The same with POST and a body of JSON.
core::Result<AdminReply> tell_admin(const server::Address& admin, const std::string& path, const std::string& body);

}  // namespace headgate::app
