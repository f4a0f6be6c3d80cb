// Words of the GenerateContent API that several of its readers and writers share.
#pragma once

#include <string>
#include <string_view>

#include "headgate/chat/answer.hpp"
#include "headgate/core/usage.hpp"
#include "headgate/wire/json.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::gemini {

// Names something that Google keeps.
bool is_googles(std::string_view uri);

// `unknown` where the reason is left open.
chat::Finish finish_of(std::string_view reason);

// Empty where nothing can be said.
std::string_view reason_of(chat::Finish finish);

core::Usage read_usage(wire::JsonValue usage);
void write_usage(wire::JsonWriter& json, const core::Usage& usage);

// As OpenAI tells them.
chat::Json logprobs_of(wire::JsonValue result);
// The member `logprobsResult`, of what OpenAI tells; nothing where there is no such thing.
void write_logprobs(wire::JsonWriter& json, const chat::Json& logprobs);

// Sound JSON without the spaces and lines between its words: whole answers come laid out for reading.
chat::Json compact(std::string_view json);

// The text is one JSON object.
bool is_object(const std::string& text);

// Parts as they are said by a model.
void write_text(wire::JsonWriter& json, std::string_view text);
void write_thought(wire::JsonWriter& json, std::string_view text, std::string_view signature);
void write_call(wire::JsonWriter& json, std::string_view id, std::string_view name, const std::string& arguments,
                std::string_view signature);

}  // namespace headgate::dialects::gemini
