// What requests and answers of the dialect have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/answer.hpp"
#include "headgate/chat/message.hpp"
#include "headgate/wire/json.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::chat_completions {

using wire::JsonValue;
using wire::JsonWriter;

// `cache_control` of a part, a tool or a message, or OpenAI's own mark.
std::optional<chat::CacheTime> read_mark(JsonValue marked);
void write_mark(JsonWriter& json, std::optional<chat::CacheTime> mark);

// The thoughts of a message: `reasoning_details`, else `reasoning_content` or `reasoning`.
void read_thoughts(JsonValue message, std::vector<chat::Part>& out);
// A part of type `thinking`.
chat::Part read_thinking_part(JsonValue part);

// Who signed or sealed it: `format`. Empty where that is not said.
std::string read_origin(JsonValue detail);

// The object for one piece of `reasoning_details`.
void write_thought(JsonWriter& json, const chat::Reasoning& thought, std::size_t index,
                   std::optional<chat::CacheTime> mark);
void write_thought(JsonWriter& json, const chat::SealedReasoning& thought, std::size_t index,
                   std::optional<chat::CacheTime> mark);

// Google's way to sign a call: `extra_content`.
std::string read_call_signature(JsonValue call);
void write_call_signature(JsonWriter& json, const std::string& signature);

// A call as it stands in `tool_calls`; arguments as text, "{}" where there are none. Its `id` may be empty.
chat::ToolCall read_call(JsonValue call);
void write_call(JsonWriter& json, const chat::ToolCall& call, std::string_view id, std::optional<chat::CacheTime> mark);

// The same id for the same words.
std::string made_up_id(std::string_view answer, std::size_t choice, std::size_t index);
std::uint64_t hash_of(std::string_view text);
std::string letters_of(std::uint64_t hash, std::size_t count);

// Finish::unknown for null, Finish::other for words that nobody knows; `calls` tells whether tools were called.
chat::Finish read_finish(JsonValue choice, bool calls);
std::string_view finish_reason(chat::Finish finish, bool refusal_told);
// What `finish_reason` has no word for, beside it; mostly empty.
std::string_view native_finish_reason(chat::Finish finish);

}  // namespace headgate::dialects::chat_completions
