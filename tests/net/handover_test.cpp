#include "headgate/net/handover.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace headgate::net {
namespace {

core::TimePoint far() { return core::Clock::now() + std::chrono::seconds(60); }

// Runs `task` on a loop of its own until it is done.
template <typename Make>
void run(Loop& loop, Make make) {
  loop.tasks().spawn(make(), [&loop](std::exception_ptr fault) {
    EXPECT_EQ(fault, nullptr);
    loop.stop();
  });
  loop.run([](const char* bug) { ADD_FAILURE() << bug; });
}

}  // namespace

TEST(Handover, BringsAnAnswerFromAnotherThread) {
  Loop loop;
  std::optional<std::string> got;
  std::thread other;
  run(loop, [&]() -> Task<void> {
    Handover<std::string> handover(loop);
    other = std::thread([take = handover.taker()] { take("here"); });
    got = co_await handover.wait_until(far());
  });
  other.join();
  EXPECT_EQ(got, "here");
}

TEST(Handover, AnAnswerMayComeBeforeItIsWaitedFor) {
  Loop loop;
  std::optional<std::string> got;
  run(loop, [&]() -> Task<void> {
    Handover<std::string> handover(loop);
    handover.taker()("at once");
    got = co_await handover.wait_until(far());
  });
  EXPECT_EQ(got, "at once");
}

TEST(Handover, GivesUpAtItsDeadlineAndHearsNothingLater) {
  Loop loop;
  std::optional<std::string> got = "nothing yet";
  std::function<void(std::string)> take;
  run(loop, [&]() -> Task<void> {
    Handover<std::string> handover(loop);
    take = handover.taker();
    got = co_await handover.wait_until(core::Clock::now());
  });
  EXPECT_EQ(got, std::nullopt);
  take("too late");
}

TEST(Handover, AnAnswerFindsNobodyWhenTheLoopIsGone) {
  std::function<void(std::string)> take;
  {
    Loop loop;
    loop.tasks().spawn(
        [](Loop& on, std::function<void(std::string)>& given) -> Task<void> {
          Handover<std::string> handover(on);
          given = handover.taker();
          (void)co_await handover.wait_until(far());
        }(loop, take),
        [](std::exception_ptr) {});
    loop.tasks().end();
  }
  ASSERT_TRUE(take);
  take("nobody");
}

}  // namespace headgate::net
