// What is measured around a request at the moment it is planned: one reading a model.
#pragma once

#include <optional>

#include "headgate/core/capability.hpp"
#include "headgate/core/money.hpp"
#include "headgate/core/time.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::routing {

using ModelIndex = std::size_t;  // into Router::models()

// Value. What nobody measured is unset.
struct Reading {
  // Health.
  bool refused = false;  // a breaker, a pause or a refused key stands in the way
  double share = 1;      // of its traffic it may take while it comes back
  // Of the scheduler's window.
  double overrun = 1;  // what a success really cost next to its list price: failed attempts, cache
  double success_rate = 1;
  std::optional<core::Duration> first_token;
  std::optional<double> tokens_per_second;
  std::optional<core::Tokens> output_tokens, reasoning_tokens;  // expected of an answer
  double answers = 0;                                           // these two stand for
  std::optional<double> feedback;                               // mean score users gave, 0 to 1
  std::uint32_t feedback_count = 0;
  // What its answers said without being rated: the mean of how much each is worth of a score of 0, and of how many.
  double flaws = 0, json_flaws = 0;  // of all; of those asked for JSON
  std::uint32_t flaws_count = 0, json_flaws_count = 0;
  // Budgets the request would be charged to.
  bool budget_exhausted = false;
  bool budget_degraded = false;       // a soft limit is reached: only the cheapest is left
  std::optional<double> over_target;  // cost per success next to its target; 1: on target
  // Of this request's input: what the provider is thought to remember, and what it will be told to.
  std::optional<core::Tokens> cached_tokens, written_tokens;
};

class Surroundings {
 public:
  // Of a request for `capability` with so many tokens of input.
  virtual Reading of(ModelIndex model, std::optional<core::Capability> capability, core::Tokens input) const = 0;

 protected:
  ~Surroundings() = default;
};

}  // namespace headgate::routing
