// Appends rows from two threads and prints the id of each that was taken, until it is killed:
// `ledger_appender FILE PREFIX COMMIT_EVERY_MS`. As `ledger_appender FILE lock` it holds the file's lock until
// its input ends.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <semaphore>
#include <thread>

#include "headgate/store/sqlite_ledger.hpp"
#include "sqlite.hpp"

namespace {

using namespace headgate;

// One write for each line: a killed process must not leave half of one in a buffer.
void say(const std::string& line) {
  const auto whole = line + "\n";
  if (::write(STDOUT_FILENO, whole.data(), whole.size()) < 0) _exit(1);
}

int hold_lock(const std::string& file) {
  const auto database = store::Database::open(file, core::milliseconds(5000));
  if (!database || !database->run("BEGIN IMMEDIATE")) return 1;
  say("locked");
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return 0;
}

void append_forever(store::Ledger& ledger, const std::string& prefix) {
  std::counting_semaphore<128> room(128);
  for (int i = 0;; ++i) {
    room.acquire();
    budget::LedgerRow row;
    row.request_id = prefix + "-" + std::to_string(i);
    row.time = std::chrono::system_clock::now();
    row.tenant = "support";
    row.model = "large";
    row.cost = core::Money::picodollars(1000 + i);
    const auto id = row.request_id;
    if (ledger.append(row, [&room](store::Written) { room.release(); })) say(id);
  }
}

int append_until_killed(const std::string& file, const std::string& prefix, core::milliseconds commit_every) {
  store::SqliteLedgerSettings settings;
  settings.file = file;
  settings.commit_every = commit_every;
  settings.journal_size = 128u << 10;  // small, so that its halves are used again and again
  const auto ledger = store::open_sqlite_ledger(settings);
  if (!ledger) {
    std::fprintf(stderr, "%s\n", ledger.error().message().c_str());
    return 1;
  }
  const std::jthread other([&] { append_forever(**ledger, prefix + "b"); });
  append_forever(**ledger, prefix + "a");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 3 && std::string(arguments[2]) == "lock") return hold_lock(arguments[1]);
  if (count != 4) return 2;
  return append_until_killed(arguments[1], arguments[2], core::milliseconds(std::atoi(arguments[3])));
}
