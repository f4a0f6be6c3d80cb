// Requests through a whole server, where the pieces of several components must fit together.
#include <gmock/gmock.h>

#include "running_server.hpp"

namespace headgate::test {
namespace {

const std::string chat = R"({"model":"small","stream":true,"messages":[{"role":"user","content":"hi"}]})";

std::string event(const std::string& data, const std::string& line_end) {
  return "data: " + data + line_end + line_end;
}

std::string delta(std::size_t number) {
  return R"({"choices":[{"index":0,"delta":{"content":"word )" + std::to_string(number) + R"("}}]})";
}

std::string streamed(const std::string& events) {
  return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: " + std::to_string(events.size()) +
         "\r\n\r\n" + events;
}

constexpr std::size_t occurrences(std::string_view text, std::string_view of) {
  std::size_t count = 0;
  for (auto at = text.find(of); at != text.npos; at = text.find(of, at + 1)) ++count;
  return count;
}

}  // namespace

// Events that have to be framed anew, many in one read: as many pieces of one write.
TEST(Forwarding, AStreamPassesWholeHoweverManyEventsComeAtOnce) {
  for (const std::size_t count : {1u, 5u, 20u, 22u, 23u, 24u, 25u, 26u, 31u, 32u, 33u, 64u, 200u}) {
    for (const bool mixed : {false, true}) {
      SCOPED_TRACE(std::to_string(count) + (mixed ? " mixed" : ""));
      std::string events;
      for (std::size_t i = 0; i < count; ++i) events += event(delta(i), mixed && i % 2 == 0 ? "\n" : "\r\n");
      events +=
          event(R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})", "\r\n") + event("[DONE]", "\r\n");
      RunningServer server(streamed(events));
      const auto reply = server.post("/v1/chat/completions", chat);
      ASSERT_EQ(reply.status, 200);
      EXPECT_TRUE(reply.whole);
      EXPECT_EQ(occurrences(reply.body, "\"word "), count);
      EXPECT_EQ(occurrences(reply.body, "data: "), count + 2);
      EXPECT_THAT(reply.body, testing::EndsWith("data: [DONE]\n\n"));
      EXPECT_EQ(reply.body.find('\r'), std::string::npos);
    }
  }
}

TEST(Forwarding, AnAnswerPassesAsItIs) {
  const std::string body =
      R"({ "choices": [{"message": {"role":"assistant","content":"hi"}}], "x_unknown": [1.50, null] })";
  RunningServer server("HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  for (int i = 0; i < 3; ++i) {
    const auto reply =
        server.post("/v1/chat/completions", R"({"model":"small","messages":[{"role":"user","content":"hi"}]})");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, body);
  }
}

TEST(Forwarding, UnusableAnswersBecomeAnErrorOfOurs) {
  for (const std::string answer :
       {"garbage\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n"}) {
    RunningServer server(answer);
    const auto reply = server.post("/v1/chat/completions", chat);
    EXPECT_EQ(reply.status, 502) << answer;
    EXPECT_THAT(reply.body, testing::HasSubstr(R"("code":"upstream_error")")) << answer;
  }
}

}  // namespace headgate::test
