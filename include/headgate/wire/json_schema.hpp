// Whether a JSON value is what a schema asks for, judged as far as that is safe: schema and value may come from
// anybody.
#pragma once

#include "headgate/wire/json.hpp"

namespace headgate::wire {

enum class Fit : std::uint8_t { fits, breaks, unknown };

// Bounded in time and depth, allocates next to nothing, fetches nothing. What it does not judge (`pattern`, `format`,
// `uniqueItems`, references to elsewhere, ...) or has no time for is unknown, and so is whatever hangs on it.
Fit fit(JsonValue schema, JsonValue value);

}  // namespace headgate::wire
