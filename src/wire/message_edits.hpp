// Instructions put where a model reads them. Texts are as they stand inside the quotes of a JSON string.
#pragma once

#include <string_view>

#include "edits.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::wire {

// Behind what the system says already, or as a message in front of all others.
void add_instruction(Edits& edits, JsonValue messages, std::string_view instruction);

bool has_system_message(JsonValue messages);

// For a model that knows no such role: what the system's messages say, and `instruction`, stand in
// front of the user's first words.
void give_system_texts_to_user(Edits& edits, JsonValue messages, std::string_view instruction);

}  // namespace headgate::wire
