// OpenAI's embeddings, the surface for clients, said to providers of other dialects that have embeddings, too.
#pragma once

#include <string>
#include <string_view>

#include "headgate/dialects/dialect.hpp"

namespace headgate::dialects::embeddings {

// `body` is a request of OpenAI's; floats are asked for, whatever it wants. Errors: invalid_request with param;
// cannot_say for a dialect without embeddings, for tokens in place of texts, and for members it has no word for.
core::Result<Written> write_request(wire::JsonValue body, std::string_view model, Dialect to);

// OpenAI's list of what a provider answered. Errors: upstream_error.
core::Result<std::string> read_answer(wire::JsonValue body, const Shown& shown, Dialect from);

}  // namespace headgate::dialects::embeddings
