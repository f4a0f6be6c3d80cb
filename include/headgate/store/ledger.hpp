// The ledger: a row for every attempt, kept for good. What is spent is known from here after any
// restart. One small interface, whatever keeps the rows.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "headgate/budget/ledger_row.hpp"
#include "headgate/core/result.hpp"
#include "headgate/core/time.hpp"

namespace headgate::store {

enum class Written {
  durable,  // survives the power, too
  pending,  // cannot be written now; kept in memory, tried again
};

// Called once, from the ledger's own thread: post what is to be done, and return. Must not throw.
using Done = std::function<void(Written)>;

// What happens while rows cannot be written.
enum class OnFailure {
  refuse,    // no new requests
  continue_  // requests go on, rows are kept in bounded memory
};

struct LedgerState {
  bool failing = false;
  std::size_t waiting = 0;      // rows not yet durable
  std::size_t unprotected = 0;  // of these, rows that the end of the process would take: the journal is full
  std::uint64_t written = 0;    // since the start
  std::uint64_t dropped = 0;    // rows for which there was no memory left, or that were malformed: an alarm
  std::string trouble;          // the last failure, while failing
};

// Which spending is asked for, and what it is added up by. Days are those of UTC.
struct SpendQuery {
  std::optional<std::string> tenant, model, provider;
  std::optional<std::chrono::sys_days> from, to;  // to is included
  bool by_tenant = false, by_model = false, by_provider = false, by_day = false;
  std::size_t limit = 1000;  // at most max_spend_rows
};

inline constexpr std::size_t max_spend_rows = 10'000;

struct SpendSum {
  core::Money spent;
  std::uint64_t attempts = 0, successes = 0, unpriced = 0;
};

struct SpendRow {
  std::string tenant, model, provider;  // empty unless added up by it
  std::optional<std::chrono::sys_days> day;
  SpendSum sum;
};

struct Spend {
  SpendSum total;              // of all that was asked for
  std::vector<SpendRow> rows;  // the most expensive first
  bool cut = false;            // there were more than `limit`
};

// Shared.
class Ledger {
 public:
  virtual ~Ledger() = default;

  // Waits for no commit. True: the row survives the end of the process. False: it was dropped and
  // counted, `done` is not called. `done` may be empty.
  virtual bool append(const budget::LedgerRowView& row, Done done) = 0;
  // Whether new requests may begin, as OnFailure says. Before the queue is full this turns false, so
  // that requests under way still find room.
  virtual bool admits() const = 0;
  virtual LedgerState state() const = 0;

  // The rest reads, and blocks: not for the threads of the event loops.
  // Both know all rows that were appended before, unless the ledger is failing.
  // Tells all durable rows from `since` on, the oldest first.
  virtual core::Result<void> replay(core::WallTime since,
                                    const std::function<void(const budget::LedgerRow&)>& tell) = 0;
  virtual core::Result<Spend> spend(const SpendQuery& query) = 0;
};

}  // namespace headgate::store
