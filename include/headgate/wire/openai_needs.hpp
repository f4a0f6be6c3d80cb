// What a model must be able to do to take a request, and how much it will read and write.
#pragma once

#include <optional>

#include "headgate/core/capability.hpp"
#include "headgate/core/usage.hpp"
#include "headgate/wire/json.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::wire::openai {

// Value.
struct Needs {
  core::FeatureSet features;
  core::Tokens input_tokens = 0;              // an estimate from bytes; docs/adaptation.md says how wrong it is
  core::Tokens most_input_tokens = 0;         // nearly never exceeded: what to reserve
  std::optional<core::Tokens> output_tokens;  // the client's own limit, for each choice
  unsigned choices = 1;                       // answers asked for
};

// A member of the wrong type counts as absent: that is for the provider to say.
Needs read_needs(Surface surface, JsonValue document);

// Where nothing is known of a body but its size. Images named by address are not in it.
core::Tokens most_input_tokens(std::size_t body_bytes);

}  // namespace headgate::wire::openai
