// The ledger in one SQLite file. One thread commits from time to time what has gathered; until then rows
// wait in a journal beside the file.
#pragma once

#include <memory>

#include "headgate/store/ledger.hpp"

namespace headgate::store {

struct SqliteLedgerSettings {
  std::string file;
  OnFailure on_failure = OnFailure::refuse;
  std::size_t max_waiting = 65'536;
  std::size_t journal_size = 16u << 20;  // half of it for the rows of one commit
  core::milliseconds commit_every{100};
  core::milliseconds busy_wait{5000};   // for another process's lock
  core::milliseconds retry_every{250};  // after a failure
  std::size_t check_up_to = 64u << 20;  // larger files are not read through at start-up
};

// Makes the file when there is none, for its owner's eyes only. Brings an older schema up to date in
// one transaction after a backup beside it. Takes FILE.pending, its suffix replaced, for this process
// alone, and brings in what a killed process left there. Errors: open to others, damaged, not a ledger,
// of a newer release, locked for too long, in use by another process.
core::Result<std::unique_ptr<Ledger>> open_sqlite_ledger(SqliteLedgerSettings settings);

}  // namespace headgate::store
