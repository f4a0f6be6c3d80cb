// The ledger in one SQLite file. One thread writes; what gathers while it waits for the disk is
// committed together.
#pragma once

#include <memory>

#include "headgate/store/ledger.hpp"

namespace headgate::store {

struct SqliteLedgerSettings {
  std::string file;
  OnFailure on_failure = OnFailure::refuse;
  std::size_t max_waiting = 65'536;
  core::milliseconds busy_wait{5000};   // for another process's lock
  core::milliseconds retry_every{250};  // after a failure
  std::size_t check_up_to = 64u << 20;  // larger files are not read through at start-up
};

// Makes the file when there is none, for its owner's eyes only. Brings an older schema up to date in
// one transaction after a backup beside it. Errors: open to others, damaged, not a ledger, of a
// newer release, locked for too long.
core::Result<std::unique_ptr<Ledger>> open_sqlite_ledger(SqliteLedgerSettings settings);

}  // namespace headgate::store
