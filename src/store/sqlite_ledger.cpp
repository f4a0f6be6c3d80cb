#include "headgate/store/sqlite_ledger.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "ledger_tables.hpp"
#include "schema.hpp"

namespace headgate::store {
namespace {

using core::Code;
using core::Error;
using core::Result;

// Never opened and closed again while a connection exists: closing any descriptor of a file drops
// all of the process's POSIX locks on it.
Result<void> make_private_file(const std::string& file) {
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) {
    ::close(made);
    return {};
  }
  if (errno != EEXIST) return Error(Code::internal_error, file + " cannot be made: " + std::strerror(errno) + ".");
  struct stat found {};
  if (::lstat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode))
    return Error(Code::internal_error, file + " is not a plain file. Move it away.");
  if ((found.st_mode & 077) != 0)
    return Error(Code::internal_error, file + " is open to other users. Run `chmod 600 " + file + "`.");
  return {};
}

Result<void> check(const Database& database, std::size_t up_to) {
  const auto pages = database.number("PRAGMA page_count"), size = database.number("PRAGMA page_size");
  if (!pages) return pages.error();
  if (!size) return size.error();
  if (static_cast<std::uint64_t>(*pages) * static_cast<std::uint64_t>(*size) > up_to) return {};
  const auto verdict = database.text("PRAGMA quick_check(1)");
  if (!verdict) return verdict.error();
  if (*verdict == "ok") return {};
  return Error(
      Code::internal_error,
      database.file() + " is damaged: " + *verdict +
          ". Move it away with its -wal and -shm and restore a backup; without one, counting starts from zero.");
}

// FULL: a commit is on the disk before it is acknowledged, so that it survives the power too.
Result<void> set_up(const Database& database) {
  const auto mode = database.text("PRAGMA journal_mode = WAL");
  if (!mode) return mode.error();
  if (*mode != "wal")
    return Error(Code::internal_error, database.file() +
                                           ": its file system has no shared memory, which a write-ahead "
                                           "log needs. Set data_dir to a local disk.");
  return database.run("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF");
}

// Shared: one connection belongs to the writing thread, the other stands under a lock.
class SqliteLedger : public Ledger {
 public:
  SqliteLedger(const SqliteLedgerSettings& settings, Database writing, Database reading)
      : writing_(std::move(writing)),
        reading_(std::move(reading)),
        commits_({settings.max_waiting, settings.retry_every, settings.on_failure},
                 [this](auto entries) { return write(entries); }) {}

  bool append(budget::LedgerRow row, Done done) override { return commits_.append(std::move(row), std::move(done)); }
  bool admits() const override { return commits_.admits(); }
  LedgerState state() const override { return commits_.state(); }

  Result<void> replay(core::WallTime since, const std::function<void(const budget::LedgerRow&)>& tell) override {
    commits_.wait_for_attempt();
    const std::lock_guard lock(reading_mutex_);
    return read_rows(reading_, since, tell);
  }

  Result<Spend> spend(const SpendQuery& query) override {
    const std::lock_guard lock(reading_mutex_);
    return read_spend(reading_, query);
  }

 private:
  // Prepared by the thread that uses it.
  Result<void> write(std::span<const GroupCommit::Entry> entries) {
    if (!writer_) {
      auto writer = LedgerWriter::prepare(writing_);
      if (!writer) return std::move(writer).error();
      writer_.emplace(std::move(*writer));
    }
    return writer_->write(entries);
  }

  Database writing_;
  Database reading_;
  std::mutex reading_mutex_;
  std::optional<LedgerWriter> writer_;
  GroupCommit commits_;  // last: its thread ends before what it uses
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_sqlite_ledger(SqliteLedgerSettings settings) {
  if (auto made = make_private_file(settings.file); !made) return std::move(made).error();
  auto writing = Database::open(settings.file, settings.busy_wait);
  if (!writing) return std::move(writing).error();
  if (auto checked = check(*writing, settings.check_up_to); !checked) return std::move(checked).error();
  if (auto ready = set_up(*writing); !ready) return std::move(ready).error();
  if (auto migrated = migrate(*writing, ledger_steps(), settings.busy_wait); !migrated)
    return std::move(migrated).error();
  auto reading = Database::open(settings.file, settings.busy_wait);
  if (!reading) return std::move(reading).error();
  if (auto ready = reading->run("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF"); !ready)
    return std::move(ready).error();
  return std::make_unique<SqliteLedger>(settings, std::move(*writing), std::move(*reading));
}

}  // namespace headgate::store
