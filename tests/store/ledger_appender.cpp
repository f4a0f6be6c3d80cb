// Appends rows and prints the id of each that is acknowledged, until it is killed. As
// `ledger_appender FILE lock` it holds the file's lock until its input ends.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <semaphore>

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

int append_until_killed(const std::string& file, const std::string& prefix) {
  std::counting_semaphore<128> room(128);
  store::SqliteLedgerSettings settings;
  settings.file = file;
  const auto ledger = store::open_sqlite_ledger(settings);
  if (!ledger) {
    std::fprintf(stderr, "%s\n", ledger.error().message().c_str());
    return 1;
  }
  for (int i = 0;; ++i) {
    room.acquire();
    budget::LedgerRow row;
    row.request_id = prefix + "-" + std::to_string(i);
    row.time = std::chrono::system_clock::now();
    row.tenant = "support";
    row.model = "large";
    row.cost = core::Money::picodollars(1000 + i);
    (*ledger)->append(row, [&room, id = row.request_id](store::Written written) {
      if (written == store::Written::durable) say(id);
      room.release();
    });
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const std::string file = arguments[1], what = arguments[2];
  return what == "lock" ? hold_lock(file) : append_until_killed(file, what);
}
