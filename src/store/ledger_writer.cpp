#include <limits>

#include "ledger_tables.hpp"

namespace headgate::store {
namespace {

using core::Result;

constexpr int columns = 16;

std::string insert_rows(std::size_t count) {
  std::string sql =
      "INSERT INTO ledger (time, request_id, tenant, key_id, tags, model, provider, attempt, outcome, capability,"
      " input, cache_read, cache_write, output, reasoning, cost) VALUES";
  for (std::size_t i = 0; i < count; ++i)
    sql.append(i == 0 ? " " : ", ").append("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  return sql;
}

// A sum stops at the end of its range, like Money: beyond it SQLite would refuse the row forever.
constexpr const char* add_to_day =
    "INSERT INTO spend_by_day (day, tenant, model, provider, attempts, successes, unpriced, cost)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET"
    " attempts = attempts + excluded.attempts, successes = successes + excluded.successes,"
    " unpriced = unpriced + excluded.unpriced,"
    " cost = min(cost, 9223372036854775807 - excluded.cost) + excluded.cost";

constexpr const char* move_journal = "UPDATE journal SET committed = ?1";

std::optional<std::int64_t> stored(std::optional<core::Tokens> tokens) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  if (!tokens) return std::nullopt;
  return *tokens > static_cast<core::Tokens>(most) ? most : static_cast<std::int64_t>(*tokens);
}

std::int64_t microseconds(core::WallTime time) {
  return std::chrono::floor<std::chrono::microseconds>(time).time_since_epoch().count();
}

std::int64_t day_of(core::WallTime time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

std::string joined(std::span<const std::string> tags) {
  std::string text;
  for (const auto& tag : tags) text.append(text.empty() ? "" : ",").append(tag);
  return text;
}

}  // namespace

Result<LedgerWriter> LedgerWriter::prepare(const Database& database) {
  auto row = database.prepare(insert_rows(1).c_str());
  if (!row) return std::move(row).error();
  auto rows = database.prepare(insert_rows(at_once).c_str());
  if (!rows) return std::move(rows).error();
  auto day = database.prepare(add_to_day);
  if (!day) return std::move(day).error();
  auto journal = database.prepare(move_journal);
  if (!journal) return std::move(journal).error();
  return LedgerWriter(database, std::move(*row), std::move(*rows), std::move(*day), std::move(*journal));
}

void LedgerWriter::bind(Statement& statement, int first, const Row& each) {
  const auto& [row, tags] = each;
  statement.bind(first, microseconds(row.time))
      .bind(first + 1, row.request_id)
      .bind(first + 2, row.tenant)
      .bind(first + 3, row.key_id)
      .bind(first + 4, tags)
      .bind(first + 5, row.model)
      .bind(first + 6, row.provider)
      .bind(first + 7, static_cast<std::int64_t>(row.attempt))
      .bind(first + 8, row.outcome)
      .bind_maybe(first + 10, stored(row.usage.input))
      .bind_maybe(first + 11, stored(row.usage.cache_read))
      .bind_maybe(first + 12, stored(row.usage.cache_write))
      .bind_maybe(first + 13, stored(row.usage.output))
      .bind_maybe(first + 14, stored(row.usage.reasoning));
  if (row.capability) statement.bind(first + 9, core::name_of(*row.capability));
  if (row.cost) statement.bind(first + 15, row.cost->in_picodollars());
}

Result<void> LedgerWriter::insert_together(std::span<const Row> rows) {
  int first = 1;
  for (const auto& each : rows) {
    bind(rows_, first, each);
    first += columns;
  }
  return rows_.execute();
}

Result<std::size_t> LedgerWriter::insert(Batch batch, Days& days) {
  std::vector<Row> rows;
  rows.reserve(at_once);
  std::size_t count = 0;
  auto day = days.end();
  while (const auto row = batch.next()) {
    ++count;
    const Day its{day_of(row->time), row->tenant, row->model, row->provider};
    if (day == days.end() || day->first != its) day = days.try_emplace(its).first;
    day->second += row->tally();
    rows.push_back({*row, joined(row->tags)});
    if (rows.size() < at_once) continue;
    if (auto inserted = insert_together(rows); !inserted) return std::move(inserted).error();
    rows.clear();
  }
  for (const auto& each : rows) {
    bind(row_, 1, each);
    if (auto inserted = row_.execute(); !inserted) return std::move(inserted).error();
  }
  return count;
}

Result<void> LedgerWriter::add(const Days& days) {
  for (const auto& [key, tally] : days) {
    const auto& [day, tenant, model, provider] = key;
    day_.bind(1, day).bind(2, tenant).bind(3, model).bind(4, provider);
    day_.bind(5, std::int64_t{tally.attempts}).bind(6, std::int64_t{tally.successes});
    day_.bind(7, std::int64_t{tally.unpriced}).bind(8, tally.spent.in_picodollars());
    if (auto added = day_.execute(); !added) return added;
  }
  return {};
}

Result<std::size_t> LedgerWriter::write(Batch batch, std::uint64_t committed) {
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return std::move(transaction).error();
  Days days;
  const auto count = insert(std::move(batch), days);
  if (!count) return count.error();
  if (auto added = add(days); !added) return std::move(added).error();
  if (auto moved = journal_.bind(1, static_cast<std::int64_t>(committed)).execute(); !moved)
    return std::move(moved).error();
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  return *count;
}

}  // namespace headgate::store
