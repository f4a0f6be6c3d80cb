#include "schema.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace headgate::store {
namespace {

using core::Code;
using core::Error;
using core::Result;

// Money in picodollars, time in microseconds since 1970, days since 1970. NULL is "not known".
constexpr const char* first = R"(
CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  request_id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  key_id TEXT NOT NULL,
  tags TEXT NOT NULL,
  model TEXT NOT NULL,
  provider TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  capability TEXT,
  input INTEGER,
  cache_read INTEGER,
  cache_write INTEGER,
  output INTEGER,
  reasoning INTEGER,
  cost INTEGER
) STRICT;
CREATE INDEX ledger_time ON ledger (time);
CREATE TABLE spend_by_day (
  day INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  model TEXT NOT NULL,
  provider TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  successes INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  PRIMARY KEY (day, tenant, model, provider)
) STRICT, WITHOUT ROWID;
)";

// Rows of the journal up to this number are in the ledger.
constexpr const char* second = R"(
CREATE TABLE journal (committed INTEGER NOT NULL) STRICT;
INSERT INTO journal (committed) VALUES (0);
)";

constexpr std::array released{first, second};

Result<std::int64_t> version_of(const Database& database) {
  const auto versioned = database.number("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'");
  if (!versioned) return versioned.error();
  if (*versioned != 0) return database.number("SELECT version FROM schema_version");
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*tables == 0) return 0;
  return Error(Code::internal_error, database.file() + " is a database of another program. Set another data_dir.");
}

Error newer(const Database& database, std::int64_t version, std::size_t known) {
  return Error(Code::internal_error,
               database.file() + " was written by a newer release: its schema is " + std::to_string(version) +
                   ", this release knows up to " + std::to_string(known) +
                   ". Start the newer release, or restore the backup that it made beside the file.");
}

Error cannot_copy(const std::string& file, const char* why) {
  return Error(Code::internal_error,
               "the backup " + file + " cannot be written: " + why + ". The ledger is unchanged.");
}

// Through a connection of its own, which sees what was committed last.
Result<void> copy_pages(const Database& from, const std::string& to, core::milliseconds busy_wait) {
  auto source = Database::open(from.file(), busy_wait);
  if (!source) return std::move(source).error();
  auto target = Database::open(to, busy_wait);
  if (!target) return std::move(target).error();
  auto* backup = sqlite3_backup_init(target->handle(), "main", source->handle(), "main");
  if (backup == nullptr) return target->error();
  const int stepped = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE) return cannot_copy(to, sqlite3_errstr(stepped));
  return {};
}

Result<void> back_up(const Database& database, std::int64_t version, core::milliseconds busy_wait) {
  const std::string file = database.file() + ".schema-" + std::to_string(version) + ".bak", making = file + ".new";
  ::unlink(making.c_str());
  const int descriptor = ::open(making.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return cannot_copy(file, std::strerror(errno));
  ::close(descriptor);
  if (auto copied = copy_pages(database, making, busy_wait); !copied) return copied;
  if (::rename(making.c_str(), file.c_str()) != 0) return cannot_copy(file, std::strerror(errno));
  return {};
}

Result<void> climb(const Database& database, Steps steps, std::size_t version) {
  for (; version < steps.size(); ++version)
    if (auto done = database.run(steps[version]); !done) return done;
  if (auto made = database.run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT;"
                               "DELETE FROM schema_version");
      !made)
    return made;
  auto insert = database.prepare("INSERT INTO schema_version (version) VALUES (?1)");
  if (!insert) return std::move(insert).error();
  return insert->bind(1, static_cast<std::int64_t>(steps.size())).execute();
}

}  // namespace

Steps ledger_steps() { return released; }

Result<void> migrate(const Database& database, Steps wanted, core::milliseconds busy_wait) {
  // Under the lock, so that of two processes that start together one does it.
  auto transaction = Transaction::begin(database);
  if (!transaction) return std::move(transaction).error();
  const auto version = version_of(database);
  if (!version) return version.error();
  const auto known = static_cast<std::int64_t>(wanted.size());
  if (*version > known) return newer(database, *version, wanted.size());
  if (*version < 0) return Error(Code::internal_error, database.file() + " is damaged: its schema is negative.");
  if (*version == known) return {};
  if (*version > 0)
    if (auto saved = back_up(database, *version, busy_wait); !saved) return saved;
  if (auto climbed = climb(database, wanted, static_cast<std::size_t>(*version)); !climbed) return climbed;
  return transaction->commit();
}

}  // namespace headgate::store
