// How hard a model shall think, in the words of each vendor.
#pragma once

#include <string>
#include <vector>

#include "headgate/chat/request.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::chat_completions {

// False: there are no words for it.
bool write_thinking(wire::JsonWriter& json, const chat::Request& request, const Words& words,
                    std::vector<std::string>& changed);

}  // namespace headgate::dialects::chat_completions
