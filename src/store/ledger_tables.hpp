// Rows into the tables and out of them. The daily sums are written with the rows they add up, in one
// transaction, so that neither is ever ahead of the other.
#pragma once

#include <functional>
#include <span>

#include "group_commit.hpp"
#include "sqlite.hpp"

namespace headgate::store {

// Must not outlive the database.
class LedgerWriter {
 public:
  static core::Result<LedgerWriter> prepare(const Database& database);

  // All or none, and with them how far the journal's numbers are committed.
  core::Result<void> write(std::span<const GroupCommit::Entry> entries, std::uint64_t committed);

 private:
  LedgerWriter(const Database& database, Statement row, Statement day, Statement journal)
      : database_(&database), row_(std::move(row)), day_(std::move(day)), journal_(std::move(journal)) {}
  core::Result<void> insert(const budget::LedgerRow& row);
  core::Result<void> add_days(std::span<const GroupCommit::Entry> entries);

  const Database* database_;
  Statement row_, day_, journal_;
};

core::Result<void> read_rows(const Database& database, core::WallTime since,
                             const std::function<void(const budget::LedgerRow&)>& tell);
core::Result<Spend> read_spend(const Database& database, const SpendQuery& query);

}  // namespace headgate::store
