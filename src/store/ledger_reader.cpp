#include "ledger_tables.hpp"

namespace headgate::store {
namespace {

using core::Money;
using core::Result;
using std::chrono::sys_days;

constexpr const char* select_rows =
    "SELECT time, request_id, tenant, key_id, tags, model, provider, attempt, outcome, capability,"
    " input, cache_read, cache_write, output, reasoning, cost FROM ledger WHERE time >= ?1 ORDER BY time, seq";

// Costs are summed in two parts: SQLite's sum() fails where 64 bits end, after 9.2 million dollars.
constexpr const char* select_spend =
    "SELECT iif(?6, tenant, '') AS t, iif(?7, model, '') AS m, iif(?8, provider, '') AS p, iif(?9, day, NULL) AS d,"
    " sum(cost / 1000000), sum(cost % 1000000), sum(attempts), sum(successes), sum(unpriced) FROM spend_by_day"
    " WHERE (?1 IS NULL OR tenant = ?1) AND (?2 IS NULL OR model = ?2) AND (?3 IS NULL OR provider = ?3)"
    " AND (?4 IS NULL OR day >= ?4) AND (?5 IS NULL OR day <= ?5)"
    " GROUP BY t, m, p, d ORDER BY sum(cost / 1000000) DESC, sum(cost % 1000000) DESC, d, t, m, p LIMIT ?10";

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> tags;
  for (std::size_t at = 0; at < text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    tags.emplace_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return tags;
}

std::optional<core::Tokens> tokens(const Statement& row, int column) {
  const auto value = row.maybe_number(column);
  if (!value || *value < 0) return std::nullopt;
  return static_cast<core::Tokens>(*value);
}

budget::LedgerRow read_row(const Statement& row) {
  budget::LedgerRow out;
  out.time = core::WallTime(std::chrono::microseconds(row.number(0)));
  out.request_id = row.text(1);
  out.tenant = row.text(2);
  out.key_id = row.text(3);
  out.tags = split(row.text(4));
  out.model = row.text(5);
  out.provider = row.text(6);
  out.attempt = static_cast<std::uint32_t>(row.number(7));
  out.outcome = row.text(8);
  out.capability = core::capability_named(row.text(9));
  out.usage = {tokens(row, 10), tokens(row, 11), tokens(row, 12), tokens(row, 13), tokens(row, 14)};
  if (const auto cost = row.maybe_number(15)) out.cost = Money::picodollars(*cost);
  return out;
}

SpendSum read_sum(const Statement& row, int column) {
  const auto count = [&](int at) { return static_cast<std::uint64_t>(row.number(column + at)); };
  return {Money::picodollars(1'000'000) * row.number(column) + Money::picodollars(row.number(column + 1)), count(2),
          count(3), count(4)};
}

std::optional<std::int64_t> day_number(const std::optional<sys_days>& day) {
  if (!day) return std::nullopt;
  return day->time_since_epoch().count();
}

void bind(Statement& statement, const SpendQuery& query) {
  statement.bind_maybe(1, query.tenant).bind_maybe(2, query.model).bind_maybe(3, query.provider);
  statement.bind_maybe(4, day_number(query.from)).bind_maybe(5, day_number(query.to));
  statement.bind(6, std::int64_t{query.by_tenant}).bind(7, std::int64_t{query.by_model});
  statement.bind(8, std::int64_t{query.by_provider}).bind(9, std::int64_t{query.by_day});
}

SpendRow read_spend_row(const Statement& row) {
  SpendRow out{std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), {}, read_sum(row, 4)};
  if (const auto day = row.maybe_number(3)) out.day = sys_days(std::chrono::days(*day));
  return out;
}

// One row more than `limit` tells that there are more.
Result<std::vector<SpendRow>> read_spend_rows(const Database& database, const SpendQuery& query, std::size_t limit) {
  auto statement = database.prepare(select_spend);
  if (!statement) return std::move(statement).error();
  bind(*statement, query);
  statement->bind(10, static_cast<std::int64_t>(limit) + 1);
  std::vector<SpendRow> rows;
  for (;;) {
    auto more = statement->step();
    if (!more) return std::move(more).error();
    if (!*more) return rows;
    rows.push_back(read_spend_row(*statement));
  }
}

}  // namespace

Result<void> read_rows(const Database& database, core::WallTime since,
                       const std::function<void(const budget::LedgerRow&)>& tell) {
  auto statement = database.prepare(select_rows);
  if (!statement) return std::move(statement).error();
  statement->bind(1, std::chrono::floor<std::chrono::microseconds>(since).time_since_epoch().count());
  for (;;) {
    auto more = statement->step();
    if (!more) return std::move(more).error();
    if (!*more) return {};
    tell(read_row(*statement));
  }
}

Result<Spend> read_spend(const Database& database, const SpendQuery& query) {
  Spend spend;
  SpendQuery whole = query;
  whole.by_tenant = whole.by_model = whole.by_provider = whole.by_day = false;
  auto total = read_spend_rows(database, whole, 1);
  if (!total) return std::move(total).error();
  if (!total->empty()) spend.total = total->front().sum;
  if (!query.by_tenant && !query.by_model && !query.by_provider && !query.by_day) return spend;

  const auto limit = std::min(query.limit, max_spend_rows);
  auto rows = read_spend_rows(database, query, limit);
  if (!rows) return std::move(rows).error();
  spend.cut = rows->size() > limit;
  if (spend.cut) rows->pop_back();
  spend.rows = std::move(*rows);
  return spend;
}

}  // namespace headgate::store
