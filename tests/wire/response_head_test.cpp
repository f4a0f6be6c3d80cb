#include <gtest/gtest.h>

#include <string>

#include "headgate/wire/http.hpp"

namespace headgate::wire {
namespace {

using namespace std::string_literals;

std::string with(const std::string& fields) { return "HTTP/1.1 200 OK\r\n" + fields + "\r\n"; }
std::string with_line(const std::string& text) { return text + "\r\nContent-Length: 0\r\n\r\n"; }

void expect_refused(const std::string& head) { EXPECT_NE(fault_in_response_head(head), "") << head; }
void expect_taken(const std::string& head) { EXPECT_EQ(fault_in_response_head(head), "") << head; }

}  // namespace

TEST(ResponseHead, TakesOrdinaryResponses) {
  for (const auto& head : {
           with(""),
           with("Content-Length: 5\r\n"),
           with("Transfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n"),
           with("Set-Cookie: a\r\nSet-Cookie: b\r\n"),
           with_line("HTTP/1.1 200 "),
           with_line("HTTP/1.1 200"),
           with_line("HTTP/1.0 503 Service Unavailable"),
           with_line("HTTP/1.1 100 Continue"),
           with_line("HTTP/1.1 529 Site is overloaded"),
           with_line("HTTP/1.1 404 caf\xe9"),
       })
    expect_taken(head);
}

TEST(ResponseHead, RefusesMalformedStatusLines) {
  for (const char* text : {"",
                           "HTTP/1.1",
                           "HTTP/1.1 ",
                           "HTTP/1.1 20",
                           "HTTP/1.1 2000",
                           "HTTP/1.1 200OK",
                           "HTTP/1.1  200 OK",
                           "HTTP/1.1\t200 OK",
                           "HTTP/1.1 000 OK",
                           "HTTP/1.1 099 OK",
                           "HTTP/1.1 -20 OK",
                           "HTTP/1.1 2x0 OK",
                           "HTTP/2.0 200 OK",
                           "HTTP/0.9 200 OK",
                           "http/1.1 200 OK",
                           "ICY 200 OK",
                           "200 OK",
                           "<html>",
                           "HTTP/1.1 200 \x01",
                           "HTTP/1.1 200 O\rK"})
    expect_refused(with_line(text));
}

TEST(ResponseHead, RefusesAmbiguousFraming) {
  for (const char* fields :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5, 5\r\n", "Content-Length: -5\r\n",
        "Content-Length: +5\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"})
    expect_refused(with(fields));
  expect_refused("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(ResponseHead, RefusesMalformedFields) {
  for (const char* fields :
       {"X-A: 1\r\n 2\r\n", "X A: 1\r\n", "X-A : 1\r\n", ": 1\r\n", "X-A\r\n", "X-A: \x01\r\n", "X-A: 1\n"})
    expect_refused(with(fields));
  expect_refused("HTTP/1.1 200 OK\n\n");
}

TEST(ResponseHead, CountsItsFields) {
  std::string fields;
  for (std::size_t i = 0; i < max_fields; ++i) fields += "X-Field: a\r\n";
  expect_taken(with(fields));
  EXPECT_EQ(fault_in_response_head(with(fields + "X-One-More: a\r\n")), too_many_fields);
}

TEST(ResponseHead, IsReadIntoItsParts) {
  ResponseHead head;
  const auto bytes = "HTTP/1.0 529 Overloaded\r\nRetry-After: 7\r\nContent-Length: 12\r\n\r\n"s;
  ASSERT_EQ(fault_in_response_head(bytes, head), "");
  EXPECT_EQ(head.status, 529);
  EXPECT_EQ(head.minor_version, 0u);
  EXPECT_EQ(head.fields[Field::retry_after], "7");
  EXPECT_TRUE(head.has_length && !head.chunked && !head.keep_alive);
  EXPECT_EQ(head.length, 12u);
}

}  // namespace headgate::wire
