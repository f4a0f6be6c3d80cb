// How a provider says things: its dialect, and its own way of speaking it.
#pragma once

#include <variant>

#include "headgate/chat/request.hpp"
#include "headgate/core/result.hpp"
#include "headgate/dialects/anthropic.hpp"
#include "headgate/dialects/bedrock.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/dialects/dialect.hpp"
#include "headgate/dialects/gemini.hpp"
#include "headgate/dialects/responses.hpp"

namespace headgate::dialects {

// Spoken in one way only.
struct ResponsesWords {};
struct ConverseWords {};

// In the order of Dialect.
using Words = std::variant<chat_completions::Words, ResponsesWords, anthropic::Words, gemini::Words, ConverseWords>;

inline Dialect dialect_of(const Words& words) { return static_cast<Dialect>(words.index()); }

// Whether one request can ask for several answers.
bool asks_for_several(const Words& words);

// Errors: capability_unavailable, where it cannot be said.
core::Result<Written> write_request(const chat::Request& request, const Words& words);

}  // namespace headgate::dialects
