#include "headgate/net/task.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "support/running.hpp"

namespace headgate::test {
namespace {

using net::Loop;
using net::Task;

Task<int> answer() { co_return 42; }
Task<int> failing() {
  throw std::runtime_error("no");
  co_return 0;
}
Task<std::unique_ptr<int>> boxed(int value) { co_return std::make_unique<int>(value); }

Task<long> sum_of(int count) {
  long sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await answer();
  co_return sum;
}

Task<int> later(Loop& loop) {
  boost::asio::steady_timer timer(loop.io());
  timer.expires_after(core::milliseconds(1));
  const auto [error] = co_await timer.async_wait(net::returned);
  co_return error ? 1 : 0;
}

Task<std::string> caught() {
  try {
    co_await failing();
  } catch (const std::runtime_error& error) {
    co_return error.what();
  }
  co_return "nothing";
}

struct Flag {
  bool& raised;
  ~Flag() { raised = true; }
};

Task<void> wait_for_ever(Loop& loop, bool& destroyed) {
  const Flag flag{destroyed};
  boost::asio::steady_timer timer(loop.io());
  timer.expires_at(core::no_deadline);
  (void)co_await timer.async_wait(net::returned);
}

}  // namespace

TEST(Task, GivesItsValueToWhoAwaitsIt) {
  Loop loop;
  EXPECT_EQ(run(loop, answer()), 42);
  EXPECT_EQ(*run(loop, boxed(7)), 7);
}

TEST(Task, WaitsForOperations) {
  Loop loop;
  EXPECT_EQ(run(loop, later(loop)), 0);
}

TEST(Task, ThrowsWhereItIsAwaited) {
  Loop loop;
  EXPECT_EQ(run(loop, caught()), "no");
  EXPECT_THROW(run(loop, failing()), std::runtime_error);
}

TEST(Task, AMillionChildrenThatDoNotWaitLeaveTheStackAlone) {
  Loop loop;
  EXPECT_EQ(run(loop, sum_of(1'000'000)), 42'000'000);
}

TEST(Task, OneThatIsNeverAwaitedNeverStarts) {
  Loop loop;
  bool destroyed = false;
  { const auto unused = wait_for_ever(loop, destroyed); }
  EXPECT_FALSE(destroyed);
}

TEST(Nursery, TellsHowATaskEnded) {
  Loop loop;
  std::exception_ptr seen = std::make_exception_ptr(1);
  loop.tasks().spawn([]() -> Task<void> { co_return; }(), [&](std::exception_ptr bug) { seen = bug; });
  EXPECT_EQ(seen, nullptr);
  loop.tasks().spawn([]() -> Task<void> { co_await failing(); }(), [&](std::exception_ptr bug) { seen = bug; });
  EXPECT_NE(seen, nullptr);
}

TEST(Nursery, DestroysWhatStillWaitsWhenItEnds) {
  bool destroyed = false;
  {
    Loop loop;
    loop.tasks().spawn(wait_for_ever(loop, destroyed), [](std::exception_ptr) {});
    loop.io().poll();
    EXPECT_FALSE(destroyed);
  }
  EXPECT_TRUE(destroyed);
}

}  // namespace headgate::test
