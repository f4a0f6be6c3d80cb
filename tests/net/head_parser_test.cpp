#include "headgate/net/head_parser.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "support/random.hpp"

namespace headgate::net {
namespace {

using core::Code;
using wire::Field;

const std::vector<std::string> request_heads{
    "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
    "POST /v1/chat/completions HTTP/1.1\r\nHost: a.example:80\r\nAuthorization: Bearer k\r\nContent-Length: 12\r\n\r\n",
    "POST /v1/embeddings HTTP/1.1\r\nhost: [::1]:80\r\nTransfer-Encoding: chunked\r\nexpect: 100-continue\r\n\r\n",
    "GET http://a.example/v1/models?x=1 HTTP/1.1\r\nHost: a.example\r\nConnection: keep-alive, close\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nhost: a\r\nx-request-id: \t abc \t\r\n\r\n",
    "GET / HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n",
};
const std::vector<std::string> response_heads{
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n",
    "HTTP/1.1 200 \r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.0 503 Service Unavailable\r\nRetry-After: 3\r\nConnection: close\r\n\r\n",
    "HTTP/1.1 429 \r\nretry-after-ms: 20\r\nx-ratelimit-reset-tokens: 6m0s\r\n\r\n",
};

std::string mutated(test::Random& random, std::string text) {
  static const std::vector<std::string> grafts{"\r\n",
                                               "\n",
                                               "\r",
                                               " ",
                                               "\t",
                                               ":",
                                               ",",
                                               std::string(1, '\0'),
                                               "\r\n\t",
                                               "chunked",
                                               "HTTP/1.1",
                                               "0",
                                               "-1",
                                               "\"",
                                               "\x80",
                                               "Content-Length: 3\r\n",
                                               "Host: b\r\n",
                                               "Transfer-Encoding: gzip\r\n",
                                               "Connection: close\r\n",
                                               "+5",
                                               "\x7f",
                                               "/",
                                               "host",
                                               "]"};
  for (auto count = 1 + random.below(3); count > 0; --count) {
    const auto at = random.below(text.size() + 1);
    if (random.one_in(3))
      text.erase(at, 1 + random.below(4));
    else if (random.one_in(4))
      text.insert(at, 1, random.byte());
    else
      text.insert(at, grafts[random.below(grafts.size())]);
  }
  return text;
}

}  // namespace

TEST(FindHeadEnd, FindsTheFirstBlankLineInAnySplit) {
  for (const std::string text :
       {"GET / HTTP/1.1\r\nhost: a\r\n\r\nbody\r\n\r\n", "\r\n\r\n", "a\r\n\r\r\n\r\n\n", "a\r\n\n\r\n"}) {
    const auto mark = text.find("\r\n\r\n");
    const auto expected = mark == text.npos ? 0 : mark + 4;
    for (std::size_t first = 0; first <= text.size(); ++first) {
      for (std::size_t second = first; second <= text.size(); ++second) {
        std::size_t scanned = 0, found = 0;
        for (const auto shown : {first, second, text.size()}) {
          found = find_head_end(std::string_view(text).substr(0, shown), scanned);
          if (found != 0) break;
          ASSERT_EQ(scanned, shown);
        }
        ASSERT_EQ(found, expected) << text << " " << first << " " << second;
      }
    }
  }
}

TEST(ParseRequestHead, ReadsLineFieldsAndFraming) {
  const auto head = parse_request_head(request_heads[1]);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->method, wire::Method::post);
  EXPECT_EQ(head->target, "/v1/chat/completions");
  EXPECT_EQ(head->fields[Field::host], "a.example:80");
  EXPECT_EQ(head->fields[Field::authorization], "Bearer k");
  EXPECT_TRUE(head->has_length && head->keep_alive && !head->chunked);
  EXPECT_EQ(head->length, 12u);
  EXPECT_EQ(parse_request_head(request_heads[4])->fields[Field::x_request_id], "abc");
}

TEST(ParseRequestHead, KeepsTheConnectionAsTheVersionAndTheClientSay) {
  const auto keeps = [](const std::string& line) {
    return parse_request_head("GET / " + line + "\r\nhost: a\r\n\r\n")->keep_alive;
  };
  EXPECT_TRUE(keeps("HTTP/1.1"));
  EXPECT_FALSE(keeps("HTTP/1.1\r\nconnection: x, Close"));
  EXPECT_FALSE(keeps("HTTP/1.0"));
  EXPECT_TRUE(keeps("HTTP/1.0\r\nconnection: keep-alive"));
}

TEST(ParseRequestHead, SaysWhatIsWrong) {
  const auto missing_host = parse_request_head("GET / HTTP/1.1\r\n\r\n");
  ASSERT_FALSE(missing_host);
  EXPECT_EQ(missing_host.error().code(), Code::invalid_request);
  EXPECT_THAT(missing_host.error().message(), testing::HasSubstr("missing Host"));

  std::string many = "GET / HTTP/1.1\r\nhost: a\r\n";
  for (std::size_t i = 0; i < wire::max_fields; ++i) many += "x: y\r\n";
  const auto too_many = parse_request_head(many + "\r\n");
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().code(), Code::headers_too_large);
}

TEST(ParseResponseHead, ReadsStatusFieldsAndFraming) {
  const auto head = parse_response_head(response_heads[2]);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 503);
  EXPECT_EQ(head->minor_version, 0u);
  EXPECT_EQ(head->fields[Field::retry_after], "3");
  EXPECT_FALSE(head->keep_alive);
  EXPECT_FALSE(head->has_length);
  EXPECT_TRUE(parse_response_head(response_heads[1])->chunked);
}

TEST(ParseResponseHead, BlamesTheProvider) {
  const auto head = parse_response_head("HTTP/2 200\r\n\r\n");
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().code(), Code::upstream_error);
  EXPECT_EQ(head.error().retry(), core::Retry::next_target);
}

// The parser behind the judgement of raw bytes may take fewer heads, never more.
TEST(ParseHead, TakesNothingThatTheJudgementOfRawBytesRefuses) {
  test::Random random(1);
  unsigned taken = 0;
  for (int i = 0; i < 60'000; ++i) {
    const auto request = mutated(random, request_heads[random.below(request_heads.size())]);
    const auto response = mutated(random, response_heads[random.below(response_heads.size())]);
    if (parse_request_head(request)) {
      ASSERT_EQ(wire::fault_in_request_head(request), "") << testing::PrintToString(request);
    }
    if (parse_response_head(response)) {
      ASSERT_EQ(wire::fault_in_response_head(response), "") << testing::PrintToString(response);
    }
    taken += parse_request_head(request) ? 1u : 0u;
  }
  EXPECT_GT(taken, 1000u);
  EXPECT_LT(taken, 59'000u);
}

}  // namespace headgate::net
