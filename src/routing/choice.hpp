// Who is asked first, and who after.
#pragma once

#include <vector>

#include "contender.hpp"

namespace headgate::routing {

// Puts the contenders in the order in which they are asked and fills in their probabilities.
void arrange(std::vector<Contender>& contenders, const Question& question, double draw);

}  // namespace headgate::routing
