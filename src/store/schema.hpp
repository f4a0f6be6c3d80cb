// The tables of the ledger, and how older files come to have them.
#pragma once

#include <span>

#include "sqlite.hpp"

namespace headgate::store {

// Step i leads from version i to version i + 1. Steps that have been released never change.
using Steps = std::span<const char* const>;

Steps ledger_steps();

// In one transaction; what was there before is first copied to FILE.schema-N.bak. Errors: written by
// a newer release; another program's database; the copy cannot be made.
core::Result<void> migrate(const Database& database, Steps steps, core::milliseconds busy_wait);

}  // namespace headgate::store
