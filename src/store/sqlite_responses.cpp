#include "headgate/store/sqlite_responses.hpp"

#include <optional>

#include "calls.hpp"
#include "private_file.hpp"
#include "response_tables.hpp"

namespace headgate::store {
namespace {

using core::Code;
using core::Error;
using core::Result;

constexpr std::size_t small_call = 256;  // bytes of one without texts

Error busy() { return Error(Code::overloaded, "too many calls wait for the stored responses"); }
Error too_late() { return Error(Code::overloaded, "the stored responses did not come in time"); }

// NORMAL: the last commits may be lost with the power, none with the process. What is deleted is overwritten.
Result<Database> open_file(const SqliteResponsesSettings& settings) {
  auto database = Database::open(settings.file, settings.busy_wait);
  if (!database) return database;
  const auto mode = database->text("PRAGMA journal_mode = WAL");
  if (!mode) return mode.error();
  if (*mode != "wal")
    return Error(Code::internal_error, settings.file +
                                           ": its file system has no shared memory, which a write-ahead log needs. "
                                           "Set data_dir to a local disk.");
  auto ready = database->run(
      "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864;"
      "PRAGMA trusted_schema = OFF");
  if (!ready) return std::move(ready).error();
  if (auto migrated = migrate(*database, response_steps(), settings.busy_wait); !migrated)
    return std::move(migrated).error();
  return database;
}

// Shared: the connection and its statements belong to the thread of the calls.
class SqliteResponses : public Responses {
 public:
  SqliteResponses(const SqliteResponsesSettings& settings, Database database)
      : database_(std::move(database)),
        now_(settings.now ? settings.now : [] { return std::chrono::system_clock::now(); }),
        limits_(settings.limits),
        calls_({settings.max_waiting, settings.max_waiting_bytes, settings.clean_every, [this] { clean(); }}) {}

  void save(StoredResponse response, core::TimePoint by, Done<void> done) override {
    const auto bytes = response.input.size() + response.response.size() + small_call;
    call<void>(bytes, by, std::move(done), [this, response = std::move(response)](ResponseTables& tables) {
      return tables.save(response, limits());
    });
  }

  void find(ResponsesAsked asked, core::TimePoint by, Done<ResponsesFound> done) override {
    call<ResponsesFound>(small_call, by, std::move(done), [this, asked = std::move(asked)](ResponseTables& tables) {
      return tables.find(asked, limits(), now_());
    });
  }

  void erase(std::string tenant, std::string id, core::TimePoint by, Done<bool> done) override {
    call<bool>(small_call, by, std::move(done),
               [this, tenant = std::move(tenant), id = std::move(id)](ResponseTables& tables) {
                 auto erased = tables.erase(tenant, id, oldest());
                 if (erased && *erased) forget();
                 return erased;
               });
  }

  void apply(ResponseLimits limits) override {
    const std::lock_guard lock(mutex_);
    limits_ = limits;
  }

 private:
  template <typename T, typename Act>
  void call(std::size_t bytes, core::TimePoint by, Done<T> done, Act act) {
    const bool added = calls_.add(bytes, [this, by, done, act = std::move(act)] {
      if (core::Clock::now() >= by) return done(too_late());
      auto tables = prepared();
      done(tables ? act(**tables) : Result<T>(tables.error()));
    });
    if (!added) done(busy());
  }

  Result<ResponseTables*> prepared() {
    if (!tables_) {
      auto tables = ResponseTables::prepare(database_);
      if (!tables) return tables.error();
      tables_.emplace(std::move(*tables));
    }
    return &*tables_;
  }

  // A few at a time, between the calls. What cannot be removed now is hidden all the same.
  void clean() {
    const auto tables = prepared();
    if (!tables) return;
    const auto more = (*tables)->drop(oldest());
    if (!more || !*more) return;
    forget();
    (void)calls_.add(0, [this] { clean(); });
  }

  // What was deleted is overwritten in the file, and stands in its log no longer. Where that fails the next one tries.
  void forget() { (void)database_.text("PRAGMA wal_checkpoint(TRUNCATE)"); }

  core::WallTime oldest() { return now_() - limits().keep; }

  ResponseLimits limits() {
    const std::lock_guard lock(mutex_);
    return limits_;
  }

  Database database_;
  std::optional<ResponseTables> tables_;
  const std::function<core::WallTime()> now_;
  std::mutex mutex_;
  ResponseLimits limits_;
  Calls calls_;  // last: its thread ends before what it uses
};

}  // namespace

Result<std::unique_ptr<Responses>> open_sqlite_responses(SqliteResponsesSettings settings) {
  if (auto made = make_private_file(settings.file); !made) return std::move(made).error();
  auto database = open_file(settings);
  if (!database) return std::move(database).error();
  return std::make_unique<SqliteResponses>(settings, std::move(*database));
}

}  // namespace headgate::store
