// Writes a conversation as the dialect's turns.
#pragma once

#include <string>
#include <vector>

#include "headgate/chat/request.hpp"
#include "headgate/core/result.hpp"
#include "headgate/dialects/gemini.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::gemini {

// `systemInstruction` and `contents`. Errors: cannot_say.
core::Result<void> write_conversation(wire::JsonWriter& json, const chat::Request& request, const Words& words,
                                      std::vector<std::string>& changed);

// Adds what is told once.
void tell(std::vector<std::string>& changed, std::string_view what);

}  // namespace headgate::dialects::gemini
