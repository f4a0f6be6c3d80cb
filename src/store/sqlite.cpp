#include "sqlite.hpp"

namespace headgate::store {
namespace {

using core::Code;
using core::Error;
using core::Result;

std::string_view way_out(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "Another process holds its lock; end that process or wait for it.";
    case SQLITE_FULL: return "The disk is full; make room, writing goes on by itself.";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return "Give the user of the daemon the right to write it and its folder.";
    case SQLITE_CANTOPEN: return "Check that the folder exists and may be read and written.";
    case SQLITE_IOERR: return "Check the disk and its free space; writing is tried again by itself.";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "It is damaged, or not a database. Move it away with its -wal and -shm and restore a backup; without one, "
             "counting starts from zero and stored responses are gone.";
    default: return "";
  }
}

Error failure(const std::string& file, int code, const char* words) {
  std::string message = file + ": " + words + ".";
  if (const auto way = way_out(code); !way.empty()) message.append(" ").append(way);
  return Error(Code::internal_error, std::move(message));
}

}  // namespace

Result<Database> Database::open(const std::string& file, core::milliseconds busy_wait) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(file, handle);
  if (code != SQLITE_OK) return failure(file, code, handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(busy_wait.count()));
  return database;
}

Error Database::error() const { return failure(file_, sqlite3_extended_errcode(handle()), sqlite3_errmsg(handle())); }

Result<Statement> Database::prepare(const char* sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
    return error();
  return Statement(*this, statement);
}

Result<void> Database::run(const char* sql) const {
  if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return error();
  return {};
}

Result<std::int64_t> Database::number(const char* sql) const {
  auto statement = prepare(sql);
  if (!statement) return std::move(statement).error();
  if (auto row = statement->step(); !row) return std::move(row).error();
  return statement->number(0);
}

Result<std::string> Database::text(const char* sql) const {
  auto statement = prepare(sql);
  if (!statement) return std::move(statement).error();
  if (auto row = statement->step(); !row) return std::move(row).error();
  return std::string(statement->text(0));
}

Statement& Statement::bind(int at, std::int64_t value) {
  sqlite3_bind_int64(handle_.get(), at, value);
  return *this;
}

Statement& Statement::bind(int at, std::string_view text) {
  // A null pointer would be bound as NULL.
  sqlite3_bind_text(handle_.get(), at, text.empty() ? "" : text.data(), static_cast<int>(text.size()), nullptr);
  return *this;
}

Statement& Statement::bind_null(int at) {
  sqlite3_bind_null(handle_.get(), at);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_->error();
}

Result<void> Statement::execute() {
  auto stepped = step();
  reset();
  if (!stepped) return std::move(stepped).error();
  return {};
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
}

std::optional<std::int64_t> Statement::maybe_number(int column) const {
  if (sqlite3_column_type(handle_.get(), column) == SQLITE_NULL) return std::nullopt;
  return number(column);
}

std::string_view Statement::text(int column) const {
  const auto* bytes = sqlite3_column_blob(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return bytes == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
}

Result<Transaction> Transaction::begin(const Database& database) {
  if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return std::move(begun).error();
  return Transaction(database);
}

Transaction::~Transaction() {
  // SQLite ends some transactions by itself when they fail.
  if (database_ != nullptr && database_->in_transaction()) (void)database_->run("ROLLBACK");
}

Result<void> Transaction::commit() { return database_->run("COMMIT"); }

}  // namespace headgate::store
