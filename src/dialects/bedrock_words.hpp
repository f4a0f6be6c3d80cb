// Words of Bedrock that its readers and writers share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "headgate/chat/answer.hpp"
#include "headgate/chat/message.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::dialects::bedrock {

// Whose model it is, as far as its name tells: what is asked outside the common words depends on it.
enum class Family : std::uint8_t { claude, nova, other, hidden };
Family family_of(std::string_view model);

// Bedrock's word for a media type; empty: it has none.
std::string_view image_format(std::string_view media_type);
std::string_view audio_format(std::string_view media_type);
std::string_view document_format(std::string_view media_type);
// Of a picture that came without a media type, by its first bytes.
std::string_view image_format_of(std::string_view base64);

// The same for the same id. What others call a call does not always fit: up to 64 letters, digits and
// "_.:-".
std::string tool_use_id(const std::string& id);
bool is_tool_name(std::string_view name);

bool is_base64(std::string_view text);
std::string to_base64(std::string_view bytes);

chat::Finish finish_of(wire::JsonValue stop_reason);
std::string stopped_by(wire::JsonValue additional_fields);
core::Usage usage_of(wire::JsonValue usage);

}  // namespace headgate::dialects::bedrock
