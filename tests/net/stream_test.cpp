// Sockets: what is sent arrives, and every wait ends when it must.
#include "headgate/net/stream.hpp"

#include <gmock/gmock.h>

#include "support/fake_upstream.hpp"

namespace headgate::test {
namespace {

using boost::asio::error::operation_aborted;
using net::IoResult;

struct StreamTest : testing::Test {
  net::Loop loop;
  FakeUpstream upstream{loop};
  net::SocketStream stream{loop, connected()};

  net::tcp::socket connected() {
    net::tcp::socket socket(loop.io());
    socket.connect({boost::asio::ip::address_v4::loopback(), upstream.port()});
    return socket;
  }
  net::SocketStream& peer() {
    EXPECT_TRUE(run_until(loop, [&] { return upstream.open().size() == 1; }));
    return *upstream.open().front();
  }
  void let_deadlines_pass() { loop.deadlines().advance(core::Clock::now() + std::chrono::hours(1)); }

  char byte = 0;
  Running<IoResult> read() { return {loop, stream.read_some(boost::asio::buffer(&byte, 1))}; }
};

net::Task<std::size_t> count_all(net::SocketStream& stream) {
  std::vector<char> bytes(64 * 1024);
  for (std::size_t total = 0;;) {
    const auto [error, size] = co_await stream.read_some(boost::asio::buffer(bytes));
    if (error) co_return total;
    total += size;
  }
}

}  // namespace

TEST_F(StreamTest, AWriteLargerThanTheNetworkTakesArrivesWhole) {
  const std::string large(32u << 20, 'x');
  std::size_t received = 0;
  FakeUpstream sink(loop,
                    [&received](net::SocketStream& from) -> net::Task<void> { received = co_await count_all(from); });
  net::tcp::socket socket(loop.io());
  socket.connect({boost::asio::ip::address_v4::loopback(), sink.port()});
  net::SocketStream out(loop, std::move(socket));
  EXPECT_TRUE(run(loop, send(out, large)));
  out.shutdown_write();
  EXPECT_TRUE(run_until(loop, [&] { return received == large.size(); }));
}

TEST_F(StreamTest, ADeadlineEndsTheReadAndAllThatFollow) {
  stream.expires_at(core::Clock::now() + std::chrono::seconds(30));
  auto reading = read();
  EXPECT_FALSE(reading.settle());
  let_deadlines_pass();
  EXPECT_EQ(std::get<0>(reading.get()), operation_aborted);
  EXPECT_TRUE(stream.expired());
  EXPECT_EQ(std::get<0>(read().get()), operation_aborted);
  EXPECT_FALSE(run(loop, send(stream, "x")));
  EXPECT_FALSE(stream.is_quiet());
}

TEST_F(StreamTest, ADeadlineEndsAWriteThatNobodyTakes) {
  const std::string large(64u << 20, 'x');
  FakeUpstream deaf(loop, [this](net::SocketStream&) -> net::Task<void> {
    boost::asio::steady_timer never(loop.io());
    never.expires_at(core::no_deadline);
    (void)co_await never.async_wait(net::returned);
  });
  net::tcp::socket socket(loop.io());
  socket.connect({boost::asio::ip::address_v4::loopback(), deaf.port()});
  net::SocketStream out(loop, std::move(socket));
  out.expires_at(core::Clock::now() + std::chrono::seconds(30));
  Running<bool> writing(loop, send(out, large));
  EXPECT_FALSE(writing.settle());
  let_deadlines_pass();
  EXPECT_FALSE(writing.get());
  EXPECT_TRUE(out.expired());
}

TEST_F(StreamTest, AWriteThatNobodyTakesEndsWhenAnAnswerComes) {
  const std::string large(64u << 20, 'x');
  net::Outgoing outgoing;
  outgoing.add(large);
  FakeUpstream early(loop, [this](net::SocketStream& peer) -> net::Task<void> {
    (void)co_await send(peer, "no");
    boost::asio::steady_timer never(loop.io());
    never.expires_at(core::no_deadline);
    (void)co_await never.async_wait(net::returned);
  });
  net::tcp::socket socket(loop.io());
  socket.connect({boost::asio::ip::address_v4::loopback(), early.port()});
  net::SocketStream out(loop, std::move(socket));
  EXPECT_FALSE(run(loop, out.write_until_answer(outgoing)));
  EXPECT_FALSE(outgoing.empty());
  EXPECT_EQ(std::get<1>(run(loop, out.read_some(boost::asio::buffer(&byte, 1)))), 1u);
}

TEST_F(StreamTest, AWriteThatWaitsForAnAnswerTooCanBeStopped) {
  const std::string large(64u << 20, 'x');
  net::Outgoing outgoing;
  outgoing.add(large);
  net::error_code error;
  ASSERT_FALSE(stream.write_now(outgoing, error));
  Running<net::error_code> writing(loop, stream.write_until_answer(outgoing));
  stream.stop();
  EXPECT_EQ(writing.get(), operation_aborted);
}

TEST_F(StreamTest, StoppingIsNoExpiry) {
  auto reading = read();
  EXPECT_FALSE(reading.settle());
  stream.stop();
  EXPECT_EQ(std::get<0>(reading.get()), operation_aborted);
  EXPECT_FALSE(stream.expired());
}

TEST_F(StreamTest, IsQuietUntilSomethingComes) {
  auto& other = peer();
  EXPECT_TRUE(stream.is_quiet());
  EXPECT_TRUE(run(loop, send(other, "x")));
  EXPECT_TRUE(run_until(loop, [&] { return !stream.is_quiet(); }));
  EXPECT_EQ(std::get<1>(read().get()), 1u);
  EXPECT_TRUE(stream.is_quiet());
  other.shutdown_write();
  EXPECT_TRUE(run_until(loop, [&] { return !stream.is_quiet(); }));
}

TEST_F(StreamTest, APeerThatLeavesIsSeenWithoutBeingRead) {
  net::Interrupt interrupt;
  net::WatchedPeer watched(static_cast<int>(stream.socket().native_handle()), interrupt);
  loop.watch(watched);
  EXPECT_TRUE(run(loop, send(peer(), "bytes in front of the end")));
  EXPECT_FALSE(interrupt.raised());
  peer().shutdown_write();
  EXPECT_TRUE(run_until(loop, [&] { return interrupt.raised(); }));
  EXPECT_EQ(interrupt.error().code(), core::Code::client_gone);
}

TEST(ScriptedStream, PlaysItsStepsAndEnds) {
  net::Loop loop;
  net::ScriptedStream stream(loop, {{core::milliseconds(0), "ab"}, {core::milliseconds(5), "c"}});
  char bytes[8];
  std::string heard;
  for (;;) {
    const auto [error, size] = run(loop, stream.read_some(boost::asio::buffer(bytes)));
    if (error) {
      EXPECT_EQ(error, boost::asio::error::eof);
      break;
    }
    heard.append(bytes, size);
  }
  EXPECT_EQ(heard, "abc");
}

TEST(ScriptedStream, AStepWithoutBytesBreaksTheConnection) {
  net::Loop loop;
  net::ScriptedStream stream(loop, {{core::milliseconds(0), ""}});
  char byte = 0;
  EXPECT_EQ(std::get<0>(run(loop, stream.read_some(boost::asio::buffer(&byte, 1)))),
            boost::asio::error::connection_reset);
}

TEST(ScriptedStream, ADeadlineEndsTheWaitForAStep) {
  net::Loop loop;
  net::ScriptedStream stream(loop, {{std::chrono::minutes(10), "late"}});
  stream.expires_at(core::Clock::now() + std::chrono::seconds(30));
  char byte = 0;
  Running<IoResult> reading(loop, stream.read_some(boost::asio::buffer(&byte, 1)));
  EXPECT_FALSE(reading.settle());
  loop.deadlines().advance(core::Clock::now() + std::chrono::hours(1));
  EXPECT_EQ(std::get<0>(reading.get()), operation_aborted);
  EXPECT_TRUE(stream.expired());
}

}  // namespace headgate::test
