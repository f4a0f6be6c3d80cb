// Stored responses in one SQLite file, written and read by one thread.
#pragma once

#include <memory>

#include "headgate/store/responses.hpp"

namespace headgate::store {

struct SqliteResponsesSettings {
  std::string file;
  ResponseLimits limits;
  std::size_t max_waiting = 1024;             // calls
  std::size_t max_waiting_bytes = 64u << 20;  // of their texts
  core::milliseconds busy_wait{1000};         // for another process's lock
  core::milliseconds clean_every{60'000};     // of what was kept long enough
  std::function<core::WallTime()> now;        // empty: the system's clock
};

// Makes the file when there is none, for its owner's eyes only, and brings an older schema up to date. A commit
// survives the end of the process; the last ones may be lost with the power. Errors: open to others, not a database, of
// another program, of a newer release, locked for too long.
core::Result<std::unique_ptr<Responses>> open_sqlite_responses(SqliteResponsesSettings settings);

}  // namespace headgate::store
