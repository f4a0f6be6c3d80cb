// The candidates of a decision and the excluded, in columns.
#pragma once

#include <string>

#include "decision_reading.hpp"

namespace headgate::app {

// In the order in which they are asked. Columns of what nobody tells are left out.
std::string candidates_table(const Decision& decision);
// How to read the scores; empty if there are none to compare.
std::string score_legend(const Decision& decision);
std::string excluded_table(const Decision& decision);

}  // namespace headgate::app
