#include "headgate/net/head_reader.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "headgate/net/head_parser.hpp"
#include "support/random.hpp"

namespace headgate::net {
namespace {

using wire::Field;

std::string post(const std::string& length, const std::string& more = {}) {
  return "POST /v1/chat/completions HTTP/1.1\r\nhost: a:80\r\nauthorization: Bearer k\r\ncontent-length: " + length +
         "\r\nx-request-id: abc\r\n" + more + "\r\n";
}

// What a head says, as text; every view must lie inside `bytes`.
std::string told(const wire::RequestHead& head, std::string_view bytes) {
  std::string text;
  const auto tell = [&](std::string_view view) {
    EXPECT_TRUE(view.empty() || (view.data() >= bytes.data() && view.end() <= bytes.end()));
    text.append(view).append("|");
  };
  tell(head.target);
  for (std::size_t i = 0; i < wire::known_fields; ++i) tell(head.fields[static_cast<Field>(i)]);
  for (const auto number : {static_cast<std::uint64_t>(head.method), std::uint64_t{head.minor_version}, head.length})
    text.append(std::to_string(number)).append("|");
  for (const bool flag : {head.keep_alive, head.chunked, head.has_length}) text.append(flag ? "y" : "n");
  return text;
}

std::string judged(std::string_view bytes) {
  const auto head = parse_request_head(bytes);
  return head ? told(*head, bytes) : "refused: " + head.error().message();
}

std::string read(HeadReader& reader, std::string_view bytes) {
  wire::RequestHead head;
  const auto result = reader.read(bytes, head);
  return result ? told(head, bytes) : "refused: " + result.error().message();
}

}  // namespace

TEST(HeadReader, ReadsARepeatedHeadLikeTheFirst) {
  HeadReader reader;
  for (const std::string length : {"7", "7", "1500", "0", "007", "999999999999999999", "12"}) {
    const auto head = post(length);
    EXPECT_EQ(read(reader, head), judged(head)) << length;
  }
}

TEST(HeadReader, JudgesAgainWhatDiffersInMoreThanTheLengthOfTheBody) {
  HeadReader reader;
  EXPECT_EQ(read(reader, post("7")), judged(post("7")));
  for (const auto& head :
       {post(""), post("-1"), post("1234567890123456789"), post("7 7"), post("+7"), post("7", "host: b\r\n"),
        post("7", "x-a: b\r\n"), post("7\r\ntransfer-encoding: chunked"),
        std::string("GET / HTTP/1.1\r\nhost: a\r\n\r\n"), post("8"), std::string("GET / HTTP/1.1\r\n\r\n")})
    EXPECT_EQ(read(reader, head), judged(head)) << head;
}

TEST(HeadReader, FindsTheEndOfARepeatedHeadBeforeTheBodyHasCome) {
  HeadReader reader;
  (void)read(reader, post("7"));
  for (const std::string length : {"7", "15000"}) {
    const auto head = post(length), bytes = head + "{\"a\":\r\n\r\n";
    for (std::size_t shown = 0; shown <= bytes.size(); ++shown) {
      std::size_t scanned = 0;
      const auto end = reader.find_end(std::string_view(bytes).substr(0, shown), scanned);
      EXPECT_EQ(end, shown < head.size() ? 0 : head.size()) << shown;
    }
  }
}

TEST(HeadReader, ForgetsNothingThatMattersOverAnyHistory) {
  test::Random random(11);
  const std::vector<std::string> lines{"content-length: 5\r\n",
                                       "content-length: 123456\r\n",
                                       "host: b\r\n",
                                       "connection: close\r\n",
                                       "x-request-id: 1\r\n",
                                       "content-length:  9 \r\n",
                                       "transfer-encoding: chunked\r\n",
                                       "expect: 100-continue\r\n",
                                       "accept: */*\r\n",
                                       "x-long: " + std::string(3000, 'a') + "\r\n"};
  unsigned sound = 0;
  for (int history = 0; history < 300; ++history) {
    HeadReader reader;
    for (int step = 0; step < 30; ++step) {
      std::string head = random.one_in(9) ? "GET /a?b HTTP/1.0\r\n" : "POST /v1/x HTTP/1.1\r\nhost: a\r\n";
      for (std::uint64_t more = random.below(3); more > 0; --more) head += lines[random.below(lines.size())];
      head += "\r\n";
      if (random.one_in(8)) head.insert(random.below(head.size()), 1, random.byte());
      const auto expected = judged(head);
      EXPECT_EQ(read(reader, head), expected) << head;
      sound += expected.starts_with("refused") ? 0u : 1u;
      std::size_t scanned = 0, also = 0;
      EXPECT_EQ(reader.find_end(head, scanned), find_head_end(head, also)) << head;
    }
  }
  EXPECT_GT(sound, 4000u);
}

}  // namespace headgate::net
