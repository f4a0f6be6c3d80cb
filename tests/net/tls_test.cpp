// Who is trusted, and what is said when somebody is not.
#include "headgate/net/tls.hpp"

#include <gmock/gmock.h>

#include "headgate/net/connector.hpp"
#include "support/certificates.hpp"
#include "support/fake_upstream.hpp"

namespace headgate::test {
namespace {

using core::Code;
using core::Retry;
using testing::HasSubstr;
using Connected = core::Result<std::unique_ptr<net::SocketStream>>;

net::Task<void> say_hi(net::SocketStream& stream) {
  (void)co_await send(stream, "hi");
  co_await FakeUpstream::hold(stream);
}

net::Task<std::string> hear(net::SocketStream& stream) {
  char bytes[16];
  const auto [error, size] = co_await stream.read_some(boost::asio::buffer(bytes));
  co_return error ? error.message() : std::string(bytes, size);
}

struct TlsTest : testing::Test {
  net::Loop loop;
  net::Resolver resolver;
  net::NameCache names{loop, resolver};
  net::SslSessionPtr resumed;
  net::Interrupt interrupt;
  Certificates certificates;
  std::shared_ptr<const net::ClientTls> client = net::ClientTls::make(certificates.authority()).value();

  static std::shared_ptr<const net::ServerTls> server(const CertificatePaths& paths,
                                                      const std::string& client_ca = "") {
    return net::ServerTls::make(paths.cert, paths.key, client_ca).value();
  }
  Running<Connected> start(std::uint16_t port, const std::string& host, core::milliseconds within = patience) {
    return {loop, connect_to({host, port, client}, core::Clock::now() + within)};
  }
  Connected connect(const FakeUpstream& upstream, const std::string& host = "127.0.0.1") {
    return start(upstream.port(), host).get();
  }
  void expect_refused(const CertificatePaths& paths, const std::string& host, const std::string& why) {
    FakeUpstream upstream(loop, say_hi, server(paths));
    const auto connected = connect(upstream, host);
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().code(), Code::upstream_error);
    EXPECT_EQ(connected.error().retry(), Retry::next_target);
    EXPECT_THAT(connected.error().detail(), HasSubstr(why));
    EXPECT_THAT(connected.error().message(), Not(HasSubstr("127.0.0.1")));
  }

 private:
  net::Task<Connected> connect_to(net::Endpoint endpoint, core::TimePoint deadline) {
    co_return co_await net::connect(loop, names, endpoint, resumed, deadline, interrupt);
  }
};

}  // namespace

TEST_F(TlsTest, AGoodCertificateIsTrustedByNameAndByAddress) {
  FakeUpstream upstream(loop, say_hi, server(certificates.signed_for("DNS:localhost,IP:127.0.0.1")));
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const auto connected = connect(upstream, host);
    ASSERT_TRUE(connected) << connected.error().detail();
    EXPECT_TRUE((*connected)->is_tls());
    EXPECT_EQ(run(loop, hear(**connected)), "hi");
  }
}

TEST_F(TlsTest, ACertificateForAnotherNameIsRefused) {
  expect_refused(certificates.signed_for("DNS:other.example"), "localhost", "ostname mismatch");
  expect_refused(certificates.signed_for("DNS:localhost"), "127.0.0.1", "IP address mismatch");
}

TEST_F(TlsTest, ACertificateThatSignedItselfIsRefused) {
  expect_refused(certificates.self_signed_for("IP:127.0.0.1"), "127.0.0.1", "self-signed");
}

TEST_F(TlsTest, ACertificateOfAnUnknownAuthorityIsRefused) {
  Certificates others("somebody else");
  expect_refused(others.signed_for("IP:127.0.0.1"), "127.0.0.1", "issuer");
}

TEST_F(TlsTest, AnExpiredCertificateIsRefused) {
  expect_refused(certificates.expired_for("IP:127.0.0.1"), "127.0.0.1", "expired");
}

TEST_F(TlsTest, AnEarlierSessionIsResumed) {
  FakeUpstream upstream(loop, say_hi, server(certificates.signed_for("IP:127.0.0.1")));
  for (std::size_t i = 0; i < 3; ++i) {
    const auto connected = connect(upstream);
    ASSERT_TRUE(connected);
    EXPECT_EQ(run(loop, hear(**connected)), "hi");  // tickets come with the first bytes
    EXPECT_NE(resumed, nullptr);
    EXPECT_EQ(upstream.resumed(), i);
  }
  EXPECT_EQ(upstream.handshakes(), 3u);
}

TEST_F(TlsTest, AnIdleConnectionWithNothingButTicketsIsQuiet) {
  FakeUpstream upstream(loop, FakeUpstream::hold, server(certificates.signed_for("IP:127.0.0.1")));
  const auto connected = connect(upstream);
  ASSERT_TRUE(connected);
  ASSERT_TRUE(run_until(loop, [&] { return upstream.handshakes() == 1; }));
  EXPECT_TRUE((*connected)->is_quiet());
  upstream.open().front()->shutdown_write();
  EXPECT_TRUE(run_until(loop, [&] { return !(*connected)->is_quiet(); }));
}

TEST_F(TlsTest, AnIdleConnectionWithBytesIsNotQuiet) {
  FakeUpstream upstream(loop, say_hi, server(certificates.signed_for("IP:127.0.0.1")));
  const auto connected = connect(upstream);
  ASSERT_TRUE(connected);
  EXPECT_TRUE(run_until(loop, [&] { return !(*connected)->is_quiet(); }));
}

TEST_F(TlsTest, BytesThatWereReadAheadAreNotQuiet) {
  const auto say_twice = [](net::SocketStream& stream) -> net::Task<void> {
    (void)co_await send(stream, "answer");
    (void)co_await send(stream, "poison");
    co_await FakeUpstream::hold(stream);
  };
  FakeUpstream upstream(loop, say_twice, server(certificates.signed_for("IP:127.0.0.1")));
  const auto connected = connect(upstream);
  ASSERT_TRUE(connected);
  ASSERT_TRUE(run_until(loop, [&] { return upstream.handshakes() == 1; }));
  EXPECT_EQ(run(loop, hear(**connected)), "answer");
  EXPECT_FALSE((*connected)->is_quiet());
}

TEST_F(TlsTest, ACloseWithoutNoticeIsNoEnd) {
  const auto vanish = [](net::SocketStream&) -> net::Task<void> { co_return; };
  FakeUpstream upstream(loop, vanish, server(certificates.signed_for("IP:127.0.0.1")));
  const auto connected = connect(upstream);
  ASSERT_TRUE(connected);
  char byte = 0;
  const auto [error, size] = run(loop, (*connected)->read_some(boost::asio::buffer(&byte, 1)));
  EXPECT_TRUE(error);
  EXPECT_NE(error, boost::asio::error::eof);
}

TEST_F(TlsTest, APlainServerIsRefused) {
  const auto refuse = [](net::SocketStream& stream) -> net::Task<void> {
    (void)co_await send(stream, "HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
  };
  FakeUpstream upstream(loop, refuse);
  const auto connected = connect(upstream);
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code(), Code::upstream_error);
}

TEST_F(TlsTest, AHandshakeThatHangsRunsIntoTheDeadline) {
  FakeUpstream upstream(loop);
  const auto connected = start(upstream.port(), "127.0.0.1", core::milliseconds(60)).get();
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code(), Code::upstream_timeout);
}

TEST_F(TlsTest, WhoLeavesWaitsForNoHandshake) {
  FakeUpstream upstream(loop);
  auto connecting = start(upstream.port(), "127.0.0.1");
  ASSERT_TRUE(run_until(loop, [&] { return upstream.accepted() == 1; }));
  interrupt.raise(net::Interrupt::Reason::client_gone);
  EXPECT_EQ(connecting.get().error().code(), Code::client_gone);
}

TEST_F(TlsTest, AServerThatWantsCertificatesTurnsOthersAway) {
  FakeUpstream upstream(loop, say_hi, server(certificates.signed_for("IP:127.0.0.1"), certificates.authority()));
  auto connected = connect(upstream);
  // TLS 1.3 lets the client finish first; the refusal comes with the first read.
  if (connected) {
    EXPECT_NE(run(loop, hear(**connected)), "hi");
  }
  EXPECT_EQ(upstream.handshakes(), 0u);
}

TEST_F(TlsTest, FilesThatDoNotServeAreNamed) {
  const auto good = certificates.signed_for("IP:127.0.0.1");
  const auto other = certificates.self_signed_for("IP:127.0.0.1");
  const auto no_file = net::ServerTls::make("/nonexistent.pem", good.key, "");
  ASSERT_FALSE(no_file);
  EXPECT_THAT(no_file.error().message(), HasSubstr("/nonexistent.pem"));
  EXPECT_FALSE(net::ServerTls::make(good.cert, other.key, ""));
  EXPECT_FALSE(net::ServerTls::make(good.cert, good.key, "/nonexistent.pem"));
  EXPECT_FALSE(net::ClientTls::make("/nonexistent.pem"));
}

}  // namespace headgate::test
