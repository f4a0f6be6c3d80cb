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
chat::Finish finish_of(std::string_view reason, bool called_tools);

// Empty where nothing can be said.
std::string_view reason_of(chat::Finish finish);

core::Usage read_usage(wire::JsonValue usage);
void write_usage(wire::JsonWriter& json, const core::Usage& usage);

// The text is one JSON object.
bool is_object(const std::string& text);

// Parts as they are said by a model.
void write_text(wire::JsonWriter& json, std::string_view text);
void write_thought(wire::JsonWriter& json, std::string_view text, std::string_view signature);
void write_call(wire::JsonWriter& json, std::string_view id, std::string_view name, const std::string& arguments,
                std::string_view signature);

}  // namespace headgate::dialects::gemini
