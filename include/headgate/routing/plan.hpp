// Which models may answer a request, in which order they are asked, and why. Values.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/error.hpp"
#include "headgate/routing/settings.hpp"
#include "headgate/routing/surroundings.hpp"

namespace headgate::routing {

// The parts of a score; more is better. Comparable across requests.
struct Score {
  double quality = 0;  // 0 to 1, times the objective's weight
  double cost = 0;     // 0 for the cheapest, below for others
  double latency = 0;  // 0 for the fastest, below for others
  double health = 0;   // 0 for who always succeeds, below for others
  double total() const { return quality + cost + latency + health; }
};

struct Candidate {
  ModelIndex model;
  double probability = 0;                    // of being asked first
  std::optional<core::Money> expected_cost;  // of an answer that succeeds; none: its price is not known
  std::optional<core::Money> worst_cost;     // of this one attempt
  Score score;
  std::optional<core::Tokens> cached_tokens{};  // of the prompt, that its provider is thought to remember
};

enum class Reason : std::uint8_t {
  other_kind,       // chat asked of an embedding model, or the other way round
  lacks_ability,    // `lacking` says which
  unknown_ability,  // nobody says that it can, and the policy or the client wants to be sure
  context_window,
  max_output,
  max_cost,
  max_price,
  unknown_price,
  first_token_within,
  min_quality,
  trust_policy,
  data_policy,
  provider_hint,
  budget_exceeded,
  budget_degraded,  // a cheaper one is left
};
std::string_view name_of(Reason reason);

struct Excluded {
  ModelIndex model;
  Reason reason;
  core::FeatureSet lacking{};
};

struct Plan {
  const Rule* rule = nullptr;  // of the router, which outlives the plan
  std::string_view pool;       // likewise; empty when a model was named and no pool was needed
  Objective objective = Objective::balanced;
  Use limits;  // what holds of rule and hints together
  std::vector<Candidate> candidates;
  std::vector<Excluded> excluded;
  std::optional<core::Error> refusal{};  // when there is no candidate: why
};

}  // namespace headgate::routing
