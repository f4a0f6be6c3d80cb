// OpenAI's completions, the API before conversations: one text in, its continuation out. Clients of it are answered by
// models that converse; providers that have it get such requests as they are.
#pragma once

#include <memory>
#include <string>

#include "headgate/dialects/dialect.hpp"

namespace headgate::dialects::completions {

// The prompt becomes the one message of a user. Errors: invalid_request with param; cannot_say, where a model that
// converses has no such thing: `suffix`, `echo`, `logprobs`, `best_of`, several prompts, prompts of tokens.
core::Result<chat::Request> read_request(wire::JsonValue body);

// Thoughts are left out: there is no place for them.
void append_answer(std::string& out, const chat::Answer& answer, const Shown& shown);
std::unique_ptr<EventWriter> make_event_writer(Shown shown);

}  // namespace headgate::dialects::completions
