#include "headgate/metrics/metrics.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace headgate::metrics {
namespace {

using namespace std::chrono_literals;

constexpr double bounds[] = {0.01, 0.1, 1};

std::vector<std::uint64_t> buckets_after(core::Duration duration) {
  Histogram histogram(bounds);
  histogram.observe(duration);
  return histogram.read().cumulative;
}

using Buckets = std::vector<std::uint64_t>;

constexpr unsigned threads = 4, rounds = 20'000;

template <typename Work>
void on_all_threads(const Work& work) {
  std::vector<std::jthread> running;
  for (unsigned t = 0; t < threads; ++t)
    running.emplace_back([&work, t] {
      for (unsigned i = 0; i < rounds; ++i) work(t, i);
    });
}

}  // namespace

TEST(Counter, AddsUp) {
  Counter counter;
  counter.add();
  counter.add(41);
  EXPECT_EQ(counter.value(), 42u);
}

TEST(Gauge, GoesUpAndDown) {
  Gauge gauge;
  gauge.set(2.5);
  gauge.add(-1);
  EXPECT_EQ(gauge.value(), 1.5);
}

TEST(Histogram, PutsADurationIntoEveryBucketThatHoldsIt) {
  EXPECT_EQ(buckets_after(0ns), (Buckets{1, 1, 1, 1}));
  EXPECT_EQ(buckets_after(50ms), (Buckets{0, 1, 1, 1}));
  EXPECT_EQ(buckets_after(500ms), (Buckets{0, 0, 1, 1}));
  EXPECT_EQ(buckets_after(1h), (Buckets{0, 0, 0, 1}));
}

TEST(Histogram, BoundsBelongToTheBucketTheyClose) {
  EXPECT_EQ(buckets_after(10ms), (Buckets{1, 1, 1, 1}));
  EXPECT_EQ(buckets_after(10ms + 1ns), (Buckets{0, 1, 1, 1}));
  EXPECT_EQ(buckets_after(1s), (Buckets{0, 0, 1, 1}));
}

TEST(Histogram, KeepsEveryDecimalBoundExact) {
  for (int millis = 1; millis <= 5000; ++millis) {
    const double bound[] = {millis / 1000.0};
    Histogram histogram(bound);
    histogram.observe(std::chrono::milliseconds(millis));
    EXPECT_EQ(histogram.read().cumulative.front(), 1u) << millis << " ms";
  }
}

TEST(Histogram, CountsNegativeDurationsAsNone) {
  Histogram histogram(bounds);
  histogram.observe(-5s);
  EXPECT_EQ(histogram.read().cumulative, (Buckets{1, 1, 1, 1}));
  EXPECT_EQ(histogram.read().sum_seconds, 0);
}

TEST(Histogram, SumsInSeconds) {
  Histogram histogram(bounds);
  histogram.observe(1500ms);
  histogram.observe(250us);
  EXPECT_DOUBLE_EQ(histogram.read().sum_seconds, 1.50025);
}

TEST(Registry, GivesTheSameMetricForTheSameLabels) {
  Registry registry;
  auto& first = registry.counter("headgate_requests_total", "Requests.", {{"code", "200"}});
  EXPECT_EQ(&first, &registry.counter("headgate_requests_total", "Requests.", {{"code", "200"}}));
  EXPECT_NE(&first, &registry.counter("headgate_requests_total", "Requests.", {{"code", "404"}}));
}

TEST(Registry, KeepsReferencesValidAsItGrows) {
  Registry registry;
  auto& first = registry.gauge("headgate_first", "First.");
  for (int i = 0; i < 2000; ++i) registry.gauge("headgate_gauge_" + std::to_string(i), "More.");
  first.set(7);
  EXPECT_EQ(registry.gauge("headgate_first", "First.").value(), 7);
}

TEST(Registry, CountsLabelSetsBeyondTheCapTogether) {
  Registry registry;
  for (std::size_t i = 0; i < Registry::max_label_sets + 500; ++i)
    registry.counter("headgate_requests_total", "Requests.", {{"model", "m" + std::to_string(i)}}).add();
  EXPECT_EQ(registry.counter("headgate_requests_total", "Requests.", {{"model", "other"}}).value(), 500u);
  EXPECT_EQ(registry.counter("headgate_requests_total", "Requests.", {{"model", "m0"}}).value(), 1u);
  EXPECT_EQ(registry.counter("headgate_other_total", "Another family.", {{"model", "fresh"}}).value(), 0u);
}

TEST(Registry, MetricsOfEndedLeasesGiveWayInAFullFamily) {
  Registry registry;
  const auto count = [&](int round, int model) -> Counter& {
    const auto name = "m" + std::to_string(round) + "-" + std::to_string(model);
    return registry.counter("headgate_requests_total", "Requests.", {{"model", name}});
  };
  for (int round = 0; round < 50; ++round) {
    std::vector<Registry::Lease> leases;
    for (int model = 0; model < 60; ++model) {
      leases.push_back(registry.lease({"model", "m" + std::to_string(round) + "-" + std::to_string(model)}));
      count(round, model).add();
    }
    for (int model = 0; model < 60; ++model) ASSERT_EQ(count(round, model).value(), 1u) << round;
  }
  EXPECT_EQ(registry.expose().find("\"other\""), std::string::npos);
}

TEST(Registry, MetricsOfALeaseThatIsHeldStay) {
  Registry registry;
  const auto lease = registry.lease({"model", "kept"});
  const auto again = registry.lease({"model", "kept"});
  auto& kept = registry.counter("headgate_requests_total", "Requests.", {{"model", "kept"}});
  for (std::size_t i = 0; i < 2 * Registry::max_label_sets; ++i) {
    const auto name = "m" + std::to_string(i);
    const auto passing = registry.lease({"model", name});
    registry.counter("headgate_requests_total", "Requests.", {{"model", name}});
  }
  kept.add();
  EXPECT_EQ(registry.counter("headgate_requests_total", "Requests.", {{"model", "kept"}}).value(), 1u);
}

TEST(Presence, CountsAsLongAsItLives) {
  Gauge gauge;
  {
    const Presence one(gauge), two(gauge);
    EXPECT_EQ(gauge.value(), 2);
  }
  EXPECT_EQ(gauge.value(), 0);
}

TEST(Threads, LoseNoCount) {
  Registry registry;
  Histogram histogram(bounds);
  Gauge gauge;
  on_all_threads([&](unsigned thread, unsigned round) {
    static constexpr const char* codes[] = {"200", "404", "503"};
    registry.counter("headgate_requests_total", "Requests.", {{"code", codes[(thread + round) % 3]}}).add();
    histogram.observe(1ms);
    gauge.add(1);
  });
  std::uint64_t total = 0;
  for (const char* code : {"200", "404", "503"})
    total += registry.counter("headgate_requests_total", "Requests.", {{"code", code}}).value();
  EXPECT_EQ(total, threads * rounds);
  EXPECT_EQ(histogram.read().cumulative.back(), threads * rounds);
  EXPECT_DOUBLE_EQ(histogram.read().sum_seconds, threads * rounds / 1000.0);
  EXPECT_EQ(gauge.value(), threads * rounds);
}

TEST(Threads, ExposeWhileOthersCount) {
  Registry registry;
  on_all_threads([&](unsigned thread, unsigned round) {
    if (thread == 0 && round % 1000 == 0) {
      EXPECT_FALSE(registry.expose().empty() && round > 0);
    } else {
      registry.counter("headgate_requests_total", "Requests.", {{"thread", std::to_string(thread)}}).add();
    }
  });
}

TEST(LazyCounters, AskForTheNameOnce) {
  Registry registry;
  LazyCounters<3> lazy;
  int asked = 0;
  const auto make = [&]() -> Counter& {
    ++asked;
    return registry.counter("headgate_requests_total", "Requests.");
  };
  lazy.at(1, make).add();
  lazy.at(1, make).add();
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(registry.counter("headgate_requests_total", "Requests.").value(), 2u);
}

TEST(LazyCounters, LoseNoCountWhenManyThreadsAskFirst) {
  Registry registry;
  LazyCounters<4> lazy;
  on_all_threads([&](unsigned, unsigned round) {
    const auto index = round % 4;
    lazy.at(index,
            [&]() -> Counter& {
              return registry.counter("headgate_requests_total", "Requests.", {{"index", std::to_string(index)}});
            })
        .add();
  });
  std::uint64_t total = 0;
  for (const char* index : {"0", "1", "2", "3"})
    total += registry.counter("headgate_requests_total", "Requests.", {{"index", index}}).value();
  EXPECT_EQ(total, threads * rounds);
}

}  // namespace headgate::metrics
