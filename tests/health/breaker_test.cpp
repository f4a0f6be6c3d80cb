#include "headgate/health/breaker.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>

namespace headgate::health {
namespace {

using core::Duration;
using core::TimePoint;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration quick = std::chrono::milliseconds(100);
constexpr TimePoint start{std::chrono::hours(5000)};

Settings plain() {
  Settings settings;
  settings.jitter = 0;
  settings.slow_start = Duration::zero();
  return settings;
}

void call(Breaker& breaker, TimePoint now, Outcome outcome, Duration took = quick) {
  auto permit = breaker.acquire(now);
  ASSERT_TRUE(permit);
  EXPECT_EQ(breaker.settle(std::move(*permit), now, outcome, took),
            outcome == Outcome::success || outcome == Outcome::failure);
}

void calls(Breaker& breaker, TimePoint now, int count, Outcome outcome, Duration took = quick) {
  for (int i = 0; i < count; ++i) call(breaker, now, outcome, took);
}

State state(const Breaker& breaker, TimePoint now) { return breaker.standing(now).state; }

Breaker opened(const Settings& settings, TimePoint now = start) {
  Breaker breaker(settings, 1);
  calls(breaker, now, static_cast<int>(settings.consecutive_failures), Outcome::failure);
  EXPECT_EQ(state(breaker, now), State::open);
  return breaker;
}

std::vector<Transition> transitions(Breaker& breaker) {
  std::vector<Transition> taken;
  while (const auto transition = breaker.take_transition()) taken.push_back(*transition);
  return taken;
}

}  // namespace

TEST(Breaker, OpensAfterFiveFailuresInARow) {
  Breaker breaker(plain(), 1);
  calls(breaker, start, 4, Outcome::failure);
  EXPECT_TRUE(breaker.acquire(start));
  calls(breaker, start, 1, Outcome::failure);
  EXPECT_FALSE(breaker.acquire(start));
  const auto seen = transitions(breaker);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].reason, Reason::consecutive_failures);
  EXPECT_EQ(seen[0].from, State::closed);
  EXPECT_EQ(seen[0].to, State::open);
  EXPECT_EQ(seen[0].at, start);
  EXPECT_EQ(seen[0].until, start + seconds(5));
  EXPECT_EQ(seen[0].calls, (Calls{5, 5, 0}));
}

TEST(Breaker, ASuccessInterruptsARow) {
  auto settings = plain();
  settings.failure_rate = 0.9;
  Breaker breaker(settings, 1);
  for (int round = 0; round < 50; ++round) {
    calls(breaker, start, 4, Outcome::failure);
    call(breaker, start, Outcome::success);
  }
  EXPECT_EQ(state(breaker, start), State::closed);
}

TEST(Breaker, OpensWhenHalfOfTenCallsFail) {
  Breaker breaker(plain(), 1);
  for (int i = 0; i < 4; ++i) call(breaker, start, Outcome::success), call(breaker, start, Outcome::failure);
  call(breaker, start, Outcome::success);
  EXPECT_EQ(state(breaker, start), State::closed);
  call(breaker, start, Outcome::failure);
  EXPECT_EQ(transitions(breaker).at(0).reason, Reason::failure_rate);
}

TEST(Breaker, AFailureRateIsReachedAsItIsWritten) {
  for (int tenths = 1; tenths <= 9; ++tenths) {
    auto settings = plain();
    settings.failure_rate = tenths / 10.0;
    settings.consecutive_failures = 0;
    Breaker breaker(settings, 1);
    calls(breaker, start, 10 - tenths, Outcome::success);
    calls(breaker, start, tenths - 1, Outcome::failure);
    EXPECT_EQ(state(breaker, start), State::closed);
    call(breaker, start, Outcome::failure);
    EXPECT_EQ(state(breaker, start), State::open) << settings.failure_rate;
  }
}

TEST(Breaker, ForgetsWhatIsOlderThanTheWindow) {
  auto settings = plain();
  settings.consecutive_failures = 0;
  Breaker breaker(settings, 1);
  calls(breaker, start, 9, Outcome::failure);
  EXPECT_EQ(breaker.standing(start + seconds(27) - Duration(1)).failure_rate, 1.0);
  EXPECT_EQ(breaker.standing(start + seconds(30)).failure_rate, std::nullopt);
  calls(breaker, start + seconds(30), 9, Outcome::failure);
  EXPECT_EQ(state(breaker, start + seconds(30)), State::closed);
}

TEST(Breaker, NoticesSoonThatAProviderWhichWasFineForLongFailsHalfOfTheTime) {
  Breaker breaker(plain(), 1);
  for (int i = 0; i < 1500; ++i) call(breaker, start + i * std::chrono::milliseconds(20), Outcome::success);
  const auto later = start + seconds(30);
  int needed = 0;
  while (state(breaker, later) == State::closed && needed < 100)
    call(breaker, later, ++needed % 2 == 0 ? Outcome::failure : Outcome::success);
  EXPECT_LE(needed, 40);
  EXPECT_LT(transitions(breaker).at(0).calls.failed * 10, 1500U);
}

TEST(Breaker, OpensWhenFourOfFiveCallsAreSlow) {
  Breaker breaker(plain(), 1);
  calls(breaker, start, 2, Outcome::success);
  calls(breaker, start, 7, Outcome::success, seconds(20));
  EXPECT_EQ(state(breaker, start), State::closed);
  call(breaker, start, Outcome::success, seconds(20));
  EXPECT_EQ(transitions(breaker).at(0).reason, Reason::slow_rate);
}

TEST(Breaker, WithoutALimitNoCallIsSlow) {
  auto settings = plain();
  settings.slow_call = Duration::zero();
  Breaker breaker(settings, 1);
  calls(breaker, start, 100, Outcome::success, minutes(10));
  EXPECT_EQ(state(breaker, start), State::closed);
}

TEST(Breaker, PausesCredentialsAndWhatSaysNothingDoNotCount) {
  Breaker breaker(plain(), 1);
  for (const auto outcome : {Outcome::rate_limited, Outcome::credential_refused, Outcome::uncounted})
    calls(breaker, start, 100, outcome);
  EXPECT_EQ(state(breaker, start), State::closed);
  EXPECT_EQ(breaker.standing(start).failure_rate, std::nullopt);
}

TEST(Breaker, LetsNobodyThroughWhileOpenAndTellsUntilWhen) {
  auto breaker = opened(plain());
  const auto almost = start + seconds(5) - Duration(1);
  EXPECT_FALSE(breaker.acquire(almost));
  EXPECT_EQ(breaker.reopens_at(almost), start + seconds(5));
  EXPECT_FALSE(breaker.standing(almost).admits);
  EXPECT_EQ(breaker.standing(almost).share, 0);
  EXPECT_TRUE(breaker.standing(start + seconds(5)).admits);
  EXPECT_EQ(breaker.reopens_at(start + seconds(6)), start + seconds(6));
  EXPECT_TRUE(breaker.acquire(start + seconds(5)));
}

TEST(Breaker, LetsOneProbeThroughAtATime) {
  auto breaker = opened(plain());
  const auto later = start + seconds(5);
  auto probe = breaker.acquire(later);
  ASSERT_TRUE(probe);
  EXPECT_TRUE(probe->is_probe());
  EXPECT_EQ(state(breaker, later), State::half_open);
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(breaker.acquire(later));
  EXPECT_FALSE(breaker.standing(later).admits);
  breaker.settle(std::move(*probe), later, Outcome::success, quick);
  EXPECT_EQ(state(breaker, later), State::closed);
}

TEST(Breaker, WantsAsManyGoodProbesAsConfigured) {
  auto settings = plain();
  settings.half_open_probes = 3;
  auto breaker = opened(settings);
  const auto later = start + seconds(5);
  std::vector<Permit> probes;
  while (auto probe = breaker.acquire(later)) probes.push_back(std::move(*probe));
  ASSERT_EQ(probes.size(), 3U);
  for (auto& probe : probes) {
    EXPECT_EQ(state(breaker, later), State::half_open);
    breaker.settle(std::move(probe), later, Outcome::success, quick);
  }
  EXPECT_EQ(state(breaker, later), State::closed);
}

TEST(Breaker, NeverHasMoreProbesThanItHasSlots) {
  auto settings = plain();
  settings.half_open_probes = std::numeric_limits<unsigned>::max();
  auto breaker = opened(settings);
  std::vector<Permit> probes;
  while (auto probe = breaker.acquire(start + seconds(5))) probes.push_back(std::move(*probe));
  EXPECT_EQ(probes.size(), max_half_open_probes);
}

TEST(Breaker, ASlowProbeIsABadProbe) {
  auto breaker = opened(plain());
  call(breaker, start + seconds(5), Outcome::success, seconds(20));
  EXPECT_EQ(state(breaker, start + seconds(5)), State::open);
  EXPECT_EQ(transitions(breaker).back().reason, Reason::probe_slow);
}

TEST(Breaker, AProbeThatSaysNothingMakesRoomForTheNext) {
  auto breaker = opened(plain());
  const auto later = start + seconds(5);
  calls(breaker, later, 20, Outcome::rate_limited);
  auto probe = breaker.acquire(later);
  breaker.release(std::move(*probe));
  EXPECT_TRUE(breaker.acquire(later));
  EXPECT_EQ(state(breaker, later), State::half_open);
}

TEST(Breaker, ALostProbeFreesItsSlotWhenItsLeaseEnds) {
  auto breaker = opened(plain());
  const auto later = start + seconds(5);
  ASSERT_TRUE(breaker.acquire(later));  // and gone
  EXPECT_FALSE(breaker.acquire(later + seconds(30) - Duration(1)));
  EXPECT_TRUE(breaker.acquire(later + seconds(30)));
}

TEST(Breaker, AProbeThatOutlivedItsLeaseStillCounts) {
  auto breaker = opened(plain());
  auto slow = breaker.acquire(start + seconds(5));
  auto second = breaker.acquire(start + seconds(40));
  ASSERT_TRUE(second);
  EXPECT_TRUE(breaker.settle(std::move(*slow), start + seconds(41), Outcome::success, quick));
  EXPECT_EQ(state(breaker, start + seconds(41)), State::closed);
  EXPECT_FALSE(breaker.settle(std::move(*second), start + seconds(42), Outcome::failure, quick));
  EXPECT_EQ(state(breaker, start + seconds(42)), State::closed);
}

TEST(Breaker, OpenTimesDoubleToFiveMinutes) {
  auto breaker = opened(plain());
  auto now = start;
  for (const int wait : {5, 10, 20, 40, 80, 160, 300, 300}) {
    EXPECT_EQ(breaker.reopens_at(now), now + seconds(wait));
    now = breaker.reopens_at(now);
    call(breaker, now, Outcome::failure);
  }
}

TEST(Breaker, OpensLongerWhenItFailsAgainSoonAfterRecovering) {
  auto breaker = opened(plain());
  const auto back = start + seconds(5);
  call(breaker, back, Outcome::success);
  calls(breaker, back + seconds(59), 5, Outcome::failure);
  EXPECT_EQ(breaker.reopens_at(back + seconds(59)), back + seconds(59) + seconds(10));
}

TEST(Breaker, StartsAnewAfterAMinuteWithoutOpening) {
  auto breaker = opened(plain());
  const auto back = start + seconds(5);
  call(breaker, back, Outcome::success);
  calls(breaker, back + minutes(1), 5, Outcome::failure);
  EXPECT_EQ(breaker.reopens_at(back + minutes(1)), back + minutes(1) + seconds(5));
}

TEST(Breaker, JitterOnlyShortensAndStaysInItsBounds) {
  Settings settings;
  auto shortest = Duration::max(), longest = Duration::min();
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Breaker breaker(settings, seed);
    calls(breaker, start, 5, Outcome::failure);
    const auto wait = breaker.reopens_at(start) - start;
    shortest = std::min(shortest, wait), longest = std::max(longest, wait);
  }
  EXPECT_GE(shortest, seconds(4));
  EXPECT_LT(shortest, std::chrono::milliseconds(4050));
  EXPECT_LE(longest, seconds(5));
  EXPECT_GT(longest, std::chrono::milliseconds(4950));
}

TEST(Breaker, TheSameSeedGivesTheSameTimes) {
  EXPECT_EQ(opened(Settings()).reopens_at(start), opened(Settings()).reopens_at(start));
}

TEST(Breaker, SlowStartGrowsFromATenthToEverythingInTwentySeconds) {
  Settings settings;
  settings.jitter = 0;
  auto breaker = opened(settings);
  const auto back = start + seconds(5);
  call(breaker, back, Outcome::success);
  EXPECT_DOUBLE_EQ(breaker.standing(back).share, 0.1);
  EXPECT_DOUBLE_EQ(breaker.standing(back + seconds(10)).share, 0.55);
  EXPECT_DOUBLE_EQ(breaker.standing(back + seconds(20)).share, 1);
  EXPECT_FALSE(breaker.acquire(back, 0.1));
  EXPECT_TRUE(breaker.acquire(back, 0.0999));
  EXPECT_TRUE(breaker.acquire(back + seconds(10), 0.549));
  EXPECT_FALSE(breaker.acquire(back + seconds(10), 0.551));
  EXPECT_TRUE(breaker.acquire(back + seconds(20), 0.9999));
}

TEST(Breaker, AFreshOneServesEverybody) {
  EXPECT_TRUE(Breaker(Settings(), 1).acquire(start, 0.9999));
  EXPECT_EQ(Breaker(Settings(), 1).standing(start).share, 1);
}

TEST(Breaker, LateResultsDoNotDisturbProbes) {
  Breaker breaker(plain(), 1);
  std::vector<Permit> late;
  for (int i = 0; i < 20; ++i) late.push_back(std::move(*breaker.acquire(start)));
  calls(breaker, start, 5, Outcome::failure);
  const auto later = start + seconds(5);
  auto probe = breaker.acquire(later);
  for (std::size_t i = 0; i < late.size(); ++i)
    EXPECT_FALSE(breaker.settle(std::move(late[i]), later, i % 2 == 0 ? Outcome::failure : Outcome::success, quick));
  EXPECT_EQ(state(breaker, later), State::half_open);
  EXPECT_FALSE(breaker.acquire(later));
  EXPECT_TRUE(breaker.settle(std::move(*probe), later, Outcome::success, quick));
  EXPECT_EQ(state(breaker, later), State::closed);
}

TEST(Breaker, APermitSettlesOnce) {
  Breaker breaker(plain(), 1);
  auto permit = breaker.acquire(start);
  Permit moved = std::move(*permit);
  EXPECT_FALSE(breaker.settle(std::move(*permit), start, Outcome::failure, quick));  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(breaker.settle(std::move(moved), start, Outcome::failure, quick));
  EXPECT_FALSE(breaker.settle(std::move(moved), start, Outcome::failure, quick));  // NOLINT(bugprone-use-after-move)
  static_assert(!std::is_copy_constructible_v<Permit> && !std::is_copy_assignable_v<Permit>);
  call(breaker, start, Outcome::success);
  EXPECT_DOUBLE_EQ(*breaker.standing(start).failure_rate, 0.5);
}

TEST(Breaker, ForcedOpenStaysOpenUntilItsTimeAndThenProbes) {
  Breaker breaker(plain(), 1);
  breaker.force(Forced::open, start, start + minutes(1));
  EXPECT_TRUE(breaker.standing(start).forced);
  EXPECT_FALSE(breaker.acquire(start + seconds(59)));
  EXPECT_EQ(breaker.reopens_at(start), start + minutes(1));
  EXPECT_EQ(state(breaker, start + minutes(1)), State::half_open);
  EXPECT_TRUE(breaker.acquire(start + minutes(1))->is_probe());
  EXPECT_EQ(transitions(breaker).back().reason, Reason::force_ended);
}

TEST(Breaker, ForcedOpenWithoutEndReopensAtNoTime) {
  Breaker breaker(plain(), 1);
  breaker.force(Forced::open, start);
  EXPECT_FALSE(breaker.acquire(start + std::chrono::hours(1000)));
  EXPECT_EQ(breaker.reopens_at(start), core::no_deadline);
  breaker.end_force(start);
  EXPECT_TRUE(breaker.acquire(start));
}

TEST(Breaker, ForcedClosedDoesNotOpenAndStartsAfreshAfter) {
  auto breaker = opened(plain());
  breaker.force(Forced::closed, start, start + minutes(1));
  calls(breaker, start, 1000, Outcome::failure);
  EXPECT_EQ(state(breaker, start), State::closed);
  EXPECT_EQ(breaker.standing(start).failure_rate, 1.0);
  const auto later = start + minutes(1);
  calls(breaker, later, 4, Outcome::failure);
  EXPECT_EQ(state(breaker, later), State::closed);
  calls(breaker, later, 1, Outcome::failure);
  EXPECT_EQ(state(breaker, later), State::open);
}

TEST(Breaker, KeepsItsStateOverAReload) {
  auto settings = plain();
  auto breaker = opened(settings);
  settings.consecutive_failures = 2;
  settings.window = seconds(10);
  breaker.replace(settings, start + seconds(1));
  EXPECT_EQ(breaker.reopens_at(start + seconds(1)), start + seconds(5));
  const auto later = start + seconds(5);
  call(breaker, later, Outcome::success);
  calls(breaker, later, 2, Outcome::failure);
  EXPECT_EQ(breaker.reopens_at(later), later + seconds(10));
}

TEST(Breaker, KeepsItsCountsOverAReload) {
  Breaker breaker(plain(), 1);
  calls(breaker, start, 4, Outcome::failure);
  breaker.replace(plain(), start);
  call(breaker, start, Outcome::failure);
  EXPECT_EQ(state(breaker, start), State::open);
}

TEST(Breaker, AReloadShortensAnOpenTimeToTheNewMost) {
  auto settings = plain();
  auto breaker = opened(settings);
  settings.max_open = seconds(2);
  breaker.replace(settings, start);
  EXPECT_EQ(breaker.reopens_at(start), start + seconds(2));
}

TEST(Breaker, AReloadToFewerProbesDoesNotStrandIt) {
  auto settings = plain();
  settings.half_open_probes = 3;
  auto breaker = opened(settings);
  const auto later = start + seconds(5);
  calls(breaker, later, 2, Outcome::success);
  settings.half_open_probes = 1;
  breaker.replace(settings, later);
  call(breaker, later, Outcome::success);
  EXPECT_EQ(state(breaker, later), State::closed);
}

TEST(Breaker, SurvivesTheLargestSettingsAndTimes) {
  Settings settings;
  settings.window = settings.open_for = settings.max_open = settings.slow_call = settings.stable = Duration::max();
  settings.slow_start = settings.probe_lease = Duration::max();
  settings.min_requests = settings.consecutive_failures = std::numeric_limits<std::uint32_t>::max();
  settings = for_provider(settings);
  settings.consecutive_failures = 1;
  Breaker breaker(settings, 1);
  for (int round = 0; round < 4; ++round) {
    call(breaker, start, Outcome::failure);
    EXPECT_EQ(state(breaker, start), State::open);
    breaker.force(Forced::closed, start, start);
    EXPECT_TRUE(breaker.acquire(core::no_deadline - Duration(1)));
    breaker.end_force(start);
  }
}

TEST(Breaker, SurvivesSettingsOfNothing) {
  Settings settings{};
  settings.window = settings.open_for = settings.max_open = settings.slow_call = Duration::zero();
  settings.stable = settings.slow_start = settings.probe_lease = Duration::zero();
  settings.min_requests = settings.consecutive_failures = 0;
  settings.half_open_probes = 0;
  settings.failure_rate = settings.slow_rate = settings.jitter = settings.first_share = 0;
  Breaker breaker(settings, 1);
  call(breaker, start, Outcome::success);
  EXPECT_EQ(state(breaker, start), State::closed);
  call(breaker, start, Outcome::failure);
  EXPECT_EQ(state(breaker, start), State::open);
  call(breaker, start + Duration(1), Outcome::success);
  EXPECT_EQ(state(breaker, start + Duration(1)), State::closed);
}

TEST(Breaker, BearsTimesThatRunBackwardsALittle) {
  Breaker breaker(plain(), 1);
  for (int i = 0; i < 1000; ++i) {
    call(breaker, start + seconds(i), Outcome::success);
    call(breaker, start + seconds(i) - std::chrono::milliseconds(10), Outcome::success);
  }
  EXPECT_EQ(breaker.standing(start + seconds(999)).failure_rate, 0.0);
}

TEST(Breaker, RemembersTheNewestTransitionsWhenNobodyTakesThem) {
  Breaker breaker(plain(), 1);
  for (int i = 0; i < 10; ++i) breaker.force(Forced::open, start + seconds(i));
  const auto kept = transitions(breaker);
  ASSERT_EQ(kept.size(), 4U);
  EXPECT_EQ(kept.front().at, start + seconds(6));
  EXPECT_EQ(kept.back().at, start + seconds(9));
}

TEST(Breaker, AProvidersNeedsMoreThanATargets) {
  const auto settings = for_provider(Settings());
  EXPECT_EQ(settings.consecutive_failures, 10U);
  EXPECT_DOUBLE_EQ(settings.failure_rate, 0.75);
  EXPECT_DOUBLE_EQ(settings.slow_rate, 0.9);
}

}  // namespace headgate::health
