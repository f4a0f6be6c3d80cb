// What a vendor remembers of the prompts it is sent: by itself or where it is told to, from which length on,
// and for how long.
#pragma once

#include <span>
#include <string_view>

#include "headgate/core/time.hpp"
#include "headgate/core/usage.hpp"
#include "headgate/providers/settings.hpp"

namespace headgate::providers {

// Value.
struct PromptCache {
  enum class Kind : std::uint8_t {
    none,
    automatic,
    marked,  // up to the marks in a request
  };
  Kind kind = Kind::none;
  core::Tokens least = 1024;             // shorter beginnings are not remembered
  core::milliseconds lasts{5 * 60'000};  // after the last use
  bool takes_key = false;                // prompt_cache_key

  bool operator==(const PromptCache&) const = default;
};

// In effect for one model of an account.
PromptCache prompt_cache_of(const Account& account, std::string_view upstream);

// The types of accounts that have one.
std::span<const std::string_view> types_with_prompt_cache();

}  // namespace headgate::providers
