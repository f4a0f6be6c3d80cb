// SQLite's C interface with owners, results and prepared statements only. Texts of SQL are literals;
// whatever comes from outside is bound.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "headgate/core/result.hpp"
#include "headgate/core/time.hpp"

namespace headgate::store {

class Statement;

// A connection. For one thread at a time.
class Database {
 public:
  // The file must exist.
  static core::Result<Database> open(const std::string& file, core::milliseconds busy_wait);

  const std::string& file() const { return file_; }
  sqlite3* handle() const { return handle_.get(); }
  core::Result<Statement> prepare(const char* sql) const;
  // One or several statements without parameters or rows.
  core::Result<void> run(const char* sql) const;
  // The first column of the first row.
  core::Result<std::int64_t> number(const char* sql) const;
  core::Result<std::string> text(const char* sql) const;
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  // What the last call has failed with, and what to do about it.
  core::Error error() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  Database(std::string file, sqlite3* handle) : file_(std::move(file)), handle_(handle) {}

  std::string file_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// Bound texts must live until the next reset. Must not outlive its database.
class Statement {
 public:
  Statement& bind(int at, std::int64_t value);
  Statement& bind(int at, std::string_view text);
  Statement& bind_null(int at);
  Statement& bind_maybe(int at, const std::optional<std::int64_t>& value) {
    return value ? bind(at, *value) : bind_null(at);
  }
  Statement& bind_maybe(int at, const std::optional<std::string>& text) {
    return text ? bind(at, *text) : bind_null(at);
  }

  // True: there is a row to read.
  core::Result<bool> step();
  // For statements without rows: steps, and is ready to be bound again.
  core::Result<void> execute();
  void reset();

  std::int64_t number(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  std::optional<std::int64_t> maybe_number(int column) const;
  std::string_view text(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  Statement(const Database& database, sqlite3_stmt* handle) : database_(&database), handle_(handle) {}

  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// Rolls back unless committed.
class Transaction {
 public:
  static core::Result<Transaction> begin(const Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  core::Result<void> commit();

 private:
  explicit Transaction(const Database& database) : database_(&database) {}
  const Database* database_;
};

}  // namespace headgate::store
