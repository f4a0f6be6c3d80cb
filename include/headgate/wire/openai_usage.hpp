// What an answer of OpenAI's dialect says was used, in the counts of every vendor that speaks it.
#pragma once

#include <string>

#include "headgate/core/usage.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::wire::openai {

// `usage` is that member's value.
core::Usage read_usage(JsonValue usage);

// The object as OpenAI defines it: cached tokens are part of the prompt, reasoning of the completion.
void append_usage(std::string& out, const core::Usage& usage);

}  // namespace headgate::wire::openai
