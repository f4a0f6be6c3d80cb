#include "headgate/wire/url.hpp"

#include <gtest/gtest.h>

namespace headgate::wire {
namespace {

void expect_url(std::string_view text, bool tls, const std::string& host, int port, const std::string& path,
                const std::string& authority) {
  const auto url = parse_url(text);
  ASSERT_TRUE(url) << text;
  EXPECT_EQ(url->tls, tls) << text;
  EXPECT_EQ(url->host, host) << text;
  EXPECT_EQ(url->port, port) << text;
  EXPECT_EQ(url->path, path) << text;
  EXPECT_EQ(url->authority(), authority) << text;
}

}  // namespace

TEST(Url, IsTakenApart) {
  expect_url("https://api.example/v1", true, "api.example", 443, "/v1", "api.example");
  expect_url("http://127.0.0.1:9000/a/b", false, "127.0.0.1", 9000, "/a/b", "127.0.0.1:9000");
  expect_url("http://host", false, "host", 80, "", "host");
}

TEST(Url, LosesSlashesAtItsEnd) {
  expect_url("http://host/", false, "host", 80, "", "host");
  expect_url("http://host/v1//", false, "host", 80, "/v1", "host");
}

TEST(Url, NamesAPortThatIsNotTheDefault) {
  expect_url("https://host:443/", true, "host", 443, "", "host");
  expect_url("https://host:80", true, "host", 80, "", "host:80");
  expect_url("http://host:443", false, "host", 443, "", "host:443");
}

TEST(Url, ReadsIpv6InBrackets) {
  expect_url("http://[::1]/v1", false, "::1", 80, "/v1", "[::1]");
  expect_url("https://[2001:db8::1]:8443", true, "2001:db8::1", 8443, "", "[2001:db8::1]:8443");
}

TEST(Url, IsRefusedOtherwise) {
  for (const char* text : {"",
                           "host",
                           "//host",
                           "ftp://host",
                           "HTTP://host",
                           "https:/host",
                           "http://",
                           "http:///v1",
                           "http://:80",
                           "http://host:",
                           "http://host:0",
                           "http://host:65536",
                           "http://host:-1",
                           "http://host:8x",
                           "http://a:b:80",
                           "http://user@host",
                           "http://user:pw@host/v1",
                           "http://host?x",
                           "http://host/v1?x=1",
                           "http://host/#a",
                           "http://ho st",
                           "http://host/\n",
                           "http://host/a\\b",
                           "http://[::1",
                           "http://[]",
                           "http://[::1]80",
                           "http://caf\xc3\xa9",
                           "file:///etc/passwd",
                           "unix:/run/a"})
    EXPECT_FALSE(parse_url(text)) << text;
}

}  // namespace headgate::wire
