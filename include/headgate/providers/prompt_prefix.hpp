// How a prompt begins, in digests: by them it is known again when the same conversation comes back longer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/secret.hpp"
#include "headgate/core/usage.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::providers {

// Value. The digests are of a tenant's prompt, and no other tenant has the same.
struct PromptPrefix {
  static constexpr std::size_t most_turns = 32;

  std::uint64_t instructions = 0;                          // tools, and the instructions in front
  std::uint64_t opening = 0;                               // these and the first message behind them
  std::vector<std::uint64_t> turns;                        // up to the end of each of the last messages
  core::Tokens tools_tokens = 0, instructions_tokens = 0;  // about; the latter with the tools
  bool goes_on = false;                                    // the model has answered in it before
  bool has_marks = false;                                  // the client's own
  bool has_key = false;                                    // likewise
};

// Of a request in the words of chat completions. Marks do not count: clients move them from turn to turn.
PromptPrefix read_prompt_prefix(wire::JsonValue document, std::string_view tenant);

// The same for all that begin alike, so that they are sent where the beginning is remembered. Tells nothing of
// what is in them, nor whose they are.
std::string prompt_cache_key(const PromptPrefix& prefix, const core::Secret& account_key);

// Of what a prefix is looked for under: not the same at two places.
std::uint64_t digest_at(std::uint64_t prefix, std::uint64_t place);
std::uint64_t digest_of(std::string_view text);

}  // namespace headgate::providers
