// Random histories: the breaker and the oracle are told the same and must say the same.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "oracle.hpp"

namespace headgate::health {
namespace {

using core::Duration;
using core::TimePoint;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration half_second = milliseconds(500);

std::vector<Settings> variants() {
  Settings usual;
  Settings quick = usual;
  quick.window = seconds(3), quick.min_requests = 4, quick.consecutive_failures = 3, quick.open_for = milliseconds(500);
  quick.max_open = seconds(7), quick.half_open_probes = 3, quick.stable = seconds(10), quick.slow_start = seconds(4);
  quick.probe_lease = seconds(2), quick.jitter = 0.5;
  Settings rates = usual;  // these alone: never so many failures in a row
  rates.consecutive_failures = 1000, rates.failure_rate = 0.7, rates.slow_rate = 0.6, rates.min_requests = 20;
  rates.half_open_probes = 2, rates.slow_start = Duration::zero(), rates.jitter = 0;
  Settings single = usual;
  single.min_requests = 1, single.consecutive_failures = 1, single.failure_rate = 1, single.slow_call = seconds(1);
  single.slow_rate = 1, single.half_open_probes = 16, single.window = seconds(1), single.jitter = 1;
  return {usual, quick, rates, single};
}

class History {
 public:
  History(std::size_t variant, std::uint64_t seed)
      : settings_(variants()[variant]), random_(seed), breaker_(settings_, seed), oracle_(settings_) {}

  void step() {
    now_ += Duration(static_cast<Duration::rep>(std::pow(10, 5 + 4.7 * unit()) * (calm_ ? 1 : 0.2)));
    if (unit() < 0.3) now_ += half_second - now_.time_since_epoch() % half_second;  // limits are met exactly, too
    if (unit() < 0.01) failing_ = unit() < 0.4 ? 0 : unit(), slow_ = unit() < 0.7 ? 0 : unit(), calm_ = unit() < 0.5;
    const double what = unit();
    if (what < 0.5)
      acquire();
    else if (what < 0.985)
      finish();
    else if (what < 0.99)
      force();
    else if (what < 0.995)
      breaker_.end_force(now_), oracle_.end_force(now_);
    else
      replace();
    take_transitions();
    compare();
  }

  std::map<Reason, int> seen;

 private:
  double unit() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  void acquire() {
    const double draw = unit();
    const auto before = breaker_.standing(now_);
    auto permit = breaker_.acquire(now_, draw);
    ASSERT_EQ(permit.has_value(), before.admits && (before.state == State::half_open || draw < before.share));
    const auto ticket = oracle_.acquire(now_, draw);
    ASSERT_EQ(permit.has_value(), ticket.has_value());
    if (!permit) return;
    ASSERT_EQ(permit->is_probe(), ticket->probe >= 0);
    if (unit() < 0.03) return;  // lost, and nobody says so
    under_way_.emplace_back(std::move(*permit), *ticket);
  }

  void finish() {
    if (under_way_.empty()) return;
    std::swap(under_way_[random_() % under_way_.size()], under_way_.back());
    auto [permit, ticket] = std::move(under_way_.back());
    under_way_.pop_back();
    const double how = unit();
    if (how < 0.05) return breaker_.release(std::move(permit)), oracle_.release(ticket);
    const auto outcome = how < 0.08          ? Outcome::rate_limited
                         : how < 0.1         ? Outcome::credential_refused
                         : how < 0.15        ? Outcome::uncounted
                         : unit() < failing_ ? Outcome::failure
                                             : Outcome::success;
    const Duration took = unit() < slow_ ? settings_.slow_call : settings_.slow_call - Duration(1);
    breaker_.settle(std::move(permit), now_, outcome, took);
    oracle_.settle(ticket, now_, outcome, took);
  }

  void force() {
    const auto to = unit() < 0.5 ? Forced::open : Forced::closed;
    const auto until = unit() < 0.3 ? core::no_deadline : now_ + milliseconds(random_() % 20'000);
    breaker_.force(to, now_, until);
    oracle_.force(to, until);
  }

  void replace() {
    settings_.max_open = seconds(5 + random_() % 60);
    settings_.half_open_probes = 1 + static_cast<unsigned>(random_() % 4);
    if (unit() < 0.3) settings_.window = seconds(1 + random_() % 30);
    breaker_.replace(settings_, now_);
    oracle_.replace(settings_, now_);
  }

  void take_transitions() {
    while (const auto transition = breaker_.take_transition()) {
      ++seen[transition->reason];
      ASSERT_EQ(transition->to, oracle_.state());
      ASSERT_EQ(transition->at, now_);
      if (transition->to != State::open || transition->reason == Reason::forced) continue;
      const auto wait = transition->until - now_;
      ASSERT_LE(wait, oracle_.open_time());
      ASSERT_GE(wait, oracle_.open_time() * (1 - settings_.jitter) - Duration(1));
      oracle_.open_until(transition->until);
    }
  }

  void compare() {
    const auto standing = breaker_.standing(now_);
    const auto rate = oracle_.failure_rate(now_);
    ASSERT_EQ(standing.failure_rate.has_value(), rate.has_value());
    if (rate) {
      ASSERT_DOUBLE_EQ(*standing.failure_rate, *rate);
    }
    if (standing.state == State::closed && oracle_.state() == State::closed && !standing.forced) {
      ASSERT_NEAR(standing.share, oracle_.share(now_), 1e-9);
    }
    if (standing.state == State::open) {
      ASSERT_EQ(oracle_.state(), State::open);
    }
  }

  Settings settings_;
  std::mt19937_64 random_;
  Breaker breaker_;
  Oracle oracle_;
  TimePoint now_{std::chrono::hours(1000)};
  std::vector<std::pair<Permit, Oracle::Ticket>> under_way_;
  double failing_ = 0;
  double slow_ = 0;
  bool calm_ = true;
};

class Histories : public testing::TestWithParam<std::size_t> {};

}  // namespace

TEST_P(Histories, OfTenThousandStepsAgreeWithTheOracle) {
  std::map<Reason, int> seen;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    History history(GetParam(), seed);
    for (int step = 0; step < 10'000; ++step) {
      history.step();
      if (HasFatalFailure()) FAIL() << "seed " << seed << ", step " << step;
    }
    for (const auto& [reason, times] : history.seen) seen[reason] += times;
  }
  for (const auto reason : {Reason::probe_failed, Reason::probe_slow, Reason::open_time_over, Reason::probes_succeeded,
                            Reason::forced, Reason::force_ended})
    EXPECT_GT(seen[reason], 0) << name_of(reason);
  EXPECT_GT(seen[Reason::consecutive_failures] + seen[Reason::failure_rate], 0);
  for (const auto& [reason, times] : seen) RecordProperty(std::string(name_of(reason)), times);
}

INSTANTIATE_TEST_SUITE_P(Breaker, Histories, testing::Range<std::size_t>(0, 4));

}  // namespace headgate::health
