// Where results of tools stand in a conversation.
#pragma once

#include <vector>

#include "headgate/chat/message.hpp"

namespace headgate::chat {

// Between one turn of the model and the next, results come before all else that was said: providers want them behind
// the calls they answer, and clients may send them when they have them.
void put_results_first(std::vector<Message>& messages);

}  // namespace headgate::chat
