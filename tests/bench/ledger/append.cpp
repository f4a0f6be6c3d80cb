// What a row of the ledger costs at a steady rate: `ledger_bench DIR [ROWS_A_SECOND] [SECONDS]`. One thread appends a
// row when it is due and spins in between; its spinning is left out, what append() takes of it is counted.
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "headgate/store/sqlite_ledger.hpp"

using namespace headgate;
using std::chrono::nanoseconds;

namespace {

double cpu_microseconds(clockid_t clock) {
  timespec spent{};
  ::clock_gettime(clock, &spent);
  return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) / 1e3;
}

double kernel_microseconds(int who) {
  rusage used{};
  ::getrusage(who, &used);
  return static_cast<double>(used.ru_stime.tv_sec) * 1e6 + static_cast<double>(used.ru_stime.tv_usec);
}

budget::LedgerRow row(long number) {
  budget::LedgerRow row;
  row.request_id = "req_" + std::to_string(1'000'000'000'000 + number);
  row.time = std::chrono::system_clock::now();
  row.tenant = number % 3 == 0 ? "support" : "research";
  row.key_id = "k3x9q2w7e1";
  row.tags = {"nightly"};
  row.model = number % 2 == 0 ? "gpt-4o-mini" : "mistral-small";
  row.provider = number % 2 == 0 ? "openai" : "mistral";
  row.capability = core::Capability::code;
  row.usage = {1200, 300, std::nullopt, 250, std::nullopt};
  row.cost = core::Money::picodollars(123'456'789 + number);
  return row;
}

struct Spent {
  std::vector<float> appends;  // nanoseconds each
  long dropped = 0;
};

Spent append_paced(store::Ledger& ledger, long rows, nanoseconds gap) {
  Spent spent{};
  spent.appends.reserve(static_cast<std::size_t>(rows));
  auto due = core::Clock::now();
  for (long i = 0; i < rows; ++i, due += gap) {
    const auto next = row(i);
    while (core::Clock::now() < due) {
    }
    const auto began = core::Clock::now();
    if (!ledger.append(next, nullptr)) ++spent.dropped;
    spent.appends.push_back(std::chrono::duration<float, std::nano>(core::Clock::now() - began).count());
  }
  return spent;
}

float quantile(std::vector<float>& sorted, double part) {
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return std::fprintf(stderr, "usage: ledger_bench DIR [ROWS_A_SECOND] [SECONDS]\n"), 2;
  const long rate = count > 2 ? std::atol(arguments[2]) : 20'000, seconds = count > 3 ? std::atol(arguments[3]) : 10;
  const long rows = rate * seconds;
  store::SqliteLedgerSettings settings;
  settings.file = std::string(arguments[1]) + "/ledger.db";
  auto opened = store::open_sqlite_ledger(settings);
  if (!opened) return std::fprintf(stderr, "%s\n", opened.error().message().c_str()), 1;

  const double process = cpu_microseconds(CLOCK_PROCESS_CPUTIME_ID), own = cpu_microseconds(CLOCK_THREAD_CPUTIME_ID);
  const double kernel = kernel_microseconds(RUSAGE_SELF), own_kernel = kernel_microseconds(RUSAGE_THREAD);
  auto spent = append_paced(**opened, rows, nanoseconds(1'000'000'000 / rate));
  const double own_spent = cpu_microseconds(CLOCK_THREAD_CPUTIME_ID) - own;
  const double own_kernel_spent = kernel_microseconds(RUSAGE_THREAD) - own_kernel;
  opened->reset();  // writes what is left
  // The end of the ledger is this thread's, but part of the cost.
  const double process_spent = cpu_microseconds(CLOCK_PROCESS_CPUTIME_ID) - process - own_spent;
  const double kernel_spent = kernel_microseconds(RUSAGE_SELF) - kernel - own_kernel_spent;

  double appending = 0;
  for (const auto each : spent.appends) appending += each;
  std::sort(spent.appends.begin(), spent.appends.end());
  const auto n = static_cast<double>(rows);
  std::printf("%ld rows, %ld a second, %ld dropped\n", rows, rate, spent.dropped);
  std::printf("writing thread: %.2f us a row, %.2f of it in the kernel\n", process_spent / n, kernel_spent / n);
  std::printf("append: %.0f ns on average; half within %.0f, 99 %% within %.0f, all within %.0f ns\n", appending / n,
              quantile(spent.appends, 0.5), quantile(spent.appends, 0.99), spent.appends.back());
  std::printf("together: %.2f us a row\n", process_spent / n + appending / n / 1e3);
}
