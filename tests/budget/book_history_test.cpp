// Random histories of requests against a naive oracle that keeps every payment and every
// reservation in a list.
#include <gtest/gtest.h>

#include "budget/support.hpp"
#include "headgate/budget/sliding_tally.hpp"
#include "support/random.hpp"

namespace headgate::budget {
namespace {

using core::Money;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using test::cents;
using test::later;

const std::vector<std::string> tenants{"support", "research"}, models{"large", "small"}, providers{"lab", "cloud"};
const std::vector<std::vector<std::string>> tag_sets{{}, {"nightly"}, {"nightly", "batch"}};

std::vector<Budget> budgets() {
  std::vector<Budget> all{test::daily("sliding", cents(900)), test::daily("calendar", cents(700)),
                          test::daily("support", cents(300)), test::daily("large", cents(400)),
                          test::daily("tag", cents(150)),     test::daily("soft", cents(200))};
  all[0].window = SlidingWindow{hours(6)};
  all[1].window = CalendarWindow{Period::day, "UTC", nullptr};
  all[2].scope.tenant = "support";
  all[2].window = SlidingWindow{minutes(45)};
  all[3].scope.model = "large";
  all[3].scope.provider = "lab";
  all[4].scope.tag = "nightly";
  all[4].window = CalendarWindow{Period::week, "UTC", nullptr};
  all[5].on_exhausted = OnExhausted::degrade;
  all[5].scope.tenant = "research";
  return all;
}

struct Payment {
  LedgerRow row;
  core::TimePoint steady;
};

struct Held {
  Reservation reservation;
  LedgerRow row;  // what it is charged to
  Money worst;
  core::TimePoint deadline;
  bool expired = false;
};

class History {
 public:
  explicit History(unsigned seed, bool clock_steps) : random_(seed), clock_steps_(clock_steps), book_(settings()) {}

  void step() {
    now_ = later(now_, milliseconds(random_.below(120'000)));
    if (clock_steps_ && random_.one_in(200)) now_.wall += hours(random_.one_in(2) ? 1 : -1);
    book_.expire(now_);
    for (auto& each : held_) each.expired = each.expired || each.deadline <= now_.steady;
    if (random_.one_in(2))
      reserve();
    else if (!held_.empty())
      touch(random_.below(held_.size()));
    compare();
  }

  // Everything that was ever paid is in the rows; a new book made from them agrees with this one.
  void expect_same_after_restart() {
    Money rows;
    for (const auto& payment : payments_) rows += *payment.row.cost;
    EXPECT_EQ(rows, provider_was_paid_);
    Book restarted(settings());
    const auto since = restarted.needed_since(now_);
    for (const auto& payment : payments_)
      if (payment.row.time >= since) restarted.restore(payment.row, now_);
    restarted.finish_restoring();
    const auto before = book_.states(now_), after = restarted.states(now_);
    for (std::size_t i = 0; i < before.size(); ++i)
      if (!clock_steps_ || is_calendar(i)) {
        EXPECT_EQ(before[i].tally, after[i].tally) << before[i].name;
      }
  }
  int refused() const { return refused_; }
  std::size_t paid() const { return payments_.size(); }

 private:
  static Settings settings() {
    Settings settings;
    settings.budgets = budgets();
    return settings;
  }
  bool is_calendar(std::size_t i) const { return std::holds_alternative<CalendarWindow>(budgets_[i].window); }

  LedgerRow somebody() {
    LedgerRow row;
    row.request_id = "r" + std::to_string(next_id_++);
    row.tenant = tenants[random_.below(2)];
    row.model = models[random_.below(2)];
    row.provider = providers[random_.below(2)];
    row.tags = tag_sets[random_.below(3)];
    return row;
  }

  void reserve() {
    auto row = somebody();
    const Ask ask{cents(static_cast<std::int64_t>(random_.below(40))), random_.one_in(2)};
    const bool expected = has_room(row, ask);
    auto reservation = book_.reserve(LedgerRowView(row).charge(), ask, now_);
    ASSERT_EQ(reservation.has_value(), expected);
    if (!reservation) {
      ++refused_;
      return;
    }
    held_.push_back({std::move(*reservation), std::move(row), *ask.worst_case, now_.steady + std::chrono::seconds(60)});
  }

  void touch(std::size_t at) {
    auto& held = held_[at];
    if (random_.one_in(4)) {
      held.reservation.extend(now_);
      held.expired = false;
      held.deadline = now_.steady + std::chrono::seconds(60);
      return;
    }
    if (random_.one_in(4))
      held.reservation.release();
    else if (!random_.one_in(8))  // else: dropped without a word
      pay(held);
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void pay(Held& held) {
    const auto most = static_cast<std::size_t>(held.worst.in_picodollars());
    held.row.cost = Money::picodollars(static_cast<std::int64_t>(random_.below(most + 1)));
    held.row.outcome = random_.one_in(3) ? "upstream_error" : "ok";
    held.row.time = now_.wall;
    provider_was_paid_ += *held.row.cost;
    held.reservation.settle(held.row, now_.steady);
    payments_.push_back({held.row, now_.steady});
  }

  bool counts(std::size_t i, const Payment& payment) const {
    if (!budgets_[i].scope.covers(LedgerRowView(payment.row).charge())) return false;
    if (const auto* sliding = std::get_if<SlidingWindow>(&budgets_[i].window)) {
      const auto width = sliding->length / 60;
      return payment.steady.time_since_epoch() / width >= now_.steady.time_since_epoch() / width - 60;
    }
    const auto local = [&](core::WallTime time) {
      const auto day = std::chrono::floor<days>(time);
      if (std::get<CalendarWindow>(budgets_[i].window).period == Period::day) return day;
      return day - (std::chrono::weekday(day) - std::chrono::Monday);
    };
    return local(payment.row.time) == local(now_.wall);
  }

  Tally spent(std::size_t i) const {
    Tally tally;
    for (const auto& payment : payments_)
      if (counts(i, payment)) tally += LedgerRowView(payment.row).tally();
    return tally;
  }

  Money reserved(std::size_t i) const {
    Money sum;
    for (const auto& each : held_)
      if (!each.expired && budgets_[i].scope.covers(LedgerRowView(each.row).charge())) sum += each.worst;
    return sum;
  }

  bool has_room(const LedgerRow& row, const Ask& ask) const {
    for (std::size_t i = 0; i < budgets_.size(); ++i) {
      if (!budgets_[i].scope.covers(LedgerRowView(row).charge()) || ask.worst_case == Money()) continue;
      if (budgets_[i].on_exhausted == OnExhausted::degrade && ask.cheapest) continue;
      const auto used = spent(i).spent, held = reserved(i);
      const bool alone = held == Money() && used < budgets_[i].limit;
      if (!alone && used + held + *ask.worst_case > budgets_[i].limit) return false;
    }
    return true;
  }

  void compare() {
    const auto states = book_.states(now_);
    for (std::size_t i = 0; i < states.size(); ++i) {
      ASSERT_EQ(states[i].tally, spent(i)) << states[i].name;
      ASSERT_EQ(states[i].reserved, reserved(i)) << states[i].name;
    }
    ASSERT_EQ(book_.open_reservations(), held_.size());
  }

  headgate::test::Random random_;
  bool clock_steps_;
  const std::vector<Budget> budgets_ = budgets();
  Book book_;
  Now now_ = test::start();
  std::vector<Held> held_;
  std::vector<Payment> payments_;
  Money provider_was_paid_;
  int refused_ = 0, next_id_ = 0;
};

void run(unsigned seed, bool clock_steps) {
  History history(seed, clock_steps);
  for (int i = 0; i < 10'000 && !testing::Test::HasFatalFailure(); ++i) history.step();
  history.expect_same_after_restart();
  EXPECT_GT(history.refused(), 100);
  EXPECT_GT(history.paid(), 500u);
}

}  // namespace

TEST(BookHistory, AgreesWithANaiveOracleAfterEveryStep) { run(1, false); }
TEST(BookHistory, AgreesWithANaiveOracleWhileTheWallClockSteps) { run(2, true); }

}  // namespace headgate::budget
