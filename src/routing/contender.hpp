// A model under consideration, on its way to become a candidate.
#pragma once

#include "headgate/routing/plan.hpp"
#include "table.hpp"

namespace headgate::routing {

struct Contender {
  Candidate candidate;
  std::optional<Place> place{};
  // Groups are asked one after the other: a named model before its equivalents, the client's list in its order.
  unsigned group = 0;
  std::optional<Sort> sort{};
  Reading reading{};
  double quality = 0;
  double quality_at_best = 0;  // as far as doubt speaks for it
  std::size_t preference = 0;  // place of its provider in the client's order
  double sort_key = 0;         // less is earlier
};

// Everything a plan is made from.
struct Question {
  const Table& table;
  const Profile& profile;
  Asked asked;
  std::optional<core::Capability> capability;
  const Rule* rule = nullptr;
  const Consequence* consequence = nullptr;  // of the rule

  const Settings& settings() const { return table.settings; }
  const Model& model(const Contender& contender) const { return settings().models[contender.candidate.model]; }
};

}  // namespace headgate::routing
