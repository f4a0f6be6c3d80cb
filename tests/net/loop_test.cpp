// A worker's loop goes on whatever its parts do.
#include "headgate/net/loop.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/running.hpp"

namespace headgate::test {
namespace {

// Ends the loop when its time has come.
struct Last final : net::Alarm {
  explicit Last(net::Loop& of) : loop(of) {}
  void ring() override {
    rung = true;
    loop.stop();
  }
  net::Loop& loop;
  bool rung = false;
};

}  // namespace

TEST(Loop, AChoreThatFailsStopsNoDeadline) {
  net::Loop loop;
  Last last(loop);
  boost::asio::steady_timer limit(loop.io(), core::Clock::now() + patience);
  limit.async_wait([&loop](net::error_code) { loop.stop(); });
  unsigned bugs = 0;
  loop.each_second([](core::TimePoint) { throw std::runtime_error("a bug"); });
  // Armed once the chore has failed, so that a later tick must ring it.
  loop.run([&](const char*) {
    if (++bugs == 1) loop.deadlines().arm(last, core::Clock::now() + core::milliseconds(100));
  });
  EXPECT_EQ(bugs, 1u);
  EXPECT_TRUE(last.rung);
}

}  // namespace headgate::test
