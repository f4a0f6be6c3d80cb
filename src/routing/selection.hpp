// Which models are considered at all, by what the client and the rule name.
#pragma once

#include <vector>

#include "contender.hpp"
#include "headgate/core/result.hpp"

namespace headgate::routing {

struct Selection {
  std::vector<Contender> contenders;  // each model once
  std::optional<std::size_t> pool;    // the first that was made use of
};

// Error: model_not_found.
core::Result<Selection> select(const Question& question);

// The pool behind `pool:NAME` and `auto`: the client's own, else the rule's, else the capability's.
std::optional<std::size_t> pool_of(const Asked& asked, const Table& table, const Consequence* consequence,
                                   std::optional<core::Capability> capability);

}  // namespace headgate::routing
