// What an answer says of how it came about: in its headers, and in a stream's last chunk.
#pragma once

#include <string>

#include "headgate/gateway/gateway.hpp"

namespace headgate::gateway {

// Header lines: who answered, after how many attempts, for how much.
void append_route_fields(std::string& fields, const Call& call, const Target& target, const AttemptRecord& attempt,
                         core::TimePoint now);

// The same as a member of a chunk; its object stays open.
void append_route_member(std::string& out, const RequestRecord& record, const AttemptRecord& attempt);

}  // namespace headgate::gateway
