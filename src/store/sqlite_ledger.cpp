#include "headgate/store/sqlite_ledger.hpp"

#include <filesystem>

#include "group_commit.hpp"
#include "ledger_tables.hpp"
#include "private_file.hpp"
#include "row_bytes.hpp"
#include "schema.hpp"

namespace headgate::store {
namespace {

using core::Code;
using core::Error;
using core::Result;

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

// One transaction: what was killed in the middle of this finds all of it again.
Result<void> recover(Journal& journal, const Database& database, std::size_t journal_size) {
  const auto committed = database.number("SELECT committed FROM journal");
  if (!committed) return committed.error();
  auto left = journal.left(static_cast<std::uint64_t>(*committed));
  if (!left) return std::move(left).error();
  if (!left->rows.empty()) {
    std::vector<std::string> rows;
    for (const auto& row : left->rows) rows.push_back(encoded(row));
    auto writer = LedgerWriter::prepare(database);
    if (!writer) return std::move(writer).error();
    if (auto written = writer->write({{}, rows}, left->last); !written) return std::move(written).error();
  }
  return journal.start(journal_size, left->last);
}

Result<Database> open_for_writing(const SqliteLedgerSettings& settings) {
  auto database = Database::open(settings.file, settings.busy_wait);
  if (!database) return database;
  if (auto checked = check(*database, settings.check_up_to); !checked) return std::move(checked).error();
  if (auto ready = set_up(*database); !ready) return std::move(ready).error();
  if (auto migrated = migrate(*database, ledger_steps(), settings.busy_wait); !migrated)
    return std::move(migrated).error();
  return database;
}

Result<Database> open_for_reading(const SqliteLedgerSettings& settings) {
  auto database = Database::open(settings.file, settings.busy_wait);
  if (!database) return database;
  if (auto ready = database->run("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF"); !ready)
    return std::move(ready).error();
  return database;
}

// Shared: one connection belongs to the writing thread, the other stands under a lock.
class SqliteLedger : public Ledger {
 public:
  SqliteLedger(const SqliteLedgerSettings& settings, Journal journal, Database writing, Database reading)
      : journal_(std::move(journal)),
        writing_(std::move(writing)),
        reading_(std::move(reading)),
        commits_({settings.max_waiting, settings.commit_every, settings.retry_every, settings.on_failure}, &journal_,
                 [this](Batch batch) { return write(std::move(batch)); }) {}

  bool append(const budget::LedgerRowView& row, Done done) override { return commits_.append(row, std::move(done)); }
  bool admits() const override { return commits_.admits(); }
  LedgerState state() const override { return commits_.state(); }

  Result<void> replay(core::WallTime since, const std::function<void(const budget::LedgerRow&)>& tell) override {
    commits_.wait_for_attempt();
    const std::lock_guard lock(reading_mutex_);
    return read_rows(reading_, since, tell);
  }

  Result<Spend> spend(const SpendQuery& query) override {
    commits_.wait_for_attempt();
    const std::lock_guard lock(reading_mutex_);
    return read_spend(reading_, query);
  }

 private:
  // Prepared by the thread that uses it.
  Result<std::size_t> write(Batch batch) {
    if (!writer_) {
      auto writer = LedgerWriter::prepare(writing_);
      if (!writer) return std::move(writer).error();
      writer_.emplace(std::move(*writer));
    }
    return writer_->write(std::move(batch), journal_.end_of_batch());
  }

  Journal journal_;  // first: its file is free for another process when all the rest has ended
  Database writing_;
  Database reading_;
  std::mutex reading_mutex_;
  std::optional<LedgerWriter> writer_;
  GroupCommit commits_;  // last: its thread ends before what it uses
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_sqlite_ledger(SqliteLedgerSettings settings) {
  if (auto made = make_private_file(settings.file); !made) return std::move(made).error();
  auto journal = Journal::open(std::filesystem::path(settings.file).replace_extension(".pending"));
  if (!journal) return std::move(journal).error();
  auto writing = open_for_writing(settings);
  if (!writing) return std::move(writing).error();
  if (auto recovered = recover(*journal, *writing, settings.journal_size); !recovered)
    return std::move(recovered).error();
  auto reading = open_for_reading(settings);
  if (!reading) return std::move(reading).error();
  return std::make_unique<SqliteLedger>(settings, std::move(*journal), std::move(*writing), std::move(*reading));
}

}  // namespace headgate::store
