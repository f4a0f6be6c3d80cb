// Time is injected; the oracle is a list.
#include "headgate/net/deadline_wheel.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "support/random.hpp"

namespace headgate::net {
namespace {

using core::milliseconds;
using core::TimePoint;

constexpr auto tick = DeadlineWheel::tick;
constexpr auto turn = 1024 * tick;

struct Bell final : Alarm {
  explicit Bell(std::function<void()> on_ring = {}) : action(std::move(on_ring)) {}
  void ring() override {
    ++rings;
    if (action) action();
  }
  unsigned rings = 0;
  std::function<void()> action;
};

struct DeadlineWheelTest : testing::Test {
  // Not on a tick: nothing may depend on the phase.
  TimePoint start{std::chrono::hours(1000) + milliseconds(17)};
  DeadlineWheel wheel{start};

  TimePoint at(milliseconds since_start) const { return start + since_start; }
};

}  // namespace

TEST_F(DeadlineWheelTest, RingsOnceWithinATickAndNeverEarly) {
  Bell bell;
  wheel.arm(bell, at(milliseconds(200)));
  wheel.advance(at(milliseconds(199)));
  EXPECT_EQ(bell.rings, 0u);
  wheel.advance(at(milliseconds(200) + tick));
  EXPECT_EQ(bell.rings, 1u);
  EXPECT_EQ(bell.deadline(), core::no_deadline);
  wheel.advance(at(milliseconds(200) + 2 * turn));
  EXPECT_EQ(bell.rings, 1u);
}

TEST_F(DeadlineWheelTest, ADeadlineOfNowOrThePastRingsWithinATick) {
  for (const auto deadline : {milliseconds(0), milliseconds(1), milliseconds(-1), milliseconds(-3'600'000)}) {
    DeadlineWheel fresh(start);
    Bell bell;
    fresh.arm(bell, at(deadline));
    EXPECT_EQ(bell.rings, 0u) << "never inside arm()";
    fresh.advance(at(milliseconds(1) + tick));
    EXPECT_EQ(bell.rings, 1u) << deadline.count();
  }
}

TEST_F(DeadlineWheelTest, ALaterDeadlineReplacesAnEarlierOne) {
  Bell bell;
  wheel.arm(bell, at(milliseconds(100)));
  wheel.arm(bell, at(milliseconds(500)));
  wheel.advance(at(milliseconds(450)));
  EXPECT_EQ(bell.rings, 0u);
  wheel.advance(at(milliseconds(500) + tick));
  EXPECT_EQ(bell.rings, 1u);
}

TEST_F(DeadlineWheelTest, AnEarlierDeadlineReplacesALaterOne) {
  Bell bell;
  wheel.arm(bell, at(milliseconds(60'000)));
  wheel.arm(bell, at(milliseconds(100)));
  wheel.advance(at(milliseconds(100) + tick));
  EXPECT_EQ(bell.rings, 1u);
}

TEST_F(DeadlineWheelTest, DisarmedItIsSilentAndCanBeArmedAgain) {
  Bell bell;
  wheel.arm(bell, at(milliseconds(100)));
  wheel.disarm(bell);
  wheel.advance(at(milliseconds(300)));
  EXPECT_EQ(bell.rings, 0u);
  wheel.arm(bell, at(milliseconds(400)));
  wheel.arm(bell, core::no_deadline);
  wheel.advance(at(milliseconds(600)));
  EXPECT_EQ(bell.rings, 0u);
  wheel.arm(bell, at(milliseconds(700)));
  wheel.advance(at(milliseconds(700) + tick));
  EXPECT_EQ(bell.rings, 1u);
}

TEST_F(DeadlineWheelTest, ADeadlineBeyondATurnWaitsForItsTurn) {
  Bell bell;
  const auto deadline = at(3 * turn + milliseconds(100));
  wheel.arm(bell, deadline);
  for (auto now = start; now < deadline; now += tick) {
    wheel.advance(now);
    ASSERT_EQ(bell.rings, 0u);
  }
  wheel.advance(deadline + tick);
  EXPECT_EQ(bell.rings, 1u);
}

TEST_F(DeadlineWheelTest, AWorkerThatSleptForHoursRingsAllThatIsDue) {
  std::vector<std::unique_ptr<Bell>> bells;
  for (int i = 0; i < 2000; ++i) wheel.arm(*bells.emplace_back(std::make_unique<Bell>()), at(i * milliseconds(77)));
  wheel.advance(at(std::chrono::hours(5)));
  for (const auto& bell : bells) EXPECT_EQ(bell->rings, 1u);
}

TEST_F(DeadlineWheelTest, ARingMayEndOtherAlarmsAndArmItselfAgain) {
  auto other = std::make_unique<Bell>();
  Bell* self = nullptr;
  Bell bell([&] {
    other.reset();
    if (self->rings < 3) wheel.arm(*self, start);
  });
  self = &bell;
  wheel.arm(bell, at(milliseconds(100)));
  wheel.arm(*other, at(milliseconds(100)));
  for (int i = 1; i <= 10; ++i) wheel.advance(at(milliseconds(100) + i * tick));
  EXPECT_EQ(bell.rings, 3u);
  EXPECT_EQ(other, nullptr);
}

// Random histories: arm, re-arm, disarm, destroy, let time pass in steps small and huge.
TEST_F(DeadlineWheelTest, AgreesWithAListOnRandomHistories) {
  struct Entry {
    std::unique_ptr<Bell> bell = std::make_unique<Bell>();
    std::optional<TimePoint> due;
  };
  for (unsigned seed = 0; seed < 40; ++seed) {
    test::Random random(seed);
    DeadlineWheel fresh(start);
    std::vector<Entry> entries(30);
    auto now = start;
    for (int step = 0; step < 2000; ++step) {
      auto& entry = entries[random.below(entries.size())];
      const auto reach = random.one_in(10) ? static_cast<std::size_t>(3 * turn.count()) : 2000;
      switch (random.below(8)) {
        case 0: fresh.disarm(*entry.bell), entry.due.reset(); break;
        case 1: entry = Entry{}; break;
        case 2:
        case 3: {
          const auto before = now;
          now += milliseconds(random.one_in(50) ? random.below(reach) : random.below(60));
          fresh.advance(now);
          for (auto& [bell, due] : entries) {
            if (!due) {
              ASSERT_EQ(bell->rings, 0u) << "seed " << seed << " step " << step;
              continue;
            }
            if (bell->rings == 0) {
              ASSERT_GT(std::max(*due, before) + tick, now) << "late, seed " << seed << " step " << step;
            } else {
              ASSERT_EQ(bell->rings, 1u);
              ASSERT_LE(*due, now) << "early, seed " << seed << " step " << step;
              bell->rings = 0;
              due.reset();
            }
          }
          break;
        }
        default:
          entry.due = now + milliseconds(random.below(reach)) - milliseconds(random.below(100));
          fresh.arm(*entry.bell, *entry.due);
      }
    }
  }
}

}  // namespace headgate::net
