// How good a choice each contender is. The constants and their reasons: weights.hpp.
#pragma once

#include <vector>

#include "contender.hpp"

namespace headgate::routing {

// The presumed quality, moved towards what users said.
double with_feedback(double presumed, const Reading& reading);
// Less what its answers said against it without being rated.
double without_flaws(double quality, const Reading& reading, bool asks_json);
// `quality` with the benefit of the doubt that few scores leave, but no better than presumed for that: whom
// bad luck keeps from being asked is never scored again.
double at_best(double presumed, double quality, const Reading& reading);

// Fills in the scores. Costs and times are set against the least among those that can be asked.
void score(std::vector<Contender>& contenders, const Question& question, Objective objective);

}  // namespace headgate::routing
