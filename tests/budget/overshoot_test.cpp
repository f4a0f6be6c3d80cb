// However requests overlap, whatever they cost up to what they declared: of any window no more is spent
// than the limit and what one request declared.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "budget/support.hpp"
#include "headgate/budget/sliding_tally.hpp"
#include "support/random.hpp"

namespace headgate::budget {
namespace {

using core::Money;
using std::chrono::minutes;
using std::chrono::seconds;
using test::cents;

constexpr minutes window{10};

struct UnderWay {
  Reservation reservation;
  Money worst;
};

struct Payment {
  core::TimePoint at;
  Money cost;
};

class Traffic {
 public:
  Traffic(unsigned seed, Money limit, bool has_giants)
      : random_(seed), limit_(limit), has_giants_(has_giants), book_(settings(limit)) {}

  void step() {
    now_ = test::later(now_, seconds(random_.below(4)));
    // In gusts: often many are under way at once.
    const auto come = random_.one_in(5) ? random_.below(40) : random_.below(2);
    for (std::size_t i = 0; i < come; ++i) reserve();
    for (auto& each : under_way_) each.reservation.extend(now_);
    while (!under_way_.empty() && !random_.one_in(4)) pay(random_.below(under_way_.size()));
  }

  // Of the window that ends now, by the payments themselves.
  Money spent() const {
    Money sum;
    for (auto each = payments_.rbegin(); each != payments_.rend() && now_.steady - each->at < window; ++each)
      sum += each->cost;
    return sum;
  }
  Money most_declared() const { return most_declared_; }
  Money limit() const { return limit_; }
  int refused() const { return refused_; }
  std::size_t paid() const { return payments_.size(); }

 private:
  static Settings settings(Money limit) {
    Settings settings;
    settings.budgets = {test::daily("ten minutes", limit)};
    settings.budgets[0].window = SlidingWindow{window};
    return settings;
  }

  void reserve() {
    // Giants declare more than the whole limit.
    const auto worst = has_giants_ && random_.one_in(50) ? limit_ + cents(30)
                                                         : cents(static_cast<std::int64_t>(1 + random_.below(40)));
    auto reservation = book_.reserve(test::charge(), {worst}, now_);
    if (!reservation) {
      ++refused_;
      return;
    }
    most_declared_ = std::max(most_declared_, worst);
    under_way_.push_back({std::move(*reservation), worst});
  }

  void pay(std::size_t at) {
    auto& one = under_way_[at];
    const auto most = static_cast<std::size_t>(one.worst.in_picodollars());
    const auto cost =
        random_.one_in(3) ? one.worst : Money::picodollars(static_cast<std::int64_t>(random_.below(most)));
    one.reservation.settle(test::row(cost, !random_.one_in(5), now_), now_.steady);
    payments_.push_back({now_.steady, cost});
    under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  headgate::test::Random random_;
  Money limit_;
  bool has_giants_;
  Book book_;
  Now now_ = test::start();
  std::vector<UnderWay> under_way_;
  std::vector<Payment> payments_;
  Money most_declared_;
  int refused_ = 0;
};

}  // namespace

TEST(Overshoot, IsNeverMoreThanWhatOneRequestDeclared) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Traffic traffic(seed, cents(500), seed % 2 == 0);
    Money most;
    for (int i = 0; i < 3000; ++i) {
      traffic.step();
      most = std::max(most, traffic.spent());
      ASSERT_LE(traffic.spent(), traffic.limit() + traffic.most_declared()) << "seed " << seed << ", step " << i;
    }
    EXPECT_GT(traffic.refused(), 100) << "the limit was never reached";
    EXPECT_GT(traffic.paid(), 100u);
    EXPECT_GT(most, traffic.limit() - cents(100)) << "the limit was hardly made use of";
  }
}

}  // namespace headgate::budget
