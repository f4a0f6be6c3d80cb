// A pool against a provider on loopback.
#include "headgate/net/pool.hpp"

#include <gmock/gmock.h>
#include <poll.h>

#include <boost/asio/write.hpp>

#include "support/fake_upstream.hpp"

namespace headgate::test {
namespace {

using core::Code;
using core::Result;
using core::Retry;
using net::Lease;
using net::Pool;

struct PoolTest : testing::Test {
  net::Loop loop;
  net::Resolver resolver;
  net::NameCache names{loop, resolver};
  net::Interrupt interrupt;
  FakeUpstream upstream{loop};
  Pool pool{loop, names, {"127.0.0.1", upstream.port(), nullptr}, 2};

  static core::TimePoint soon() { return core::Clock::now() + patience; }
  Running<Result<Lease>> ask(bool fresh = false) { return {loop, pool.acquire(soon(), interrupt, fresh)}; }
  Lease lease(bool fresh = false) {
    auto acquired = ask(fresh).get();
    EXPECT_TRUE(acquired) << acquired.error().message();
    return std::move(*acquired);
  }
  bool accepts(std::size_t count) {
    return run_until(loop, [&] { return upstream.accepted() == count && upstream.open().size() == count; });
  }
};

// Waits until something has come on the connection: bytes or its end.
bool hears(net::Stream* stream) {
  pollfd descriptor{static_cast<net::SocketStream*>(stream)->socket().native_handle(), POLLIN, 0};
  return ::poll(&descriptor, 1, 5000) == 1;
}

}  // namespace

TEST_F(PoolTest, LastInFirstOut) {
  auto first = lease(), second = lease();
  net::Stream* const older = first->stream.get();
  net::Stream* const newer = second->stream.get();
  EXPECT_FALSE(first->reused);
  first.give_back();
  second.give_back();
  auto third = lease(), fourth = lease();
  EXPECT_EQ(third->stream.get(), newer);
  EXPECT_EQ(fourth->stream.get(), older);
  EXPECT_TRUE(third->reused);
  EXPECT_TRUE(accepts(2));
}

TEST_F(PoolTest, AFreshOneIsOpenedEvenWhenOneIsIdle) {
  lease().give_back();
  auto fresh = lease(true);
  EXPECT_FALSE(fresh->reused);
  EXPECT_TRUE(accepts(2));
}

TEST_F(PoolTest, WhatIsNotGivenBackIsClosed) {
  { auto dropped = lease(); }
  EXPECT_TRUE(pool.unused());
  EXPECT_TRUE(run_until(loop, [&] { return upstream.accepted() == 1 && upstream.open().empty(); }));
  EXPECT_FALSE(lease()->reused);
}

TEST_F(PoolTest, AMovedLeaseGivesBackOnce) {
  auto first = lease();
  Lease second = std::move(first);
  first = Lease();
  EXPECT_FALSE(pool.unused());
  second.give_back();
  second = Lease();
  EXPECT_TRUE(lease()->reused);
}

TEST_F(PoolTest, AtItsCapTheNextWaitsInOrder) {
  auto first = lease(), second = lease();
  net::Stream* const stream = first->stream.get();
  auto third = ask(), fourth = ask();
  EXPECT_FALSE(third.settle() || fourth.settle());
  first.give_back();
  auto served = third.get();
  ASSERT_TRUE(served);
  EXPECT_EQ((*served)->stream.get(), stream);
  EXPECT_FALSE(fourth.settle());
  second = Lease();
  EXPECT_TRUE(fourth.get());
}

TEST_F(PoolTest, APlaceThatCameFreeBelongsToWhoWaits) {
  auto first = lease(), second = lease();
  auto waiting = ask();
  EXPECT_FALSE(waiting.settle());
  second = Lease();
  first = Lease();
  EXPECT_FALSE(pool.unused()) << "who was told has not resumed yet, and needs the pool";
  auto newcomer = ask(), latecomer = ask();
  auto served = waiting.get();
  ASSERT_TRUE(served);
  auto place = newcomer.get();
  EXPECT_TRUE(place);
  EXPECT_FALSE(latecomer.settle());
}

TEST_F(PoolTest, NobodyOvertakesWhoWasTold) {
  auto first = lease(), second = lease();
  net::Stream* const stream = first->stream.get();
  auto waiting = ask();
  EXPECT_FALSE(waiting.settle());
  first.give_back();
  EXPECT_FALSE(pool.take());
  auto newcomer = ask();
  auto served = waiting.get();
  ASSERT_TRUE(served);
  EXPECT_EQ((*served)->stream.get(), stream);
  EXPECT_FALSE(newcomer.settle());
}

TEST_F(PoolTest, WhoWaitsTooLongGoesElsewhere) {
  auto first = lease(), second = lease();
  auto acquired = run(loop, pool.acquire(core::Clock::now() + core::milliseconds(20), interrupt, false));
  ASSERT_FALSE(acquired);
  EXPECT_EQ(acquired.error().code(), Code::overloaded) << "our cap is not the provider's fault";
  EXPECT_EQ(acquired.error().retry(), Retry::next_target);
  first.give_back();
  EXPECT_TRUE(lease()->reused) << "who gave up has left the queue";
}

TEST_F(PoolTest, WhoLeavesStopsWaiting) {
  auto first = lease(), second = lease();
  net::Interrupt leaving;
  Running<Result<Lease>> waiting(loop, pool.acquire(soon(), leaving, false));
  EXPECT_FALSE(waiting.settle());
  leaving.raise(net::Interrupt::Reason::client_gone);
  EXPECT_TRUE(waiting.settle());
  EXPECT_EQ(waiting.get().error().code(), Code::client_gone);
  second.give_back();
  EXPECT_TRUE(lease()->reused);
}

TEST_F(PoolTest, NotEverybodyMayWait) {
  auto first = lease(), second = lease();
  std::vector<net::Interrupt> leaving(1024);
  std::vector<Running<Result<Lease>>> waiting;
  for (auto& one : leaving) waiting.emplace_back(loop, pool.acquire(soon(), one, false));
  auto refused = ask();
  EXPECT_TRUE(refused.settle());
  EXPECT_EQ(refused.get().error().code(), Code::overloaded);
  EXPECT_FALSE(waiting.front().settle());
  for (auto& one : leaving) one.raise(net::Interrupt::Reason::client_gone);
  for (auto& one : waiting) EXPECT_EQ(one.get().error().code(), Code::client_gone);
}

TEST_F(PoolTest, AConnectionThatTheProviderClosedIsNotLeasedAgain) {
  auto held = lease();
  ASSERT_TRUE(accepts(1));
  net::Stream* const stream = held->stream.get();
  held.give_back();
  upstream.open().front()->shutdown_write();
  ASSERT_TRUE(hears(stream));
  EXPECT_FALSE(lease()->reused);
  EXPECT_TRUE(run_until(loop, [&] { return upstream.accepted() == 2; }));
}

TEST_F(PoolTest, AConnectionWithBytesNobodyAskedForIsNotLeasedAgain) {
  auto held = lease();
  ASSERT_TRUE(accepts(1));
  net::Stream* const stream = held->stream.get();
  held.give_back();
  boost::asio::write(upstream.open().front()->socket(), boost::asio::buffer("HTTP/1.1 200 OK\r\n\r\n", 19));
  ASSERT_TRUE(hears(stream));
  EXPECT_FALSE(lease()->reused);
}

TEST_F(PoolTest, AGoodConnectionBehindStaleOnesIsFound) {
  auto first = lease(), second = lease();
  ASSERT_TRUE(accepts(2));
  net::Stream* const good = first->stream.get();
  net::Stream* const stale = second->stream.get();
  first.give_back();
  second.give_back();
  upstream.open()[1]->shutdown_write();
  ASSERT_TRUE(hears(stale));
  EXPECT_EQ(lease()->stream.get(), good);
}

TEST_F(PoolTest, WhatWasReadAheadIsForgotten) {
  auto first = lease();
  first->in.append("left over");
  first.give_back();
  EXPECT_TRUE(lease()->in.empty());
}

TEST_F(PoolTest, IdleConnectionsAreClosedWhenTheirTimeIsOver) {
  lease().give_back();
  pool.close_idle(core::Clock::now() + std::chrono::seconds(40));
  EXPECT_FALSE(pool.unused());
  pool.close_idle(core::Clock::now() + std::chrono::seconds(60));
  EXPECT_TRUE(pool.unused());
}

TEST_F(PoolTest, KnowsWhetherItIsUsed) {
  EXPECT_TRUE(pool.unused());
  auto opening = ask();
  EXPECT_FALSE(pool.unused()) << "while a connection is being opened";
  auto held = opening.get();
  EXPECT_FALSE(pool.unused());
  held->give_back();
  EXPECT_FALSE(pool.unused()) << "while one is idle";
}

TEST_F(PoolTest, AConnectionThatCannotBeOpenedFreesItsPlace) {
  std::uint16_t closed_port = 0;
  { closed_port = FakeUpstream(loop).port(); }
  Pool dead(loop, names, {"127.0.0.1", closed_port, nullptr}, 1);
  Running<Result<Lease>> first(loop, dead.acquire(soon(), interrupt, false));
  Running<Result<Lease>> second(loop, dead.acquire(soon(), interrupt, false));
  for (auto* running : {&first, &second}) {
    auto acquired = running->get();
    ASSERT_FALSE(acquired);
    EXPECT_EQ(acquired.error().code(), Code::upstream_error);
    EXPECT_EQ(acquired.error().retry(), Retry::next_target);
  }
  EXPECT_TRUE(dead.unused());
}

}  // namespace headgate::test
