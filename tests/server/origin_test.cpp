#include "origin.hpp"

#include <gtest/gtest.h>

namespace headgate::server {
namespace {

using wire::Field;

wire::RequestHead head(std::string_view host, std::string_view origin = {}, std::string_view site = {}) {
  wire::RequestHead head;
  head.fields.set(Field::host, host);
  head.fields.set(Field::origin, origin);
  head.fields.set(Field::sec_fetch_site, site);
  return head;
}

constexpr bool on_loopback = true, on_a_network = false;

}  // namespace

TEST(Origin, OnLoopbackAHostIsAnAddressOrThisMachine) {
  for (const auto* host : {"127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "[::1]", "localhost:8080", "LocalHost",
                           "localhost.", "app.localhost:1", "192.168.1.4:8080", ""})
    EXPECT_TRUE(check_origin(head(host), on_loopback)) << host;
}

TEST(Origin, OnLoopbackANameOfSomebodyElseIsRefused) {
  for (const auto* host : {"evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
                           "notlocalhost", ".localhost.evil", "a"})
    EXPECT_FALSE(check_origin(head(host), on_loopback)) << host;
}

TEST(Origin, OnANetworkAnyNameMayBeOurs) { EXPECT_TRUE(check_origin(head("headgate.internal:8080"), on_a_network)); }

TEST(Origin, PagesFromElsewhereAreRefusedEverywhere) {
  for (const bool where : {on_loopback, on_a_network}) {
    EXPECT_FALSE(check_origin(head("localhost:8080", "https://evil.example"), where));
    EXPECT_FALSE(check_origin(head("localhost:8080", "null"), where));
    EXPECT_FALSE(check_origin(head("localhost:8080", "http://localhost:3000"), where));
    EXPECT_FALSE(check_origin(head("localhost:8080", "http://evil.example/localhost:8080"), where));
    EXPECT_FALSE(check_origin(head("localhost:8080", {}, "cross-site"), where));
  }
}

TEST(Origin, APageOfOurOwnIsLetIn) {
  EXPECT_TRUE(check_origin(head("localhost:8080", "http://localhost:8080", "same-origin"), on_loopback));
  EXPECT_TRUE(check_origin(head("localhost:8080", {}, "none"), on_loopback)) << "typed into the address bar";
}

TEST(Origin, TheErrorSaysWhatToDo) {
  const auto refused = check_origin(head("evil.example"), on_loopback);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), core::Code::origin_not_allowed);
  EXPECT_NE(refused.error().message().find("auth: required"), std::string::npos);
}

TEST(Loopback, IsKnownInEveryForm) {
  for (const auto* host : {"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"}) EXPECT_TRUE(is_loopback({host, 1}));
  for (const auto* host : {"0.0.0.0", "::", "10.0.0.1", "::ffff:10.0.0.1"}) EXPECT_FALSE(is_loopback({host, 1}));
}

}  // namespace headgate::server
