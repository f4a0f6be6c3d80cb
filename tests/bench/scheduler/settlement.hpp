// What an attempt cost, and what is learned from it: as the gateway's settlement does it.
#pragma once

#include "headgate/budget/track_record.hpp"
#include "world.hpp"

namespace headgate::simulation {

inline core::Money cost_of(const Answer& answer, const routing::Model& model) {
  return answer.usage.known() ? *model.facts.price->cost(answer.usage) : core::Money();
}

inline budget::Observation observation_of(const Answer& answer, const routing::Model& model, core::Money cost) {
  budget::Observation seen;
  seen.cost = cost;
  seen.success = answer.ending == Ending::answered;
  if (!seen.success) return seen;
  seen.list_price = model.facts.price->cost(answer.usage);  // nothing is cached
  seen.input_tokens = answer.usage.input;
  seen.reasoning_tokens = answer.usage.reasoning;
  seen.first_token = answer.first_token;
  seen.output_tokens = answer.usage.output;
  const auto writing = std::chrono::duration<double>(answer.total - answer.first_token).count();
  if (writing > 0) seen.tokens_per_second = static_cast<double>(*seen.output_tokens) / writing;
  return seen;
}

}  // namespace headgate::simulation
