// Rows into the tables and out of them. The daily sums are written with the rows they add up, in one
// transaction, so that neither is ever ahead of the other.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <tuple>

#include "batch.hpp"
#include "headgate/store/ledger.hpp"
#include "sqlite.hpp"

namespace headgate::store {

// Must not outlive the database.
class LedgerWriter {
 public:
  static core::Result<LedgerWriter> prepare(const Database& database);

  // All or none, and with them how far the journal's numbers are committed. Tells how many there were.
  core::Result<std::size_t> write(Batch batch, std::uint64_t committed);

 private:
  using Day = std::tuple<std::int64_t, std::string_view, std::string_view, std::string_view>;
  using Days = std::map<Day, budget::Tally>;  // by the day, tenant, model and provider
  static constexpr std::size_t at_once = 32;  // a statement costs half as much as a row

  LedgerWriter(const Database& database, Statement row, Statement rows, Statement day, Statement journal)
      : database_(&database),
        row_(std::move(row)),
        rows_(std::move(rows)),
        day_(std::move(day)),
        journal_(std::move(journal)) {}
  struct Row {
    budget::LedgerRowView row;
    std::string tags;
  };
  core::Result<std::size_t> insert(Batch batch, Days& days);
  core::Result<void> insert_together(std::span<const Row> rows);
  static void bind(Statement& statement, int first, const Row& row);
  core::Result<void> add(const Days& days);

  const Database* database_;
  Statement row_, rows_, day_, journal_;
};

core::Result<void> read_rows(const Database& database, core::WallTime since,
                             const std::function<void(const budget::LedgerRow&)>& tell);
core::Result<Spend> read_spend(const Database& database, const SpendQuery& query);

}  // namespace headgate::store
