// What is odd about settings that are otherwise fine: for whoever checks a configuration.
#pragma once

#include <vector>

#include "headgate/routing/settings.hpp"

namespace headgate::routing {

// Rules (by index) that never match: nothing can meet their own conditions, or an earlier rule matches
// whatever they match. Several earlier rules that do so only together are not noticed.
std::vector<std::size_t> unreachable_rules(const Settings& settings);

// A rule that sends requests with certain needs to a pool none of whose models can meet them.
struct UnableRule {
  std::size_t rule;
  std::size_t pool;
};
std::vector<UnableRule> unable_rules(const Settings& settings);

// Whether a model may meet the needs, as far as is known: none that cannot be adapted away is lacking.
bool serves(const Model& model, core::FeatureSet needs);

}  // namespace headgate::routing
