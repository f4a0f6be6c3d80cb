// Which parts of a prompt a provider is told to remember, where it wants to be told. docs/decisions/0024 has the sums.
#pragma once

#include "headgate/chat/request.hpp"
#include "headgate/providers/prompt_cache.hpp"
#include "headgate/providers/prompt_prefix.hpp"

namespace headgate::providers {

// What remembered tokens cost next to fresh ones. As Anthropic charges, unless a price says otherwise.
struct CachePrice {
  double read = 0.1, write = 1.25;
};

// Value.
struct PromptMarks {
  bool tools = false, instructions = false, history = false;

  bool any() const { return tools || instructions || history; }
  bool operator==(const PromptMarks&) const = default;
};

// Those that are likely to pay. `seen`: its instructions came before, a short while ago.
PromptMarks marks_worth(const PromptPrefix& prefix, bool seen, core::Tokens input, const PromptCache& cache,
                        const CachePrice& price);

// At most four, as all take. A client's own stay as they are, and stay alone.
void place_marks(chat::Request& request, PromptMarks marks);

}  // namespace headgate::providers
