// The tokens of one answer in classes that do not overlap, whatever the provider's own words
// include or leave out. Unknown is not zero.
#pragma once

#include <cstdint>
#include <optional>

namespace headgate::core {

using Tokens = std::uint64_t;

struct Usage {
  std::optional<Tokens> input;        // read afresh
  std::optional<Tokens> cache_read;   // input the provider remembered
  std::optional<Tokens> cache_write;  // input the provider was told to remember
  std::optional<Tokens> output;       // without reasoning
  std::optional<Tokens> reasoning;
  bool implausible = false;  // a negative or absurd count was reported and left out

  bool known() const { return input || output; }
  Tokens all_input() const { return input.value_or(0) + cache_read.value_or(0) + cache_write.value_or(0); }
  Tokens all_output() const { return output.value_or(0) + reasoning.value_or(0); }
};

}  // namespace headgate::core
