// Tokens a provider reports, in the words of OpenAI's chat completions (prompt includes cached,
// completion includes reasoning). Unknown is not zero.
#pragma once

#include <cstdint>
#include <optional>

namespace headgate::wire {

struct Usage {
  std::optional<std::uint64_t> prompt;
  std::optional<std::uint64_t> completion;
  std::optional<std::uint64_t> cached;     // part of prompt
  std::optional<std::uint64_t> reasoning;  // part of completion
  bool implausible = false;                // a negative or absurd count was reported and left out
};

}  // namespace headgate::wire
