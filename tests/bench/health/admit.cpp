// What the health book costs an attempt when all is well: admit and settle, by one thread.
#include <chrono>
#include <cstdio>
#include <thread>

#include "headgate/health/book.hpp"

using namespace headgate;

int main() {
  std::jthread([] {}).join();  // the C library locks without atomics until there was a second thread
  health::Book book({{"lab"}, {{"large", 0}, {"small", 0}}}, {}, 1, core::Clock::now());
  constexpr int rounds = 9, calls = 1'000'000;
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const auto began = core::Clock::now();
    auto now = began;
    for (int i = 0; i < calls; ++i) {
      now += std::chrono::microseconds(50);
      auto answer = book.admit(i % 2 == 0 ? 0 : 1, now);
      if (auto* admission = std::get_if<health::Admission>(&answer))
        admission->settle(now, health::Outcome::success, std::chrono::milliseconds(300));
    }
    const std::chrono::duration<double, std::nano> took = core::Clock::now() - began;
    best = std::min(best, took.count() / calls);
  }
  std::printf("admit and settle: %.1f ns (best of %d rounds of %d)\n", best, rounds, calls);
}
