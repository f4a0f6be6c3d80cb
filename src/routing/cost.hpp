// What a request will cost at a model: expected of a success, and at worst of one attempt.
#pragma once

#include "headgate/routing/profile.hpp"
#include "headgate/routing/settings.hpp"
#include "headgate/routing/surroundings.hpp"

namespace headgate::routing {

// Of one answer. What was measured, else what is assumed, within what client and model allow.
core::Tokens expected_output(const Model& model, const Profile& profile, const Reading& reading,
                             const Scheduler& scheduler);
std::optional<core::Money> expected_cost(const Model& model, const Profile& profile, const Reading& reading,
                                         core::Tokens output);
std::optional<core::Money> worst_cost(const Model& model, const Profile& profile);

}  // namespace headgate::routing
