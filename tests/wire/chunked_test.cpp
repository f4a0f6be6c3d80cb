#include "headgate/wire/chunked.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace headgate::wire {
namespace {

using namespace std::string_literals;
using Status = ChunkedDecoder::Status;

constexpr std::size_t cap = 4096;

struct Decoded {
  Status status = Status::need_more;
  std::string payload;
  std::string rest;  // behind the end of the message
  bool operator==(const Decoded&) const = default;
};

Decoded decode(const Pieces& pieces) {
  ChunkedDecoder decoder;
  Decoded decoded;
  for (const auto& piece : pieces) {
    std::string_view input = piece;
    while (!input.empty() && decoded.status != Status::done) {
      const auto step = decoder.step(input);
      decoded.payload += step.payload;
      input.remove_prefix(step.consumed);
      decoded.status = step.status == Status::payload ? Status::need_more : step.status;
      if (step.status == Status::malformed) return decoded;
    }
    decoded.rest += input;
  }
  return decoded;
}

Decoded decode_every_way(const std::string& text) {
  const auto whole = decode({text});
  for (const auto& pieces : every_split(text)) {
    const auto split = decode(pieces);
    EXPECT_EQ(split.status, whole.status) << text;
    EXPECT_EQ(split.payload, whole.payload) << text;
    EXPECT_EQ(split.rest, whole.rest) << text;
  }
  return whole;
}

void expect_body(const std::string& text, const std::string& payload, const std::string& rest = "") {
  EXPECT_EQ(decode_every_way(text), (Decoded{Status::done, payload, rest})) << text;
}
void expect_malformed(const std::string& text) { EXPECT_EQ(decode_every_way(text).status, Status::malformed) << text; }
void expect_unfinished(const std::string& text) { EXPECT_EQ(decode_every_way(text).status, Status::need_more) << text; }

}  // namespace

TEST(ChunkedDecoder, JoinsChunks) {
  expect_body("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world");
  expect_body("0\r\n\r\n", "");
  expect_body("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789");
  expect_body("4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n");
}

TEST(ChunkedDecoder, TakesLeadingZeros) { expect_body("0005\r\nhello\r\n000\r\n\r\n", "hello"); }

TEST(ChunkedDecoder, LeavesTheNextMessageAlone) {
  expect_body("1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n", "x", "GET / HTTP/1.1\r\n");
}

TEST(ChunkedDecoder, PassesOverExtensions) {
  expect_body("5;a=b;c=\"d\"\r\nhello\r\n0;last\r\n\r\n", "hello");
  expect_body("1;\ttab and \xc3\xa9\r\nx\r\n0\r\n\r\n", "x");
}

TEST(ChunkedDecoder, ThrowsTrailersAway) {
  expect_body("1\r\nx\r\n0\r\nAuthorization: Bearer hg_x\r\nX-A:\r\n\r\n", "x");
}

TEST(ChunkedDecoder, RefusesASizeWithoutDigits) {
  expect_malformed("\r\nhello");
  expect_malformed(";a\r\nhello");
  expect_malformed("g\r\n");
  expect_malformed(" 5\r\nhello\r\n0\r\n\r\n");
  expect_malformed("\n");
}

TEST(ChunkedDecoder, RefusesSizesInOtherNotations) {
  for (const char* size : {"0x5", "5h", "+5", "-5", "5 ", "5\t", "5,", "5.0", "\xd9\xa5", "5 ;a"})
    expect_malformed(size + "\r\nhello\r\n0\r\n\r\n"s);
}

TEST(ChunkedDecoder, RefusesSizesThatWouldOverflow) {
  expect_unfinished("fffffffffffffff\r\nx");
  expect_malformed("ffffffffffffffff\r\nx");
  expect_malformed("10000000000000000\r\nx");
  expect_malformed("0000000000000000005\r\nhello");
}

TEST(ChunkedDecoder, RefusesBareLineEnds) {
  expect_malformed("5\nhello\n0\n\n");
  expect_malformed("5\r\nhello\n0\r\n\r\n");
  expect_malformed("5\r\nhello\r0\r\n\r\n");
  expect_malformed("5\rhello\r\n0\r\n\r\n");
  expect_malformed("5\r\nhello\r\n0\r\n\n");
  expect_malformed("5\r\nhello\r\n0\n\r\n");
  expect_malformed("5;a\nhello\r\n0\r\n\r\n");
  expect_malformed("1\r\nx\r\n0\r\n\rX");
  expect_malformed("5\r\r\nhello\r\n0\r\n\r\n");
}

TEST(ChunkedDecoder, RefusesChunksOfAnotherLength) {
  expect_malformed("4\r\nhello\r\n0\r\n\r\n");
  expect_malformed("6\r\nhello\r\n0\r\n\r\n");
  expect_malformed("1\r\nx0\r\n\r\n");
}

TEST(ChunkedDecoder, RefusesControlBytesInExtensionsAndTrailers) {
  for (const char c : {'\0', '\x01', '\n', '\x1b', '\x7f'}) {
    expect_malformed("1;a" + std::string(1, c) + "\r\nx\r\n0\r\n\r\n");
    expect_malformed("0\r\nX-A: b" + std::string(1, c) + "\r\n\r\n");
  }
}

TEST(ChunkedDecoder, RefusesMalformedTrailers) {
  for (const char* trailer : {"no colon", ": value", "a b: c", "a : c", " folded: c", "X: 1\r\n 2", "\tX: 1"})
    expect_malformed("0\r\n"s + trailer + "\r\n\r\n");
}

TEST(ChunkedDecoder, CapsExtensions) {
  expect_body("1;" + std::string(cap, 'a') + "\r\nx\r\n0\r\n\r\n", "x");
  EXPECT_EQ(decode({"1;" + std::string(cap + 1, 'a')}).status, Status::malformed);
}

TEST(ChunkedDecoder, CapsExtensionsOfAllChunksTogether) {
  std::string text;
  for (std::size_t i = 0; i <= cap / 64; ++i) text += "1;" + std::string(64, 'a') + "\r\nx\r\n";
  EXPECT_EQ(decode({text}).status, Status::malformed);
}

TEST(ChunkedDecoder, CapsTrailers) {
  const auto endless_value = "0\r\nX: " + std::string(cap, 'a');
  EXPECT_EQ(decode({endless_value}).status, Status::malformed);
  std::string many = "0\r\n";
  for (std::size_t i = 0; i <= cap; ++i) many += "X:\r\n";
  EXPECT_EQ(decode({many}).status, Status::malformed);
}

TEST(ChunkedDecoder, WaitsForTheEnd) {
  const auto text = "5;a=b\r\nhello\r\n0\r\nX-A: b\r\n\r\n"s;
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_EQ(decode({text.substr(0, size)}).status, Status::need_more) << size;
}

TEST(ChunkedDecoder, StaysMalformed) {
  ChunkedDecoder decoder;
  EXPECT_EQ(decoder.step("x").status, Status::malformed);
  EXPECT_EQ(decoder.step("0\r\n\r\n").status, Status::malformed);
}

TEST(ChunkedDecoder, StaysDone) {
  ChunkedDecoder decoder;
  EXPECT_EQ(decoder.step("0\r\n\r\n").status, Status::done);
  const auto step = decoder.step("more");
  EXPECT_EQ(step.status, Status::done);
  EXPECT_EQ(step.consumed, 0u);
}

TEST(ChunkedDecoder, PointsIntoItsInput) {
  const auto text = "5\r\nhello\r\n"s;
  ChunkedDecoder decoder;
  EXPECT_EQ(decoder.step(text).payload.data(), text.data() + 3);
}

}  // namespace headgate::wire
