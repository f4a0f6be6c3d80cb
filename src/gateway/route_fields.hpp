// What every answer tells of its way, in headers.
#pragma once

#include <string>

#include "headgate/gateway/gateway.hpp"

namespace headgate::gateway {

// Header lines, each with its CRLF.
void append_route_fields(std::string& fields, const Call& call, const Target& target, const AttemptRecord& attempt,
                         core::TimePoint now);

}  // namespace headgate::gateway
