// Counters of budgets from the rows of the ledger.
#pragma once

#include "headgate/budget/book.hpp"
#include "headgate/store/ledger.hpp"

namespace headgate::store {

struct Rebuilt {
  std::uint64_t rows = 0;  // read; only those of the windows in use
  core::Money total;       // of all rows there are
};

// At start-up, and after a reload that made budgets which were not counting yet.
core::Result<Rebuilt> rebuild(Ledger& ledger, budget::Book& book, budget::Now now);

}  // namespace headgate::store
