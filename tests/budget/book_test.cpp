#include "headgate/budget/book.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "budget/support.hpp"
#include "support/random.hpp"

namespace headgate::budget {
namespace {

using core::Code;
using core::Money;
using core::Retry;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test::cents;
using test::charge;
using test::daily;
using test::later;
using testing::HasSubstr;

Settings with(std::vector<Budget> budgets) {
  Settings settings;
  settings.budgets = std::move(budgets);
  return settings;
}

Ask at_most(Money worst) { return {worst, false}; }

Scope tenant(std::string name) {
  Scope scope;
  scope.tenant = std::move(name);
  return scope;
}

Scope model(std::string name) {
  Scope scope;
  scope.model = std::move(name);
  return scope;
}

State state_of(Book& book, Now now, std::size_t index = 0) { return book.states(now).at(index); }

void spend(Book& book, Money cost, Now now, bool success = true) {
  auto reservation = book.reserve(charge(), at_most(cost), now);
  ASSERT_TRUE(reservation) << reservation.error().message();
  reservation->settle(test::row(cost, success, now), now.steady);
}

}  // namespace

TEST(Book, LetsEverybodyThroughWithoutBudgets) {
  Book book({});
  auto reservation = book.reserve(charge(), at_most(Money::most()), test::start());
  ASSERT_TRUE(reservation);
  reservation->settle(test::row(Money::most(), true, test::start()), test::start().steady);
}

TEST(Book, ReservesTheWorstAndSettlesWhatItReallyCost) {
  Book book(with({daily("day", cents(100))}));
  const auto now = test::start();
  auto reservation = book.reserve(charge(), at_most(cents(30)), now);
  ASSERT_TRUE(reservation);
  EXPECT_EQ(state_of(book, now).reserved, cents(30));
  reservation->settle(test::row(cents(12), true, now), now.steady);
  const auto state = state_of(book, now);
  EXPECT_EQ(state.reserved, Money());
  EXPECT_EQ(state.tally.spent, cents(12));
  EXPECT_DOUBLE_EQ(state.used_ratio, 0.12);
  EXPECT_EQ(book.open_reservations(), 0u);
}

TEST(Book, SettlesOnce) {
  Book book(with({daily("day", cents(100))}));
  const auto now = test::start();
  auto reservation = std::move(book.reserve(charge(), at_most(cents(30)), now).value());
  reservation.settle(test::row(cents(12), true, now), now.steady);
  reservation.settle(test::row(cents(12), true, now), now.steady);
  reservation.release();
  Reservation other = std::move(reservation);
  other.settle(test::row(cents(12), true, now), now.steady);
  EXPECT_EQ(state_of(book, now).tally.spent, cents(12));
}

TEST(Book, ChargesEveryBudgetConcernedAndNoOther) {
  const std::vector<std::string> tags{"nightly"};
  Scope tagged = tenant("support");
  tagged.tag = "nightly";
  Scope lab;
  lab.provider = "lab";
  Book book(with({daily("all", cents(100)), daily("support", cents(100), tenant("support")),
                  daily("research", cents(100), tenant("research")), daily("tagged", cents(100), tagged),
                  daily("large", cents(100), model("large")), daily("lab", cents(100), lab)}));
  const auto now = test::start();
  book.reserve(charge("support", "small", "lab", tags), at_most(cents(5)), now)
      ->settle(test::row(cents(5), true, now), now.steady);
  book.reserve(charge("research", "large", "cloud", tags), at_most(cents(3)), now)
      ->settle(test::row(cents(3), true, now), now.steady);
  std::vector<Money> spent;
  for (const auto& state : book.states(now)) spent.push_back(state.tally.spent);
  EXPECT_EQ(spent, (std::vector{cents(8), cents(5), cents(3), cents(5), cents(3), cents(5)}));
}

TEST(Book, TakesFromAllOrFromNone) {
  Book book(with({daily("wide", cents(100)), daily("narrow", cents(10), tenant("support"))}));
  const auto now = test::start();
  spend(book, cents(9), now);
  const auto first = book.reserve(charge(), at_most(cents(1)), now);
  ASSERT_TRUE(first);
  EXPECT_FALSE(book.reserve(charge(), at_most(cents(1)), now));
  EXPECT_EQ(state_of(book, now, 0).reserved, cents(1));
  EXPECT_EQ(state_of(book, now, 1).reserved, cents(1));
}

TEST(Book, LetsALoneRequestPassTheLimitByWhatItDeclaredAndNobodyBesideIt) {
  Book book(with({daily("day", cents(10))}));
  const auto now = test::start();
  auto alone = book.reserve(charge(), at_most(cents(500)), now);
  ASSERT_TRUE(alone);
  EXPECT_FALSE(book.reserve(charge(), at_most(cents(1)), now));
  alone->settle(test::row(cents(500), true, now), now.steady);
  EXPECT_FALSE(book.reserve(charge(), at_most(cents(1)), now));
}

TEST(Book, NamesTheBudgetItsLimitAndWhenThereIsRoomAgain) {
  Book book(with({daily("support day", cents(50), tenant("support"))}));
  auto now = test::start();
  spend(book, cents(50), now);
  now = later(now, hours(2));
  const auto refused = book.reserve(charge(), at_most(cents(1)), now);
  ASSERT_FALSE(refused);
  const auto& error = refused.error();
  EXPECT_EQ(error.code(), Code::budget_exceeded);
  EXPECT_EQ(error.status(), 429);
  EXPECT_EQ(error.name(), "budget_exceeded");
  EXPECT_EQ(error.type(), "insufficient_quota");
  EXPECT_EQ(error.retry(), Retry::never);
  EXPECT_THAT(error.message(), HasSubstr("\"support day\""));
  EXPECT_THAT(error.message(), HasSubstr("$0.5"));
  EXPECT_THAT(error.message(), HasSubstr("in 23 h"));
  ASSERT_TRUE(error.retry_after_seconds());
  const auto again =
      later(now, std::chrono::ceil<seconds>(std::chrono::duration<double>(*error.retry_after_seconds())));
  EXPECT_FALSE(book.reserve(charge(), at_most(cents(1)), later(now, hours(21))));
  EXPECT_TRUE(book.reserve(charge(), at_most(cents(1)), again));
}

TEST(Book, SaysWhenItIsRequestsUnderWayThatLeaveNoRoom) {
  Book book(with({daily("day", cents(10))}));
  const auto now = test::start();
  const auto first = book.reserve(charge(), at_most(cents(8)), now);
  const auto second = book.reserve(charge(), at_most(cents(3)), now);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message(), HasSubstr("under way"));
  EXPECT_EQ(second.error().retry(), Retry::next_target);  // a cheaper model may fit
  EXPECT_TRUE(book.reserve(charge(), at_most(cents(2)), now));
}

TEST(Book, SendsOnToAnotherCandidateWhenOnlyAModelsBudgetIsSpent) {
  Book book(with({daily("large models", cents(10), model("large"))}));
  const auto now = test::start();
  spend(book, cents(10), now);
  const auto refused = book.reserve(charge(), at_most(cents(1)), now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().retry(), Retry::next_target);
  EXPECT_TRUE(book.reserve(charge("support", "small"), at_most(cents(1)), now));
}

TEST(Book, AdmitsWhatIsKnownToBeFreeWhenTheMoneyIsGone) {
  Book book(with({daily("day", cents(10))}));
  const auto now = test::start();
  spend(book, cents(10), now);
  EXPECT_TRUE(book.reserve(charge(), at_most(Money()), now));
  EXPECT_FALSE(book.reserve(charge(), {std::nullopt, false}, now));
}

TEST(Book, DegradesToTheCheapestCandidateInsteadOfRefusing) {
  auto soft = daily("day", cents(10));
  soft.on_exhausted = OnExhausted::degrade;
  Book book(with({soft}));
  const auto now = test::start();
  spend(book, cents(10), now);
  EXPECT_TRUE(book.standing(charge(), now).degraded);
  EXPECT_FALSE(book.standing(charge(), now).exhausted);
  const auto dear = book.reserve(charge(), {cents(5), false}, now);
  ASSERT_FALSE(dear);
  EXPECT_EQ(dear.error().retry(), Retry::next_target);
  auto cheap = book.reserve(charge(), {cents(1), true}, now);
  ASSERT_TRUE(cheap);
  cheap->settle(test::row(cents(1), true, now), now.steady);
  EXPECT_EQ(state_of(book, now).tally.spent, cents(11));
}

TEST(Book, CountsWhatHasNoPriceAndRefusesItWhereABudgetSaysSo) {
  auto strict = daily("strict", cents(10), tenant("research"));
  strict.unpriced = Unpriced::refuse;
  Book book(with({daily("all", cents(10)), strict}));
  const auto now = test::start();
  auto unpriced = book.reserve(charge(), {std::nullopt, false}, now);
  ASSERT_TRUE(unpriced);
  unpriced->settle(test::row(std::nullopt, true, now), now.steady);
  EXPECT_EQ(state_of(book, now).tally.unpriced, 1u);
  EXPECT_EQ(state_of(book, now).tally.spent, Money());
  const auto refused = book.reserve(charge("research"), {std::nullopt, false}, now);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("without a known price"));
}

TEST(Book, ChargesWhatWasNotedWhenNobodySettles) {
  Book book(with({daily("day", cents(100))}));
  const auto now = test::start();
  {
    auto noted = std::move(book.reserve(charge(), at_most(cents(30)), now).value());
    noted.note(cents(7));
    const auto nothing = book.reserve(charge(), at_most(cents(30)), now);
  }
  const auto state = state_of(book, now);
  EXPECT_EQ(state.tally.spent, cents(7));
  EXPECT_EQ(state.tally.attempts, 1u);
  EXPECT_EQ(state.reserved, Money());
}

TEST(Book, GivesBackALostReservationWhenItsLeaseRunsOut) {
  Book book(with({daily("day", cents(10))}));
  const auto now = test::start();
  auto lost = std::move(book.reserve(charge(), at_most(cents(10)), now).value());
  EXPECT_FALSE(book.reserve(charge(), at_most(cents(10)), later(now, seconds(59))));
  EXPECT_TRUE(book.reserve(charge(), at_most(cents(10)), later(now, seconds(60))));
  // It turns up after all: what it spent is spent, what it had reserved is not given back twice.
  lost.settle(test::row(cents(4), true, later(now, seconds(70))), later(now, seconds(70)).steady);
  const auto state = state_of(book, later(now, seconds(70)));
  EXPECT_EQ(state.tally.spent, cents(4));
  EXPECT_EQ(state.reserved, Money());
}

TEST(Book, KeepsAReservationWhoseOwnerIsAlive) {
  Book book(with({daily("day", cents(10))}));
  auto now = test::start();
  auto stream = std::move(book.reserve(charge(), at_most(cents(10)), now).value());
  for (int i = 0; i < 10; ++i) {
    now = later(now, seconds(45));
    stream.extend(now);
    EXPECT_EQ(book.expire(now), 0u);
  }
  EXPECT_FALSE(book.reserve(charge(), at_most(cents(1)), now));
  now = later(now, seconds(61));
  EXPECT_EQ(book.expire(now), 1u);
  stream.extend(now);
  EXPECT_EQ(state_of(book, now).reserved, cents(10));
}

TEST(Book, RefusesMoreReservationsThanItHasRoomFor) {
  Settings settings = with({});
  settings.max_reservations = 2;
  Book book(settings);
  auto first = book.reserve(charge(), at_most(cents(1)), test::start());
  const auto second = book.reserve(charge(), at_most(cents(1)), test::start());
  const auto third = book.reserve(charge(), at_most(cents(1)), test::start());
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code(), Code::overloaded);
  first->release();
  EXPECT_TRUE(book.reserve(charge(), at_most(cents(1)), test::start()));
}

TEST(Book, TellsTheRouterHowFarSpendingIsFromItsTargets) {
  auto budget = daily("day", cents(1000));
  budget.target_cost_per_success = cents(1);
  Book book(with({budget}));
  const auto now = test::start();
  EXPECT_DOUBLE_EQ(*book.standing(charge(), now).over_target, 1);
  for (int i = 0; i < 100; ++i) spend(book, cents(4), now);
  const auto standing = book.standing(charge(), now);
  EXPECT_NEAR(*standing.over_target, 4, 0.2);
  EXPECT_DOUBLE_EQ(standing.used, 0.4);
  EXPECT_EQ(state_of(book, now).cost_per_success, cents(4));
  EXPECT_DOUBLE_EQ(*book.standing(charge(), later(now, minutes(11))).over_target, 1);
}

TEST(Book, ReloadsWithoutForgettingWhatIsSpentOrReserved) {
  Book book(with({daily("gone", cents(100)), daily("stays", cents(100))}));
  auto now = test::start();
  book.finish_restoring();
  spend(book, cents(40), now);
  auto open = std::move(book.reserve(charge(), at_most(cents(30)), now).value());
  now = later(now, seconds(1));
  EXPECT_TRUE(book.apply(with({daily("stays", cents(200)), daily("new", cents(50))}), now));

  LedgerRow before, after;
  before.request_id = after.request_id = "r";
  before.cost = after.cost = cents(40);
  before.time = now.wall - hours(1);
  after.time = now.wall + seconds(1);  // settled here since: counted already
  spend(book, cents(1), later(now, seconds(1)));
  book.restore(before, now);
  book.restore(after, now);
  book.finish_restoring();
  open.settle(test::row(cents(30), true, now), now.steady);

  EXPECT_EQ(state_of(book, now, 0).tally.spent, cents(71));
  EXPECT_EQ(state_of(book, now, 0).limit, cents(200));
  EXPECT_EQ(state_of(book, now, 0).reserved, Money());
  EXPECT_EQ(state_of(book, now, 1).tally.spent, cents(71));
  EXPECT_FALSE(book.apply(with({daily("stays", cents(200))}), now));
}

TEST(Book, TwoHundredThreadsNeverPassABudgetThatFitsTenByMoreThanOneRequest) {
  constexpr int threads = 200, rounds = 50;
  Book book(with({daily("day", cents(10)), daily("support", cents(1000), tenant("support"))}));
  const auto now = test::start();
  std::atomic<std::int64_t> paid{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i)
    running.emplace_back([&, i] {
      headgate::test::Random random(static_cast<unsigned>(i));
      for (int round = 0; round < rounds; ++round) {
        auto reservation = book.reserve(charge(), at_most(cents(1)), now);
        if (!reservation) {
          ++refused;
          continue;
        }
        std::this_thread::yield();
        if (random.one_in(3)) continue;  // cancelled before anything was sent
        if (random.one_in(3)) {
          reservation->release();
          continue;
        }
        const auto cost = Money::picodollars(static_cast<std::int64_t>(random.below(10'000'000'001)));
        paid += cost.in_picodollars();
        reservation->settle(test::row(cost, random.one_in(2), now), now.steady);
      }
    });
  for (auto& thread : running) thread.join();
  const auto state = state_of(book, now);
  EXPECT_EQ(state.tally.spent.in_picodollars(), paid.load());
  EXPECT_LE(state.tally.spent, cents(11));
  EXPECT_GT(refused.load(), 0);
  EXPECT_EQ(state.reserved, Money());
  EXPECT_EQ(book.open_reservations(), 0u);
}

TEST(Tags, AreReadStrictly) {
  EXPECT_EQ(*parse_tags(" a, b/c ,a"), (std::vector<std::string>{"a", "b/c"}));
  EXPECT_TRUE(parse_tags("")->empty());
  for (const char* text : {",", "a,", "a b", "a;b", "1,2,3,4,5,6,7,8,9", "\x01"})
    EXPECT_FALSE(parse_tags(text)) << text;
  EXPECT_FALSE(parse_tags(std::string(65, 'a')));
}

}  // namespace headgate::budget
