// What a score is made of. docs/routing.md shows what follows from these numbers.
#pragma once

#include "headgate/routing/settings.hpp"

namespace headgate::routing {

struct Weights {
  double quality, cost, latency;
};

// A cost part of -x/(1+x), x = ln(cost/least), is -0.41 at twice the cheapest and -0.70 at ten times. With
// the temperature's default of 0.1 a lead of 0.23 is ten to one.
constexpr Weights weights_for(Objective objective) {
  switch (objective) {
    case Objective::balanced: return {1, 0.5, 0.25};  // 0.2 of quality is worth twice the price, 0.5 any price
    case Objective::quality: return {3, 0.3, 0.1};    // 0.04 of quality is worth twice the price, 0.1 any price
    case Objective::cost: return {0.25, 4, 0.1};      // 0.2 of quality is worth an eightieth of the price
    case Objective::latency: return {0.25, 0.25, 2};  // being twice as slow is worth more than any price
  }
  return {1, 0.5, 0.25};
}

// A failure costs a second attempt whatever is made the most of.
inline constexpr double health_weight = 1;
// Beyond a target of cost per success. Enough to outweigh a good part of the quality when far beyond.
inline constexpr double target_weight = 1;
// What nobody measured or priced stands where a cost of e times the least stands: never the best.
inline constexpr double unknown_part = -0.5;
// Differences below these are not worth a choice.
inline constexpr double least_dollars = 1e-6;
inline constexpr double least_seconds = 0.01;
// So many scores of users weigh as much as what was presumed before; of answers that say something by themselves more.
inline constexpr double prior_scores = 10;
inline constexpr double prior_flaws = 20;
// So many answers weigh as much as what is presumed of a model's lengths: to write as the others do, not to think.
inline constexpr double prior_answers = 3;
// What a length counts that stands for no answer of the model itself.
inline constexpr double least_answers = 1e-3;
// Of a single score around the mean: of thumbs, four up in five, it is 0.4.
inline constexpr double deviation_of_scores = 0.4;

}  // namespace headgate::routing
