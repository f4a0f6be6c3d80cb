// Logprobs as OpenAI has them, {"content":[...],"refusal":[...]}: a stream tells those of each piece.
#pragma once

#include <string_view>

#include "headgate/chat/message.hpp"

namespace headgate::chat {

// Both are sound JSON; `all` may be empty. Lists become one, null is no list.
void append_logprobs(Json& all, std::string_view more);

}  // namespace headgate::chat
