// Providers' prompt caches in the story of a request: what lies where is reckoned with, asked for, and learned from
// answers.
#pragma once

#include <string>

#include "headgate/chat/request.hpp"
#include "headgate/gateway/decision.hpp"
#include "headgate/gateway/record.hpp"
#include "headgate/gateway/snapshot.hpp"

namespace headgate::gateway {

// Only of a prompt that is long enough for any of it to be remembered.
void note_prompt(const Ask& ask, const Snapshot& snapshot, RequestRecord& record);

// What a target is expected to read from what it remembers, and to be told to remember.
struct Warmth {
  core::Tokens cached = 0, written = 0;
};
Warmth warmth_of(const Target& target, const RequestRecord& record, const Accounting& accounting, core::TimePoint now);

// A request that is about to be written in the provider's words.
void ask_to_remember(chat::Request& asked, const Target& target, const RequestRecord& record);

// A member to be put in front of a request that goes as it came; empty: none.
std::string cache_key_member(const wire::openai::Request& request, const Target& target, const RequestRecord& record);

// What an answer tells.
void learn_what_is_warm(const Target& target, const RequestRecord& record, const AttemptRecord& attempt,
                        Accounting& accounting, core::TimePoint now);

}  // namespace headgate::gateway
