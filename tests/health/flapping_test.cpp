// A breaker before providers that misbehave over time, at 50 requests a second.
#include <gtest/gtest.h>

#include <random>

#include "headgate/health/breaker.hpp"

namespace headgate::health {
namespace {

using core::Duration;
using core::TimePoint;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint start{std::chrono::hours(1000)};
constexpr Duration between_requests = std::chrono::milliseconds(20);

struct Run {
  std::optional<Duration> opened_after;  // since the trouble began
  int changes = 0;
  int asked = 0;
};

// `fails` is asked with the time since the trouble began, after half a minute of health.
template <typename Fails>
Run run(std::uint64_t seed, Duration lasting, Fails&& fails) {
  Breaker breaker(Settings(), seed);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> unit(0, 1);
  Run run;
  const auto trouble = start + seconds(30);
  for (auto now = start; now < trouble + lasting; now += between_requests) {
    if (auto permit = breaker.acquire(now, unit(random))) {
      run.asked += now >= trouble ? 1 : 0;
      const bool failed = now >= trouble && fails(now - trouble, unit(random));
      breaker.settle(std::move(*permit), now, failed ? Outcome::failure : Outcome::success, Duration::zero());
    }
    while (const auto transition = breaker.take_transition()) {
      ++run.changes;
      if (!run.opened_after) run.opened_after = transition->at - trouble;
    }
  }
  return run;
}

bool up_and_down(Duration since, double) { return since / seconds(10) % 2 == 0; }
bool half_the_time(Duration, double draw) { return draw < 0.5; }
bool always(Duration, double) { return true; }

}  // namespace

TEST(Flapping, OpensWithinASecondWhenEverythingFails) {
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    EXPECT_LE(run(seed, seconds(5), always).opened_after, std::chrono::milliseconds(100));
}

TEST(Flapping, OpensWithinThreeSecondsOfHalfFailing) {
  int late = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const auto opened_after = run(seed, seconds(10), half_the_time).opened_after;
    late += !opened_after || *opened_after > seconds(3) ? 1 : 0;
  }
  EXPECT_LE(late, 5);
}

TEST(Flapping, BearsATwentiethOfErrors) {
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    EXPECT_EQ(run(seed, minutes(5), [](Duration, double draw) { return draw < 0.05; }).changes, 0);
}

TEST(Flapping, ChangesNoMoreThanOnceInFiveSecondsWhileAProviderComesAndGoes) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto seen = run(seed, minutes(20), up_and_down);
    EXPECT_LE(seen.opened_after, seconds(3));
    EXPECT_LE(seen.changes, 20 * 60 / 5);
    EXPECT_GE(seen.changes, 3);
  }
}

TEST(Flapping, ChangesNoMoreThanOnceInFiveSecondsWhileHalfFails) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) EXPECT_LE(run(seed, minutes(20), half_the_time).changes, 20 * 60 / 5);
}

TEST(Flapping, AsksADeadProviderSeldom) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto seen = run(seed, std::chrono::hours(1), always);
    EXPECT_LE(seen.asked, 5 + 7 + 60 / 4 + 1);  // until it opens, while times double, then every four minutes or so
    EXPECT_GE(seen.asked, 5 + 6 + 60 / 5 - 3);
  }
}

}  // namespace headgate::health
