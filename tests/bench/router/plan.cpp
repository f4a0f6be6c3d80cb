// What a plan costs: CPU time of one thread, call by call, and the allocations of a call.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>
#include <thread>

#include "headgate/routing/router.hpp"

using namespace headgate;

namespace {

std::atomic<std::size_t> allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using routing::Settings;

std::int64_t cpu_now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

// All is measured of every model; reading it costs next to nothing here.
class Measured final : public routing::Surroundings {
 public:
  explicit Measured(std::size_t models) : readings_(models) {
    for (std::size_t i = 0; i < models; ++i) {
      auto& reading = readings_[i];
      reading.overrun = 1.0 + static_cast<double>(i % 7) / 10;
      reading.success_rate = 1.0 - static_cast<double>(i % 5) / 100;
      reading.first_token = core::milliseconds(200 + 37 * (i % 11));
      reading.tokens_per_second = 40.0 + static_cast<double>(i % 13);
      reading.output_tokens = 300 + i % 100;
      reading.reasoning_tokens = 100 * (i % 3);
      reading.answers = 20;
      reading.feedback = 0.8;
      reading.feedback_count = 10;
    }
  }
  routing::Reading of(routing::ModelIndex model, std::optional<core::Capability>, core::Tokens) const override {
    return readings_[model];
  }

 private:
  std::vector<routing::Reading> readings_;
};

// Of `pool_size` models each, the first named `default`.
Settings made(std::size_t models, std::size_t pools, std::size_t pool_size) {
  Settings settings;
  for (std::size_t i = 0; i < models; ++i) {
    routing::Model model;
    model.name = "vendor-model-number-" + std::to_string(i);
    model.provider = "provider-" + std::to_string(i % 12);
    auto& price = model.facts.price.emplace();
    price.rates[catalog::Rate::input] = core::Money::picodollars(static_cast<std::int64_t>(100'000 * (i % 20 + 1)));
    price.rates[catalog::Rate::output] = core::Money::picodollars(static_cast<std::int64_t>(400'000 * (i % 20 + 1)));
    model.facts.context_window = 128'000;
    model.facts.quality[1] = catalog::Quality{0.4 + 0.03 * static_cast<double>(i % 17), "bench"};
    settings.models.push_back(std::move(model));
  }
  for (std::size_t i = 0; i < pools; ++i) {
    settings.pools.push_back({i == 0 ? "default" : "pool-number-" + std::to_string(i), {}});
    for (std::size_t j = 0; j < pool_size; ++j)
      settings.pools.back().models.push_back(settings.models[(i * 10 + j) % models].name);
  }
  return settings;
}

// Rules that look at everything and fail at the last moment, and one that matches.
void add_rules(Settings& settings, std::size_t count, const std::string& pool) {
  for (std::size_t i = 0; i < count; ++i) {
    routing::Rule rule;
    rule.name = "rule " + std::to_string(i);
    rule.when.tenants = {"another-tenant", "some-tenant"};
    rule.when.models = {"gpt-*", "auto"};
    rule.when.min_input_tokens = 10;
    rule.when.headers = {{"x-team", {"red", "green"}}};
    auto& time = rule.when.time.emplace();
    const bool matches = i + 1 == count;
    if (!matches) time.to = std::chrono::minutes(1);
    rule.use.pool = pool;
    rule.use.min_quality = 0.1;
    settings.rules.push_back(std::move(rule));
  }
}

void measure(const char* name, Settings settings, const routing::Profile& profile) {
  const Measured around(settings.models.size());
  const routing::Router router(std::move(settings));
  constexpr std::size_t calls = 200'000;
  std::vector<std::int64_t> took(calls), empty(calls);
  std::size_t candidates = 0;
  for (auto& one : empty) one = -cpu_now(), one += cpu_now();
  const auto before = allocations.load();
  for (std::size_t i = 0; i < calls; ++i) {
    const double draw = static_cast<double>(i) / calls;
    const auto began = cpu_now();
    const auto plan = router.plan(profile, around, draw);
    took[i] = cpu_now() - began;
    if (!plan) std::abort();
    candidates = plan->candidates.size();
  }
  const auto allocated = static_cast<double>(allocations.load() - before) / calls;
  const auto whole = cpu_now();
  for (std::size_t i = 0; i < calls; ++i)
    if (!router.plan(profile, around, static_cast<double>(i) / calls)) std::abort();
  const double mean = static_cast<double>(cpu_now() - whole) / calls / 1000;
  std::sort(took.begin(), took.end());
  std::sort(empty.begin(), empty.end());
  const auto micros = [&](std::size_t per_mille) {
    return static_cast<double>(took[calls * per_mille / 1000] - empty[calls / 2]) / 1000;
  };
  std::printf("%-8s %2zu candidates: mean %.2f us, p50 %.2f us, p99 %.2f us, %.1f allocations\n", name, candidates,
              mean, micros(500), micros(990), allocated);
}

}  // namespace

int main() {
  std::jthread([] {}).join();  // the C library locks without atomics until there was a second thread
  const routing::HeaderValue headers[] = {{"x-team", "green"}};
  routing::Profile profile;
  profile.model = "auto";
  profile.tenant = "some-tenant";
  profile.capability = core::Capability::code;
  profile.input_tokens = 800;
  profile.most_input_tokens = 1000;
  profile.headers = headers;
  profile.wall = core::WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(12));

  auto worst = made(200, 20, 20);
  add_rules(worst, 100, "pool-number-19");
  measure("worst", std::move(worst), profile);
  auto typical = made(2, 1, 2);
  add_rules(typical, 3, "default");
  measure("typical", std::move(typical), profile);
  auto named = made(2, 1, 2);
  named.failover.named_models = routing::NamedModels::strict;
  profile.model = "vendor-model-number-1";
  measure("named", std::move(named), profile);
}
