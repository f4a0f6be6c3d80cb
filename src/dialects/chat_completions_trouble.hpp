// Failures that providers report inside a 200.
#pragma once

#include <optional>

#include "headgate/core/error.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::dialects::chat_completions {

// What the `error` of an answer or of a chunk says. Its number is a status where it can be one.
core::Error reported_error(wire::JsonValue document);

// A reason to finish that is none: "error", or a provider out of breath.
std::optional<core::Error> trouble_in(wire::JsonValue finish_reason);

}  // namespace headgate::dialects::chat_completions
