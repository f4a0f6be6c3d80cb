#include "response_tables.hpp"

#include <algorithm>
#include <array>

namespace headgate::store {
namespace {

using core::Code;
using core::Error;
using core::Result;

// What a row takes beside its texts, so that empty responses are not for free.
constexpr std::size_t row_bytes = 512;

// Time in microseconds since 1970. How much each tenant has is kept by the triggers, on every way in and out.
constexpr const char* first = R"(
CREATE TABLE response (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  previous TEXT NOT NULL,
  created INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  input TEXT NOT NULL,
  response TEXT NOT NULL
) STRICT;
CREATE INDEX response_tenant ON response (tenant, seq);
CREATE INDEX response_created ON response (created);
CREATE TABLE response_bytes (
  tenant TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER response_in AFTER INSERT ON response BEGIN
  INSERT INTO response_bytes (tenant, bytes) VALUES (new.tenant, new.bytes)
    ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER response_out AFTER DELETE ON response BEGIN
  UPDATE response_bytes SET bytes = bytes - old.bytes WHERE tenant = old.tenant;
  DELETE FROM response_bytes WHERE tenant = old.tenant AND bytes <= 0;
END;
)";

constexpr std::array released{first};

constexpr const char* insert_one =
    "INSERT INTO response (id, tenant, previous, created, bytes, input, response) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr const char* find_one =
    "SELECT previous, created, input, response FROM response WHERE id = ?1 AND tenant = ?2 AND created > ?3";
constexpr const char* erase_one = "DELETE FROM response WHERE id = ?1 AND tenant = ?2 AND created > ?3 RETURNING seq";
constexpr const char* erase_oldest =
    "DELETE FROM response WHERE seq = (SELECT seq FROM response WHERE tenant = ?1 ORDER BY seq LIMIT 1)";
constexpr const char* drop_some =
    "DELETE FROM response WHERE seq IN (SELECT seq FROM response WHERE created <= ?1 LIMIT 256)";

std::int64_t microseconds(core::WallTime time) {
  return std::chrono::floor<std::chrono::microseconds>(time).time_since_epoch().count();
}

core::WallTime wall_time(std::int64_t microseconds) {
  return core::WallTime(std::chrono::duration_cast<core::WallTime::duration>(std::chrono::microseconds(microseconds)));
}

std::size_t bytes_of(const StoredResponse& response) {
  return response.input.size() + response.response.size() + row_bytes;
}

}  // namespace

Steps response_steps() { return released; }

Result<ResponseTables> ResponseTables::prepare(const Database& database) {
  auto insert = database.prepare(insert_one);
  if (!insert) return std::move(insert).error();
  auto find = database.prepare(find_one);
  if (!find) return std::move(find).error();
  auto erase = database.prepare(erase_one);
  if (!erase) return std::move(erase).error();
  return ResponseTables(database, std::move(*insert), std::move(*find), std::move(*erase));
}

Result<void> ResponseTables::save(const StoredResponse& response, const ResponseLimits& limits) {
  const auto most = std::min({limits.max_response, limits.max_tenant, limits.max_total});
  if (bytes_of(response) > most)
    return Error(Code::request_too_large, "a response of " + std::to_string(bytes_of(response)) +
                                              " bytes is larger than may be stored: " + std::to_string(most));
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return std::move(transaction).error();
  if (auto inserted = insert(response); !inserted) return inserted;
  if (auto evicted = evict(response.tenant, limits); !evicted) return evicted;
  return transaction->commit();
}

Result<void> ResponseTables::insert(const StoredResponse& response) {
  return insert_.bind(1, response.id)
      .bind(2, response.tenant)
      .bind(3, response.previous)
      .bind(4, microseconds(response.created))
      .bind(5, static_cast<std::int64_t>(bytes_of(response)))
      .bind(6, response.input)
      .bind(7, response.response)
      .execute();
}

// What one tenant stores pushes out nothing of another's who has less.
Result<void> ResponseTables::evict(std::string_view tenant, const ResponseLimits& limits) {
  for (;;) {
    auto own = database_->prepare("SELECT bytes FROM response_bytes WHERE tenant = ?1");
    if (!own) return std::move(own).error();
    if (auto row = own->bind(1, tenant).step(); !row) return std::move(row).error();
    if (own->number(0) <= static_cast<std::int64_t>(limits.max_tenant)) break;
    if (auto evicted = evict_oldest_of(tenant); !evicted) return evicted;
  }
  for (;;) {
    const auto all = database_->number("SELECT coalesce(sum(bytes), 0) FROM response_bytes");
    if (!all) return all.error();
    if (*all <= static_cast<std::int64_t>(limits.max_total)) return {};
    const auto most = database_->text("SELECT tenant FROM response_bytes ORDER BY bytes DESC LIMIT 1");
    if (!most) return most.error();
    if (auto evicted = evict_oldest_of(*most); !evicted) return evicted;
  }
}

Result<void> ResponseTables::evict_oldest_of(std::string_view tenant) {
  auto oldest = database_->prepare(erase_oldest);
  if (!oldest) return std::move(oldest).error();
  return oldest->bind(1, tenant).execute();
}

Result<std::optional<StoredResponse>> ResponseTables::one(std::string_view tenant, std::string_view id,
                                                          core::WallTime oldest) {
  const auto row = find_.bind(1, id).bind(2, tenant).bind(3, microseconds(oldest)).step();
  std::optional<StoredResponse> found;
  if (row && *row)
    found = {std::string(tenant),        std::string(id),
             std::string(find_.text(0)), wall_time(find_.number(1)),
             std::string(find_.text(2)), std::string(find_.text(3))};
  find_.reset();
  if (!row) return row.error();
  return found;
}

Result<ResponsesFound> ResponseTables::find(const ResponsesAsked& asked, const ResponseLimits& limits,
                                            core::WallTime now) {
  const auto oldest = now - limits.keep;
  ResponsesFound found;
  if (auto read = read_chain(asked, limits, oldest, found); !read) return read.error();
  std::size_t bytes = 0;
  for (const auto& id : asked.others) {
    auto other = one(asked.tenant, id, oldest);
    if (!other) return other.error();
    if (!*other) continue;
    bytes += bytes_of(**other);
    // One alone is never too much: it has been stored.
    found.too_long = found.too_long || (!found.others.empty() && bytes > limits.max_chain_bytes) ||
                     found.others.size() >= limits.max_chain;
    if (found.too_long) break;
    found.others.push_back(std::move(**other));
  }
  return found;
}

Result<void> ResponseTables::read_chain(const ResponsesAsked& asked, const ResponseLimits& limits,
                                        core::WallTime oldest, ResponsesFound& found) {
  std::size_t bytes = 0;
  for (auto id = asked.last; !id.empty(); id = found.chain.back().previous) {
    auto link = one(asked.tenant, id, oldest);
    if (!link) return link.error();
    if (!*link) {
      found.missing = id;
      break;
    }
    bytes += bytes_of(**link);
    if ((!found.chain.empty() && bytes > limits.max_chain_bytes) || found.chain.size() >= limits.max_chain) {
      found.too_long = true;
      break;
    }
    found.chain.push_back(std::move(**link));
  }
  std::reverse(found.chain.begin(), found.chain.end());
  return {};
}

Result<bool> ResponseTables::erase(std::string_view tenant, std::string_view id, core::WallTime oldest) {
  auto row = erase_.bind(1, id).bind(2, tenant).bind(3, microseconds(oldest)).step();
  // It is done only when the statement has come to its end.
  if (row && *row)
    if (const auto end = erase_.step(); !end) row = end.error();
  erase_.reset();
  return row;
}

Result<bool> ResponseTables::drop(core::WallTime oldest) {
  auto some = database_->prepare(drop_some);
  if (!some) return std::move(some).error();
  if (auto dropped = some->bind(1, microseconds(oldest)).execute(); !dropped) return dropped.error();
  return sqlite3_changes(database_->handle()) > 0;
}

}  // namespace headgate::store
