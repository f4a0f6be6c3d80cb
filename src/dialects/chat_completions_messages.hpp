// The `messages` of a request, both ways.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headgate/chat/request.hpp"
#include "headgate/core/result.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/wire/json.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::chat_completions {

using Fault = std::optional<core::Error>;  // none: fine

core::Error wrong(std::string param, std::string message);

// Fills `messages`, and `extras` with what has no word.
Fault read_messages(wire::JsonValue list, chat::Request& request);

// Appends the list as JSON.
Fault write_messages(wire::JsonWriter& json, const chat::Request& request, const Words& words,
                     std::vector<std::string>& changed);

// Says once what was changed.
void note(std::vector<std::string>& changed, std::string_view what);

}  // namespace headgate::dialects::chat_completions
