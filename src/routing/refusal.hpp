// What a client is told when limits leave nobody to ask.
#pragma once

#include "contender.hpp"
#include "headgate/core/error.hpp"

namespace headgate::routing {

// `plan` has no candidates, and says why of every model.
core::Error nobody_left(const Plan& plan, const Question& question);

}  // namespace headgate::routing
