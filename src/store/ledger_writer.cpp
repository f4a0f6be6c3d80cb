#include <limits>
#include <map>
#include <tuple>

#include "ledger_tables.hpp"

namespace headgate::store {
namespace {

using core::Result;

constexpr const char* insert_row =
    "INSERT INTO ledger (time, request_id, tenant, key_id, tags, model, provider, attempt, outcome, capability,"
    " input, cache_read, cache_write, output, reasoning, cost)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";

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

std::string joined(const std::vector<std::string>& tags) {
  std::string text;
  for (const auto& tag : tags) text.append(text.empty() ? "" : ",").append(tag);
  return text;
}

}  // namespace

Result<LedgerWriter> LedgerWriter::prepare(const Database& database) {
  auto row = database.prepare(insert_row);
  if (!row) return std::move(row).error();
  auto day = database.prepare(add_to_day);
  if (!day) return std::move(day).error();
  auto journal = database.prepare(move_journal);
  if (!journal) return std::move(journal).error();
  return LedgerWriter(database, std::move(*row), std::move(*day), std::move(*journal));
}

Result<void> LedgerWriter::insert(const budget::LedgerRow& row) {
  const std::string tags = joined(row.tags);
  row_.bind(1, microseconds(row.time))
      .bind(2, row.request_id)
      .bind(3, row.tenant)
      .bind(4, row.key_id)
      .bind(5, tags)
      .bind(6, row.model)
      .bind(7, row.provider)
      .bind(8, static_cast<std::int64_t>(row.attempt))
      .bind(9, row.outcome)
      .bind_maybe(11, stored(row.usage.input))
      .bind_maybe(12, stored(row.usage.cache_read))
      .bind_maybe(13, stored(row.usage.cache_write))
      .bind_maybe(14, stored(row.usage.output))
      .bind_maybe(15, stored(row.usage.reasoning));
  if (row.capability) row_.bind(10, core::name_of(*row.capability));
  if (row.cost) row_.bind(16, row.cost->in_picodollars());
  return row_.execute();
}

Result<void> LedgerWriter::add_days(std::span<const GroupCommit::Entry> entries) {
  std::map<std::tuple<std::int64_t, std::string_view, std::string_view, std::string_view>, budget::Tally> days;
  for (const auto& [row, done] : entries) days[{day_of(row.time), row.tenant, row.model, row.provider}] += row.tally();
  for (const auto& [key, tally] : days) {
    const auto& [day, tenant, model, provider] = key;
    day_.bind(1, day).bind(2, tenant).bind(3, model).bind(4, provider);
    day_.bind(5, std::int64_t{tally.attempts}).bind(6, std::int64_t{tally.successes});
    day_.bind(7, std::int64_t{tally.unpriced}).bind(8, tally.spent.in_picodollars());
    if (auto added = day_.execute(); !added) return added;
  }
  return {};
}

Result<void> LedgerWriter::write(std::span<const GroupCommit::Entry> entries, std::uint64_t committed) {
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return std::move(transaction).error();
  for (const auto& entry : entries)
    if (auto inserted = insert(entry.row); !inserted) return inserted;
  if (auto added = add_days(entries); !added) return added;
  if (auto moved = journal_.bind(1, static_cast<std::int64_t>(committed)).execute(); !moved) return moved;
  return transaction->commit();
}

}  // namespace headgate::store
