// How a request's prompt begins, where that is long enough for a provider to remember it.
#pragma once

#include <optional>

#include "headgate/dialects/dialect.hpp"
#include "headgate/providers/prompt_prefix.hpp"

namespace headgate::gateway {

// Value.
struct Prompt {
  providers::PromptPrefix prefix;
  bool seen = false;                       // its instructions came before, a short while ago
  std::optional<dialects::Dialect> own{};  // the client's, where it is not that of policy
};

}  // namespace headgate::gateway
