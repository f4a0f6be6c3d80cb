// Names, addresses and the race between them (RFC 8305).
#include "headgate/net/connector.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "support/fake_names.hpp"
#include "support/fake_upstream.hpp"

namespace headgate::test {
namespace {

using core::Code;
using core::milliseconds;
using core::Result;
using core::Retry;
using Connected = Result<std::unique_ptr<net::SocketStream>>;

struct ConnectorTest : testing::Test {
  ConnectorTest() { FakeNames::instance().reset(); }
  ~ConnectorTest() override { FakeNames::instance().reset(); }

  net::Loop loop;
  net::Resolver resolver;
  net::NameCache names{loop, resolver};
  net::SslSessionPtr resumed;
  net::Interrupt interrupt;
  FakeUpstream upstream{loop};

  Running<Connected> start(const std::string& host, milliseconds within = patience) {
    return {loop, connect_to({host, upstream.port(), nullptr}, core::Clock::now() + within)};
  }

 private:
  net::Task<Connected> connect_to(net::Endpoint endpoint, core::TimePoint deadline) {
    co_return co_await net::connect(loop, names, endpoint, resumed, deadline, interrupt);
  }
};

// Listens and never accepts; its queue is full, so that the next connection attempt hangs.
class BlackHole {
 public:
  BlackHole(const char* address, std::uint16_t port) {
    const sockaddr_in where{AF_INET, htons(port), {::inet_addr(address)}, {}};
    const auto* name = reinterpret_cast<const sockaddr*>(&where);
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    stands_ = ::bind(listener_, name, sizeof where) == 0 && ::listen(listener_, 0) == 0;
    for (int& filler : fillers_) {
      filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      (void)::connect(filler, name, sizeof where);
    }
  }
  ~BlackHole() {
    for (const int filler : fillers_) ::close(filler);
    ::close(listener_);
  }
  BlackHole(const BlackHole&) = delete;
  BlackHole& operator=(const BlackHole&) = delete;
  bool stands() const { return stands_; }

 private:
  int listener_ = -1;
  std::array<int, 4> fillers_{};
  bool stands_ = false;
};

std::string peer_of(Connected& connected) {
  return connected ? (*connected)->socket().remote_endpoint().address().to_string() : connected.error().message();
}

}  // namespace

TEST_F(ConnectorTest, ALiteralAddressIsNotLookedUp) {
  auto connected = start("127.0.0.1").get();
  EXPECT_EQ(peer_of(connected), "127.0.0.1");
  EXPECT_FALSE((*connected)->is_tls());
  EXPECT_EQ(FakeNames::instance().asked(), 0u);
}

TEST_F(ConnectorTest, ANameIsLookedUpOnceAndRemembered) {
  FakeNames::instance().say("lab.test", {"127.0.0.1"});
  for (int i = 0; i < 3; ++i) {
    auto connected = start("lab.test").get();
    EXPECT_EQ(peer_of(connected), "127.0.0.1");
  }
  EXPECT_EQ(FakeNames::instance().asked(), 1u);
}

TEST_F(ConnectorTest, AllWhoWaitForANameShareItsLookUp) {
  FakeNames::instance().say("lab.test", {"127.0.0.1"});
  FakeNames::instance().hold();
  auto first = start("lab.test"), second = start("lab.test");
  EXPECT_FALSE(first.settle() || second.settle());
  FakeNames::instance().release();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
  EXPECT_EQ(FakeNames::instance().asked(), 1u);
}

TEST_F(ConnectorTest, ANameThatIsNotKnownIsTheProvidersFault) {
  for (int i = 0; i < 2; ++i) {
    const auto connected = start("nowhere.test").get();
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().code(), Code::upstream_error);
    EXPECT_EQ(connected.error().retry(), Retry::next_target);
  }
  EXPECT_EQ(FakeNames::instance().asked(), 1u) << "the failure is remembered for a moment";
}

TEST_F(ConnectorTest, ANameThatIsNotAnsweredRunsIntoTheDeadline) {
  FakeNames::instance().hold();
  const auto connected = start("slow.test", milliseconds(50)).get();
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code(), Code::upstream_timeout);
}

TEST_F(ConnectorTest, NamesThatHangDelayNoOther) {
  std::vector<Running<Connected>> hanging;
  for (std::size_t i = 0; i + 1 < net::Resolver::max_threads; ++i) {
    const auto name = "hangs" + std::to_string(i) + ".test";
    FakeNames::instance().hold(name);
    hanging.push_back(start(name));
    EXPECT_FALSE(hanging.back().settle());
  }
  FakeNames::instance().say("lab.test", {"127.0.0.1"});
  EXPECT_EQ(peer_of(*std::make_unique<Connected>(start("lab.test", milliseconds(5000)).get())), "127.0.0.1");
}

TEST_F(ConnectorTest, ANameIsAskedForOnceEvenByManyWorkers) {
  FakeNames::instance().say("lab.test", {"127.0.0.1"});
  FakeNames::instance().hold();
  unsigned answers = 0;
  for (int i = 0; i < 20; ++i)
    resolver.look_up("lab.test", loop, [&answers](const net::Addresses& found) { answers += found.size() == 1; });
  FakeNames::instance().release();
  EXPECT_TRUE(run_until(loop, [&] { return answers == 20; }));
  EXPECT_EQ(FakeNames::instance().asked(), 1u);
}

TEST_F(ConnectorTest, TheEndWaitsForNoName) {
  FakeNames::instance().hold();
  bool told = false;
  const auto before = core::Clock::now();
  {
    net::Resolver ending;
    ending.look_up("slow.test", loop, [&told](const net::Addresses&) { told = true; });
    ASSERT_TRUE(run_until(loop, [] { return FakeNames::instance().asked() == 1; }));
  }
  EXPECT_LT(core::Clock::now() - before, std::chrono::seconds(5));
  FakeNames::instance().release();
  loop.io().poll();
  EXPECT_FALSE(told);
}

TEST_F(ConnectorTest, WhoLeavesWaitsForNoName) {
  FakeNames::instance().hold();
  auto connecting = start("slow.test");
  EXPECT_FALSE(connecting.settle());
  interrupt.raise(net::Interrupt::Reason::client_gone);
  EXPECT_TRUE(connecting.settle());
  EXPECT_EQ(connecting.get().error().code(), Code::client_gone);
}

TEST_F(ConnectorTest, ARefusingAddressIsPassedOverAtOnce) {
  FakeNames::instance().say("lab.test", {"127.0.0.3", "127.0.0.4", "127.0.0.1"});
  const auto before = core::Clock::now();
  auto connected = start("lab.test").get();
  EXPECT_EQ(peer_of(connected), "127.0.0.1");
  EXPECT_LT(core::Clock::now() - before, milliseconds(250));
}

TEST_F(ConnectorTest, ASilentAddressIsOvertakenByTheNext) {
  const BlackHole hole("127.0.0.2", upstream.port());
  ASSERT_TRUE(hole.stands());
  FakeNames::instance().say("lab.test", {"127.0.0.2", "127.0.0.1"});
  const auto before = core::Clock::now();
  auto connected = start("lab.test").get();
  EXPECT_EQ(peer_of(connected), "127.0.0.1");
  const auto took = core::Clock::now() - before;
  EXPECT_GE(took, milliseconds(240)) << "the first address gets its head start";
  EXPECT_LT(took, milliseconds(900)) << "and no more";
}

TEST_F(ConnectorTest, WhenAllAddressesRefuseTheReasonIsForTheLog) {
  FakeNames::instance().say("lab.test", {"127.0.0.3", "127.0.0.4"});
  const auto connected = start("lab.test").get();
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code(), Code::upstream_error);
  EXPECT_THAT(connected.error().detail(), testing::HasSubstr("refused"));
  EXPECT_THAT(connected.error().message(), testing::Not(testing::HasSubstr("127.")));
}

TEST_F(ConnectorTest, RunningOutOfDescriptorsIsNotTheProvidersFault) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto connected = start("127.0.0.1").get();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code(), Code::overloaded);
  EXPECT_EQ(connected.error().retry(), Retry::next_target);
}

TEST_F(ConnectorTest, WhenAllAddressesAreSilentTheDeadlineHolds) {
  const BlackHole hole("127.0.0.2", upstream.port());
  ASSERT_TRUE(hole.stands());
  const auto connected = start("127.0.0.2", milliseconds(60)).get();
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code(), Code::upstream_timeout);
  EXPECT_EQ(connected.error().retry(), Retry::next_target);
}

TEST_F(ConnectorTest, WhoHasLeftWaitsForNothing) {
  interrupt.raise(net::Interrupt::Reason::client_gone);
  FakeNames::instance().hold();
  auto by_name = start("slow.test"), by_address = start("127.0.0.1");
  EXPECT_TRUE(by_name.settle() && by_address.settle());
  EXPECT_EQ(by_name.get().error().code(), Code::client_gone);
  EXPECT_EQ(by_address.get().error().code(), Code::client_gone);
}

TEST_F(ConnectorTest, WhoLeavesWaitsForNoConnection) {
  const BlackHole hole("127.0.0.2", upstream.port());
  ASSERT_TRUE(hole.stands());
  auto connecting = start("127.0.0.2");
  EXPECT_FALSE(connecting.settle());
  interrupt.raise(net::Interrupt::Reason::client_gone);
  EXPECT_TRUE(connecting.settle());
  EXPECT_EQ(connecting.get().error().code(), Code::client_gone);
}

}  // namespace headgate::test
