// Who signed or sealed thoughts: nobody else takes them back. Named as in the member `format` of `reasoning_details`.
#pragma once

#include <string>
#include <string_view>

#include "headgate/chat/request.hpp"
#include "headgate/dialects/dialect.hpp"

namespace headgate::dialects {

inline constexpr std::string_view anthropics_thoughts = "anthropic-claude-v1";  // wherever its models are served
inline constexpr std::string_view googles_thoughts = "google-gemini-v1";
inline constexpr std::string_view openais_thoughts = "openai-responses-v1";

// Whose thoughts are told in a dialect; empty: anybody's.
std::string_view origin_of(Dialect dialect);

// Whether `own` may be shown it. Where the origin is not known it may be its own.
inline bool may_return(std::string_view origin, std::string_view own) { return origin.empty() || origin == own; }

bool holds_thoughts_of_others(const chat::Request& request, std::string_view own);

// Clients hand back a signature as they got it and nothing beside it. Of another origin than the one their dialect
// is made for, it has that in front: "google-gemini-v1:c2ln".
struct Signed {
  std::string signature;
  std::string origin;
};
std::string with_origin(std::string_view signature, std::string_view origin, std::string_view own);
Signed read_origin(std::string text, std::string_view own);

// The same where signatures are bytes and clients decode them as base64: "headgateanthropic+claude+v1/c2ln". Empty for
// a signature that is no base64.
std::string with_origin_in_base64(std::string_view signature, std::string_view origin, std::string_view own);
Signed read_origin_in_base64(std::string text, std::string_view own);

bool is_base64(std::string_view text);

}  // namespace headgate::dialects
