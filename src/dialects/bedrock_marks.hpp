// Marks of the prompt cache, of which Converse takes four.
#pragma once

#include <optional>

#include "headgate/chat/request.hpp"

namespace headgate::dialects::bedrock {

// The same request with its last four marks, which span the most; nothing where it has no more.
std::optional<chat::Request> with_fewer_marks(const chat::Request& request);

}  // namespace headgate::dialects::bedrock
