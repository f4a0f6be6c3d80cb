// What a provider says about an answer beside its words.
#pragma once

#include "headgate/chat/answer.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::dialects::responses {

// OpenAI counts cached tokens into the input and reasoning into the output.
core::Usage read_usage(wire::JsonValue usage);

// Of a response whose words are those of `message`. Unknown: it is not at its end.
chat::Finish read_finish(wire::JsonValue response, bool calls, bool refuses);

// {"code","message"} of a failed response, or an error event.
core::Error read_failure(wire::JsonValue error);

// A count that may be written with a fraction.
std::int64_t read_created(wire::JsonValue response);

}  // namespace headgate::dialects::responses
