// What POST /admin/v1/drills says.
#pragma once

#include <string_view>

#include "headgate/core/result.hpp"
#include "headgate/server/server.hpp"

namespace headgate::server {

// Nothing, or {"mode": "shadow" | "live", "hold_seconds": 0 to 600}. Error: invalid_json, or invalid_request
// with the member at fault.
core::Result<DrillAsk> read_drill_ask(std::string_view body);

}  // namespace headgate::server
