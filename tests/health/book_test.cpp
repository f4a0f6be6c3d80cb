#include "headgate/health/book.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <thread>

namespace headgate::health {
namespace {

using core::Duration;
using core::TimePoint;
using std::chrono::seconds;

constexpr TimePoint start{std::chrono::hours(1000)};
constexpr Duration quick = std::chrono::milliseconds(100);
constexpr std::size_t large = 0, small = 1, other = 2;  // targets; the first two at one provider
constexpr std::size_t lab = 0;

Roster roster() { return {{"lab", "spare"}, {{"large", 0}, {"small", 0}, {"other", 1}}}; }

Settings plain() {
  Settings settings;
  settings.jitter = 0;
  settings.slow_start = Duration::zero();
  return settings;
}

Book book(const Settings& settings = plain()) { return Book(roster(), settings, 1, start); }

std::optional<Refusal> refusal(Book& book, std::size_t target, TimePoint now, Ask ask = {}) {
  auto answer = book.admit(target, now, ask);
  const auto* refused = std::get_if<Refusal>(&answer);
  return refused == nullptr ? std::nullopt : std::optional(*refused);
}

void attempt(Book& book, std::size_t target, TimePoint now, Outcome outcome, Duration pause = unasked_pause) {
  auto answer = book.admit(target, now);
  auto* admission = std::get_if<Admission>(&answer);
  ASSERT_NE(admission, nullptr);
  admission->settle(now, outcome, quick, pause);
}

void attempts(Book& book, std::size_t target, TimePoint now, int count, Outcome outcome) {
  for (int i = 0; i < count; ++i) attempt(book, target, now, outcome);
}

State provider_state(const Book& book, TimePoint now) { return book.breaker_of_provider(lab, now).state; }

}  // namespace

TEST(Book, ABrokenTargetDoesNotTakeItsProviderWithIt) {
  auto health = book();
  for (int i = 0; i < 5; ++i)
    attempt(health, large, start, Outcome::failure), attempt(health, small, start, Outcome::success);
  ASSERT_TRUE(refusal(health, large, start));
  EXPECT_EQ(refusal(health, large, start)->barrier, Barrier::target_breaker);
  EXPECT_EQ(refusal(health, large, start)->until, start + seconds(5));
  EXPECT_FALSE(refusal(health, small, start));
  EXPECT_EQ(provider_state(health, start), State::closed);
}

TEST(Book, LateResultsOfABrokenTargetDoNotTakeItsProviderWithIt) {
  auto health = book();
  std::vector<Admission> under_way;
  for (int i = 0; i < 100; ++i) under_way.push_back(std::get<Admission>(health.admit(large, start)));
  for (auto& admission : under_way) admission.settle(start, Outcome::failure, quick);
  EXPECT_TRUE(refusal(health, large, start));
  EXPECT_EQ(provider_state(health, start), State::closed);
}

TEST(Book, FailedProbesOfATargetDoNotTakeItsProviderWithIt) {
  auto health = book();
  attempts(health, large, start, 5, Outcome::failure);
  auto now = start;
  for (int i = 0; i < 50; ++i) {
    now = refusal(health, large, now)->until;
    attempt(health, large, now, Outcome::failure);
  }
  EXPECT_FALSE(refusal(health, small, now));
}

TEST(Book, AProviderWhoseTargetsAllFailIsBroken) {
  auto health = book();
  attempts(health, large, start, 5, Outcome::failure);
  attempts(health, small, start, 5, Outcome::failure);
  EXPECT_EQ(provider_state(health, start), State::open);
  EXPECT_EQ(refusal(health, small, start)->barrier, Barrier::provider_breaker);
  EXPECT_FALSE(refusal(health, other, start));
}

TEST(Book, AProviderIsProbedByOneRequestForAllItsTargets) {
  auto health = book();
  health.force_provider(lab, Forced::open, start, start + seconds(1));
  auto probe = health.admit(large, start + seconds(1));
  ASSERT_TRUE(std::holds_alternative<Admission>(probe));
  EXPECT_TRUE(std::get<Admission>(probe).is_probe());
  EXPECT_TRUE(refusal(health, small, start + seconds(1)));
  std::get<Admission>(probe).settle(start + seconds(1), Outcome::success, quick);
  EXPECT_FALSE(refusal(health, small, start + seconds(1)));
}

TEST(Book, ADroppedProbeFreesBothSlots) {
  auto health = book();
  health.force_provider(lab, Forced::open, start, start + seconds(1));
  health.force_target(large, Forced::open, start, start + seconds(1));
  const auto later = start + seconds(1);
  for (int i = 0; i < 10; ++i) {
    const auto dropped = health.admit(large, later);
    ASSERT_TRUE(std::holds_alternative<Admission>(dropped));
    EXPECT_TRUE(refusal(health, large, later));
  }
  EXPECT_EQ(provider_state(health, later), State::half_open);
}

TEST(Book, ATargetThatRefusesGivesItsProvidersProbeBack) {
  auto health = book();
  health.force_provider(lab, Forced::open, start, start + seconds(1));
  health.force_target(large, Forced::open, start);
  const auto later = start + seconds(1);
  EXPECT_EQ(refusal(health, large, later)->barrier, Barrier::target_breaker);
  EXPECT_FALSE(refusal(health, small, later));
}

TEST(Book, AnAdmissionSettlesOnceAndOnlyWhereItIs) {
  auto health = book();
  auto first = std::get<Admission>(health.admit(large, start));
  Admission moved = std::move(first);
  first.settle(start, Outcome::failure, quick);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(health.standing(large, start).failure_rate, std::nullopt);
  moved.settle(start, Outcome::failure, quick);
  moved.settle(start, Outcome::success, quick);
  EXPECT_EQ(health.standing(large, start).failure_rate, 1.0);
}

TEST(Book, A429PausesTheTargetAlone) {
  auto health = book();
  attempt(health, large, start, Outcome::rate_limited, seconds(20));
  EXPECT_EQ(refusal(health, large, start)->barrier, Barrier::pause);
  EXPECT_EQ(refusal(health, large, start)->until, start + seconds(20));
  EXPECT_FALSE(refusal(health, small, start));
  EXPECT_FALSE(refusal(health, large, start + seconds(20)));
}

TEST(Book, ARefusedKeyStopsItsProvidersTargetsWithoutTouchingABreaker) {
  auto health = book();
  attempt(health, large, start, Outcome::credential_refused);
  EXPECT_TRUE(health.credential_broken(lab));
  EXPECT_EQ(refusal(health, small, start)->barrier, Barrier::credential);
  EXPECT_FALSE(refusal(health, other, start));
  EXPECT_EQ(provider_state(health, start), State::closed);
  const auto later = start + seconds(30);
  attempt(health, small, later, Outcome::success);
  EXPECT_FALSE(health.credential_broken(lab));
  const auto changes = health.journal().take();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].scope, Scope::credential);
  EXPECT_EQ(changes[0].provider, "lab");
  EXPECT_EQ(changes[0].transition.reason, Reason::credential_refused);
  EXPECT_EQ(changes[1].transition.reason, Reason::credential_accepted);
}

TEST(Book, ARefusedKeyIsTriedByOneRequestAtATime) {
  auto health = book();
  attempt(health, large, start, Outcome::credential_refused);
  const auto later = start + seconds(30);
  const auto trying = health.admit(large, later);
  ASSERT_TRUE(std::holds_alternative<Admission>(trying));
  EXPECT_EQ(refusal(health, small, later)->barrier, Barrier::credential);
}

TEST(Book, AProvidersProbeCountsAlsoWhenItsTargetChangedMeanwhile) {
  auto health = book();
  health.force_provider(lab, Forced::open, start, start + seconds(1));
  const auto later = start + seconds(1);
  auto probe = std::get<Admission>(health.admit(large, later));
  health.force_target(large, Forced::open, later);
  probe.settle(later, Outcome::success, quick);
  EXPECT_EQ(provider_state(health, later), State::closed);
}

TEST(Book, ANewKeyIsTriedAtOnce) {
  auto health = book();
  attempt(health, large, start, Outcome::credential_refused);
  health.credential_replaced(lab, start);
  EXPECT_FALSE(refusal(health, large, start));
}

TEST(Book, RetriesHaveABudgetAndFirstAttemptsDoNot) {
  auto health = book();
  int retries = 0;
  while (!refusal(health, large, start, {.is_retry = true}) && retries < 1000) ++retries;
  EXPECT_EQ(retries, 100);
  EXPECT_EQ(refusal(health, small, start, {.is_retry = true})->barrier, Barrier::retry_budget);
  EXPECT_FALSE(refusal(health, other, start, {.is_retry = true}));
  EXPECT_FALSE(refusal(health, large, start));
}

TEST(Book, StandingShowsTheWorseOfTargetAndProvider) {
  auto health = book();
  EXPECT_EQ(health.standing(large, start).share, 1);
  EXPECT_FALSE(health.standing(large, start).refusal);
  health.force_provider(lab, Forced::open, start, start + seconds(9));
  attempt(health, other, start, Outcome::failure);
  const auto standing = health.standing(large, start);
  EXPECT_EQ(standing.state, State::open);
  EXPECT_EQ(standing.share, 0);
  EXPECT_EQ(standing.refusal->barrier, Barrier::provider_breaker);
  EXPECT_EQ(standing.refusal->until, start + seconds(9));
  EXPECT_EQ(health.standing(other, start).failure_rate, 1.0);
}

TEST(Book, KnowsTheEarliestTimeToComeBack) {
  auto health = book();
  attempt(health, large, start, Outcome::rate_limited, seconds(20));
  health.force_target(small, Forced::open, start, start + seconds(7));
  health.force_provider(1, Forced::open, start);
  const std::array<std::size_t, 3> all{large, small, other};
  EXPECT_EQ(health.earliest(all, start), start + seconds(7));
  EXPECT_EQ(health.earliest(std::array{other}, start), core::no_deadline);
  EXPECT_EQ(health.earliest(all, start + seconds(7)), start + seconds(7));
}

TEST(Book, OneDrawServesBothSlowStarts) {
  auto settings = plain();
  settings.slow_start = seconds(20);
  auto health = book(settings);
  health.force_provider(lab, Forced::open, start, start + seconds(1));
  health.force_target(large, Forced::open, start, start + seconds(1));
  attempt(health, large, start + seconds(1), Outcome::success);
  const auto middle = start + seconds(11);
  EXPECT_FALSE(refusal(health, large, middle, {.draw = 0.54}));
  EXPECT_TRUE(refusal(health, large, middle, {.draw = 0.56}));
  EXPECT_NEAR(health.standing(large, middle).share, 0.55, 1e-9);
}

TEST(Book, StatesSurviveAReloadByName) {
  auto before = book();
  attempts(before, large, start, 5, Outcome::failure);
  attempt(before, other, start, Outcome::rate_limited, seconds(20));
  auto settings = plain();
  settings.max_open = seconds(3);
  Book after({{"fresh", "spare", "lab"}, {{"new", 0}, {"large", 2}, {"other", 1}, {"small", 1}}}, settings, 2, start,
             &before);
  EXPECT_EQ(refusal(after, 1, start)->until, start + seconds(3));
  EXPECT_EQ(refusal(after, 2, start)->barrier, Barrier::pause);
  EXPECT_FALSE(refusal(after, 0, start));
  EXPECT_FALSE(refusal(after, 3, start));
  EXPECT_EQ(&after.journal(), &before.journal());
}

TEST(Book, AttemptsBegunBeforeAReloadCountAfterIt) {
  auto before = book();
  auto begun = std::get<Admission>(before.admit(large, start));
  Book after(roster(), plain(), 2, start, &before);
  begun.settle(start, Outcome::failure, quick);
  EXPECT_EQ(after.standing(large, start).failure_rate, 1.0);
}

TEST(Book, TellsWhatChangedAndForgetsTheOldestOfTooMany) {
  auto health = book();
  EXPECT_TRUE(health.journal().empty());
  attempts(health, large, start, 5, Outcome::failure);
  EXPECT_FALSE(health.journal().empty());
  const auto changes = health.journal().take();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].scope, Scope::target);
  EXPECT_EQ(changes[0].provider, "lab");
  EXPECT_EQ(changes[0].target, "large");
  EXPECT_EQ(changes[0].transition.to, State::open);
  for (std::size_t i = 0; i < Journal::capacity + 10; ++i) health.force_target(large, Forced::open, start);
  EXPECT_EQ(health.journal().forgotten(), 10U);
  EXPECT_EQ(health.journal().take().size(), Journal::capacity);
}

TEST(Book, ManyWorkersMayUseItAtOnce) {
  auto settings = plain();
  settings.open_for = settings.max_open = std::chrono::milliseconds(1);
  auto health = book(settings);
  std::atomic<std::uint64_t> admitted{0};
  const auto work = [&](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 5000; ++i) {
      const auto now = start + std::chrono::microseconds(20 * i);
      auto answer = health.admit(random() % 3, now, {random() % 4 == 0, 0});
      if (i % 64 == 0) health.standing(random() % 3, now), health.journal().take();
      if (i % 1000 == 999) Book(roster(), settings, seed, now, &health).admit(random() % 3, now);
      auto* admission = std::get_if<Admission>(&answer);
      if (admission == nullptr) continue;
      ++admitted;
      if (random() % 8 != 0) admission->settle(now, random() % 2 == 0 ? Outcome::failure : Outcome::success, quick);
    }
  };
  {
    std::vector<std::jthread> workers;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) workers.emplace_back(work, seed);
  }
  EXPECT_GT(admitted, 100U);
  const auto later = start + seconds(60);  // no slot is stuck
  for (const auto target : {large, small, other}) attempt(health, target, later, Outcome::success);
  for (const auto target : {large, small, other}) EXPECT_FALSE(refusal(health, target, later));
}

}  // namespace headgate::health
