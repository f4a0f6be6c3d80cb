// What can never become a request is refused before its blank line, which may never come.
#include <gtest/gtest.h>

#include <string>

#include "headgate/wire/http.hpp"

namespace headgate::wire {
namespace {

using namespace std::string_literals;

// Whether it is refused by the time all has come, however the bytes are split.
bool is_refused(const std::string& bytes, std::size_t step) {
  std::size_t judged = 0;
  for (std::size_t came = 0; came <= bytes.size(); ++came)
    if ((came % step == 0 || came == bytes.size()) &&
        !fault_in_unfinished_head(std::string_view(bytes).substr(0, came), judged).empty())
      return true;
  return false;
}

}  // namespace

TEST(UnfinishedHead, RefusesWhatCanNeverBecomeARequest) {
  for (const auto& bytes : {
           "GET / HTTP/1.1\nHost: a\n\n"s,
           "GET / HTTP/1.1\r\nHost: a\n"s,
           "GET / HTTP/1.1\r\nHost: a\r\n\n"s,
           "GET / HTTP/1.1\rHost: a"s,
           "GET /\r\n"s,
           "GET / HTTP/2.0\r\n"s,
           "PRI * HTTP/2.0\r\n"s,
           "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n"s,
           "SSH-2.0-OpenSSH_9.2\r\n"s,
           "\r\n"s,
           "\x16\x03\x01"s,
           "\0"s,
           "GET /\t"s,
           "GET /caf\xc3"s,
           "GET / HTTP/1.1\r\nX-A: a\0"s,
       })
    for (const std::size_t step : {1u, 2u, 3u, 7u, 1000u}) EXPECT_TRUE(is_refused(bytes, step)) << bytes << step;
}

TEST(UnfinishedHead, TakesEveryBeginningOfASoundHead) {
  for (const auto& bytes : {
           "POST /v1/chat/completions?a=[1] HTTP/1.1\r\nHost: a\r\nX-A:\tcaf\xe9 \"b\"\r\n\r\n"s,
           "M-SEARCH * HTTP/1.0\r\n\r\n"s,
           "!#$%&'*+-.^_`|~09aZ /~;,@!$&'()*+:= HTTP/1.1\r\nHost: a\r\n\r\n"s,
       })
    for (const std::size_t step : {1u, 2u, 3u, 7u, 1000u}) EXPECT_FALSE(is_refused(bytes, step)) << bytes << step;
}

}  // namespace headgate::wire
