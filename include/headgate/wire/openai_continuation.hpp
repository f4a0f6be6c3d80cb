// An answer that one model begins and another ends: the request to go on with it, and the events of the second
// as part of the first one's stream.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "headgate/core/usage.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::wire::openai {

// How a vendor is told that the last message is an answer to go on with. Value.
struct Prefill {
  enum class Mark : std::uint8_t {
    none,           // an assistant's message at the end says enough
    prefix,         // "prefix": true in it
    partial,        // "partial": true in it
    final_message,  // beside the messages: continue it, and begin no new one
  };
  Mark mark = Mark::none;
  bool repeats = false;  // its answer begins with what it was given
};

// The request with `begun` as the assistant's last message. `written` tokens of the answer are there already, and
// count towards the client's limit. `document` is that of `body`.
std::string continued_body(JsonValue document, std::string_view body, std::string_view begun, core::Tokens written,
                           Prefill::Mark mark);

// The text that an event adds to the only answer of its stream; thoughts add none. Nothing when it shows what
// cannot be given to another model as text: a tool call, a refusal, log probabilities, a second answer.
std::optional<std::string> plain_text(JsonValue event);

// What all events of a stream have in common, its id and model among it: members as JSON, each with a comma.
std::string identity_of(JsonValue event);

// An event as one of a stream that has begun, of that identity. `text`, if any, takes the place of its own, and
// so does `usage` where the event tells one; `event` is the document of `data`.
std::string adopted_event(JsonValue event, std::string_view data, const std::string& identity_of_stream,
                          const std::optional<std::string>& text, const core::Usage& usage);

}  // namespace headgate::wire::openai
