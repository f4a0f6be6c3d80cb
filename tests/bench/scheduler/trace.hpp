// When requests come and how long they and their answers are: the Azure LLM inference traces of 2023
// (TIMESTAMP,ContextTokens,GeneratedTokens), one of chats and one of code completions, side by side.
#pragma once

#include <string>
#include <vector>

#include "headgate/core/capability.hpp"
#include "headgate/core/result.hpp"
#include "headgate/core/time.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::simulation {

struct Arrival {
  core::Duration at;  // from the first of both traces
  core::Tokens input, output;
  core::Capability capability;
};

struct Trace {
  std::vector<Arrival> arrivals;  // by time
  core::Duration length;          // to the last one, in whole minutes
  // Of the answers of its kind, on average: what can be known before.
  double mean_output(core::Capability capability) const;
};

core::Result<Trace> read_traces(const std::string& directory);

}  // namespace headgate::simulation
