// The strictness that keeps two readers of one request from seeing two requests.
#include <gtest/gtest.h>

#include <string>

#include "headgate/wire/http.hpp"

namespace headgate::wire {
namespace {

using namespace std::string_literals;

constexpr const char* line = "POST /v1/chat/completions HTTP/1.1\r\n";
constexpr const char* host = "Host: a\r\n";

std::string with(const std::string& fields) { return line + (host + fields) + "\r\n"; }
std::string with_host(const std::string& value) { return line + ("Host:" + value) + "\r\n\r\n"; }
std::string with_line(const std::string& text) { return text + "\r\nHost: a\r\n\r\n"; }

void expect_refused(const std::string& head) { EXPECT_NE(fault_in_request_head(head), "") << head; }
void expect_taken(const std::string& head) { EXPECT_EQ(fault_in_request_head(head), "") << head; }

}  // namespace

TEST(RequestHead, TakesOrdinaryRequests) {
  for (const auto& head : {
           with(""),
           with("Authorization: Bearer hg_x\r\nContent-Type: application/json\r\nContent-Length: 12\r\n"),
           with("Transfer-Encoding: chunked\r\n"),
           with("Transfer-Encoding: CHUNKED\r\n"),
           with("X-Empty:\r\nX-Blank:   \r\nX-Tab:\ta\tb\t\r\n"),
           with("Accept: text/html, */*;q=0.8\r\nX-Latin: caf\xe9\r\n"),
           with("Content-Length: 0\r\n"),
           with("Content-Length: 999999999999999999\r\n"),
           with("!#$%&'*+-.^_`|~09aZ: any token is a name\r\n"),
           with("Cookie: a=1\r\nCookie: b=2\r\n"),
           with_line("GET / HTTP/1.1"),
           with_line("HEAD / HTTP/1.0"),
           with_line("GET /v1/models/a%20b?x=1&y=[2] HTTP/1.1"),
           with_line("GET http://example.org/v1/models HTTP/1.1"),
           with_line("OPTIONS * HTTP/1.1"),
           with_line("M-SEARCH / HTTP/1.1"),
           "GET / HTTP/1.0\r\n\r\n"s,
       })
    expect_taken(head);
}

TEST(RequestHead, TakesLegalHosts) {
  for (const char* value :
       {" a", "a", "\ta\t", " example.org", " example.org:8080", " 127.0.0.1:1", " [::1]", " [::1]:65535",
        " [::ffff:1.2.3.4]", " a:65535", " a_b.c-d~e", " xn--bcher-kva.example", " a:", " %41"})
    expect_taken(with_host(value));
}

TEST(RequestHead, RefusesOtherHosts) {
  for (const char* value :
       {"",         " ",        " a b",     " a/b",      " http://a", " user@a", " a?b",         " a#b",  " a\\b",
        " :80",     " a:b",     " a:80:81", " a:123456", " a:-1",     " a:8 0",  " [::1",        " ::1]", " [::1]80",
        " [::1]:x", " [::1]x",  " x[::1]",  " [::1]]",   " [[::1]",   " []",     " [:]",         " [a]",  " [::x]",
        " a:65536", " a:99999", " []:1",    " a[b",      " \"a\"",    " <a>",    " caf\xc3\xa9", " a\x7f"})
    expect_refused(with_host(value));
}

TEST(RequestHead, RefusesAMissingOrDoubleHost) {
  expect_refused(line + "\r\n"s);
  expect_refused(line + "Hosts: a\r\n\r\n"s);
  expect_refused(with("Host: a\r\n"));
  expect_refused(with("Host: b\r\n"));
  expect_refused(with("hOsT: b\r\n"));
}

TEST(RequestHead, RefusesFoldedLines) {
  expect_refused(with("X-A: 1\r\n 2\r\n"));
  expect_refused(with("X-A: 1\r\n\t2\r\n"));
  expect_refused(with("Transfer-Encoding:\r\n chunked\r\n"));
  expect_refused(line + " Host: a\r\n\r\n"s);
}

TEST(RequestHead, RefusesTwoCredentialsOfOneKind) {
  expect_refused(with("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"));
  expect_refused(with("Authorization: Bearer a\r\nauthorization: Bearer a\r\n"));
  expect_refused(with("X-Api-Key: a\r\nx-api-key: b\r\n"));
}

TEST(RequestHead, RefusesTwoContentEncodings) {
  expect_refused(with("Content-Encoding: gzip\r\nContent-Encoding: identity\r\n"));
  expect_refused(with("Content-Encoding: identity\r\ncontent-encoding: identity\r\n"));
}

TEST(RequestHead, RefusesEveryTransferEncodingButChunked) {
  for (const char* value :
       {"gzip", "gzip, chunked", "chunked, gzip", "chunked;q=1", "chunked, chunked", "chunked,", ",chunked", "identity",
        "xchunked", "chunked x", "\"chunked\"", "chun\tked", "chunked\x0b", "",
        "\x0c"
        "chunked",
        "x, chunked", "chunked\xa0", "Transfer-Encoding: chunked"})
    expect_refused(with("Transfer-Encoding: "s + value + "\r\n"));
  expect_refused(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"));
  expect_refused(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"));
}

TEST(RequestHead, RefusesDisguisedTransferEncoding) {
  for (const char* field :
       {"Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked", "Transfer-\r\n Encoding: chunked",
        "Transfer-Encoding\x00: chunked", "\"Transfer-Encoding\": chunked", " Transfer-Encoding: chunked",
        "Transfer-Encoding chunked", "Transfer\x0b-Encoding: chunked"})
    expect_refused(with(field + "\r\n"s));
  expect_refused(with("Transfer-Encoding\0: chunked\r\n"s));
}

TEST(RequestHead, RefusesChunkedInHttp10) {
  expect_refused("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(RequestHead, RefusesTwoFramings) {
  expect_refused(with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"));
  expect_refused(with("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"));
  expect_refused(with("Content-Length: 5\r\nTransfer-Encoding: gzip\r\n"));
}

TEST(RequestHead, RefusesContentLengthsThatAreNotPlainDigits) {
  for (const char* value :
       {"", " ", "-1", "+1", "1.0", "0x10", "1e3", "5, 5", "5,6", "5 5", "five", "1_000", "\"5\"", "5;",
        "9999999999999999999", "18446744073709551616", "00000000000000000000000000000005", "\xd9\xa5"})
    expect_refused(with("Content-Length: "s + value + "\r\n"));
  expect_refused(with("Content-Length: 5\r\nContent-Length: 5\r\n"));
  expect_refused(with("Content-Length: 5\r\nContent-Length: 6\r\n"));
}

TEST(RequestHead, RefusesStrayLineEnds) {
  expect_refused("GET / HTTP/1.1\nHost: a\n\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\n\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\n\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n");
  expect_refused("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  expect_refused("GET / HTTP/1.1\rHost: a\r\n\r\n");
}

TEST(RequestHead, RefusesHeadsThatDoNotEndWithTheirBlankLine) {
  expect_refused("");
  expect_refused("GET / HTTP/1.1\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n");
}

TEST(RequestHead, RefusesMalformedNames) {
  for (const char* field :
       {": value", "no colon", "a b: c", "a\t: c", "(a): c", "a@b: c", "\xc3\xa9: c", "a,b: c", "a;b: c", "[a]: c"})
    expect_refused(with(field + "\r\n"s));
}

TEST(RequestHead, RefusesControlBytesAnywhere) {
  for (int c = 0; c < 0x20; ++c) {
    if (c == '\t') continue;
    const std::string byte(1, static_cast<char>(c));
    expect_refused(with("X-A: b" + byte + "c\r\n"));
    expect_refused(with("X-" + byte + "A: b\r\n"));
    expect_refused(with_line("GET /" + byte + " HTTP/1.1"));
    expect_refused(with_line("G" + byte + "T / HTTP/1.1"));
  }
  expect_refused(with("X-A: \x7f\r\n"));
}

TEST(RequestHead, RefusesMalformedRequestLines) {
  for (const char* text : {"GET",
                           "GET /",
                           "GET HTTP/1.1",
                           " GET / HTTP/1.1",
                           "GET  / HTTP/1.1",
                           "GET /  HTTP/1.1",
                           "GET / HTTP/1.1 ",
                           "GET\t/\tHTTP/1.1",
                           "GET / a HTTP/1.1",
                           "G(T / HTTP/1.1",
                           "GET / HTTP/1.2",
                           "GET / HTTP/2.0",
                           "GET / HTTP/0.9",
                           "GET / http/1.1",
                           "GET / HTTP/1",
                           "GET / HTTP/1.10",
                           "GET / HTTPS/1.1",
                           "GET / HTTP 1.1",
                           "PRI * HTTP/2.0",
                           "PROXY TCP4 1.2.3.4 1.2.3.4 1 2",
                           "SSH-2.0-OpenSSH_9.2",
                           "\x16\x03\x01"})
    expect_refused(with_line(text));
}

TEST(RequestHead, RefusesIllegalTargets) {
  for (const char* target : {"/a#b", "/\"", "/<a>", "/a\\b", "/a^b", "/`", "/{a}", "/a|b", "/caf\xc3\xa9", "/\x7f"})
    expect_refused(with_line("GET "s + target + " HTTP/1.1"));
}

TEST(RequestHead, CountsItsFields) {
  std::string fields;
  for (std::size_t i = 1; i < max_fields; ++i) fields += "X-Field: a\r\n";
  expect_taken(with(fields));
  EXPECT_EQ(fault_in_request_head(with(fields + "X-One-More: a\r\n")), too_many_fields);
}

TEST(RequestHead, IsReadIntoItsParts) {
  RequestHead head;
  const auto bytes =
      "POST /v1/chat/completions?a=1 HTTP/1.1\r\nHOST: a:80\r\nX-Api-Key:\t hg_x \r\nContent-Length: 007\r\n\r\n"s;
  ASSERT_EQ(fault_in_request_head(bytes, head), "");
  EXPECT_EQ(head.method, Method::post);
  EXPECT_EQ(head.target, "/v1/chat/completions?a=1");
  EXPECT_EQ(head.minor_version, 1u);
  EXPECT_EQ(head.fields[Field::host], "a:80");
  EXPECT_EQ(head.fields[Field::x_api_key], "hg_x");
  EXPECT_EQ(head.fields[Field::authorization], "");
  EXPECT_TRUE(head.keep_alive && head.has_length && !head.chunked);
  EXPECT_EQ(head.length, 7u);
}

TEST(RequestHead, TellsHowTheBodyIsFramed) {
  const auto read = [](const std::string& fields) {
    RequestHead head;
    const auto bytes = with(fields);
    EXPECT_EQ(fault_in_request_head(bytes, head), "");
    head.fields = {};
    return head;
  };
  EXPECT_FALSE(read("").has_length || read("").chunked);
  EXPECT_TRUE(read("Transfer-Encoding: Chunked\r\n").chunked);
  EXPECT_EQ(read("Content-Length: 999999999999999999\r\n").length, 999999999999999999u);
  EXPECT_TRUE(read("Content-Length: 0\r\n").has_length);
}

TEST(RequestHead, TellsWhetherTheConnectionStays) {
  const auto stays = [](const std::string& version, const std::string& fields) {
    RequestHead head;
    EXPECT_EQ(fault_in_request_head("GET / " + version + "\r\nHost: a\r\n" + fields + "\r\n", head), "");
    return head.keep_alive;
  };
  EXPECT_TRUE(stays("HTTP/1.1", ""));
  EXPECT_TRUE(stays("HTTP/1.1", "Connection: upgrade\r\n"));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: te, Close\r\n"));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: close\r\nConnection: keep-alive\r\n"));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: keep-alive\r\nConnection: x, close\r\n"));
  EXPECT_FALSE(stays("HTTP/1.0", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_TRUE(stays("HTTP/1.0", "Connection: keep-alive\r\nConnection: x\r\n"));
  EXPECT_FALSE(stays("HTTP/1.0", ""));
  EXPECT_TRUE(stays("HTTP/1.0", "Connection: Keep-Alive\r\n"));
}

}  // namespace headgate::wire
