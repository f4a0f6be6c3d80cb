#include "headgate/wire/aws_event_stream.hpp"

#include <gtest/gtest.h>

#include "support.hpp"
#include "support/aws_frames.hpp"
#include "support/random.hpp"

namespace headgate::wire {
namespace {

using Reader = AwsEventStreamReader;
using Status = Reader::Status;
using test::aws_event, test::aws_exception, test::aws_frame_of, test::aws_header;

constexpr std::size_t no_limit = 1u << 20;

struct Told {
  std::string name, data;
  bool is_exception;
  bool operator==(const Told&) const = default;
};

struct Outcome {
  std::vector<Told> told;
  Status last = Status::need_more;
};

Outcome read(const Pieces& pieces, std::size_t max_event = no_limit) {
  Reader reader(max_event);
  Outcome out;
  std::string pending;
  for (const auto& piece : pieces) {
    pending += piece;
    for (Reader::Event event;;) {
      out.last = reader.next(pending, event);
      if (out.last == Status::need_more) break;
      if (out.last != Status::event) return out;
      out.told.push_back({std::string(event.name), std::string(event.data), event.is_exception});
      pending.erase(0, event.consumed);
    }
  }
  return out;
}

std::string answer() {
  return aws_event("messageStart", R"({"role":"assistant"})") +
         aws_event("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abcd"})") +
         aws_event("messageStop", R"({"stopReason":"end_turn"})") +
         aws_exception("throttlingException", R"({"message":"Slow down"})");
}

TEST(AwsEventStream, KnowsTheChecksumThatEverybodyKnows) {
  EXPECT_EQ(crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(crc32(""), 0u);
  EXPECT_EQ(crc32("a"), 0xE8B7BE43u);
  EXPECT_EQ(crc32("56789", crc32("1234")), 0xCBF43926u);
}

// A frame without headers and payload as the format's own documents show it.
TEST(AwsEventStream, ReadsAFrameByItsPublishedBytes) {
  const std::string empty("\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2\x48\xeb\x7d\x98\xc8\xff", 16);
  EXPECT_EQ(aws_frame_of("", ""), empty);
  EXPECT_EQ(read({empty}).told, (std::vector<Told>{{"", "", false}}));
}

TEST(AwsEventStream, ReadsTheSameFromEverySplit) {
  const std::vector<Told> expected{
      {"messageStart", R"({"role":"assistant"})", false},
      {"contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abcd"})", false},
      {"messageStop", R"({"stopReason":"end_turn"})", false},
      {"throttlingException", R"({"message":"Slow down"})", true}};
  for (const auto& pieces : every_split(answer())) {
    const auto outcome = read(pieces);
    ASSERT_EQ(outcome.told, expected);
    ASSERT_EQ(outcome.last, Status::need_more);
  }
}

TEST(AwsEventStream, RefusesAnySingleBitThatFell) {
  const auto frame = aws_event("messageStop", R"({"stopReason":"end_turn"})");
  for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
    auto broken = frame;
    broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ 1 << bit % 8);
    ASSERT_EQ(read({broken}).last, Status::malformed) << bit;
  }
}

TEST(AwsEventStream, StepsOverHeadersOfEveryType) {
  using namespace std::string_literals;
  const auto odd = "\1a\0"s + "\1b\1"s + "\1c\2x"s + "\1d\3xx"s + "\1e\4xxxx"s + "\1f\5xxxxxxxx"s + "\1g\6\0\3xxx"s +
                   "\1h\10xxxxxxxx"s + "\1i\11xxxxxxxxxxxxxxxx"s;
  const auto frame = aws_frame_of(odd + aws_header(":event-type", "metadata"), "{}");
  EXPECT_EQ(read({frame}).told, (std::vector<Told>{{"metadata", "{}", false}}));
}

TEST(AwsEventStream, RefusesHeadersThatLeadOutOfTheirRoom) {
  using namespace std::string_literals;
  for (const auto& headers : {"\5ab"s, "\1a"s, "\1a\7\0\5abc"s, "\1a\12"s, "\1a\7\xff\xff"s, "\1a\11xxxx"s})
    EXPECT_EQ(read({aws_frame_of(headers, "payload that is not theirs")}).last, Status::malformed);
}

TEST(AwsEventStream, RefusesLengthsThatCannotBe) {
  const auto with_lengths = [](std::size_t size, std::size_t headers) {
    auto out = test::big_endian(size, 4) + test::big_endian(headers, 4);
    return out + test::big_endian(crc32(out), 4) + std::string(64, '\0');
  };
  EXPECT_EQ(read({with_lengths(15, 0)}).last, Status::malformed);
  EXPECT_EQ(read({with_lengths(0, 0)}).last, Status::malformed);
  EXPECT_EQ(read({with_lengths(32, 17)}).last, Status::malformed);
  EXPECT_EQ(read({with_lengths(32, 0xffffffff)}).last, Status::malformed);
}

TEST(AwsEventStream, SaysSoBeforeAFrameThatIsTooLargeHasCome) {
  const auto frame = aws_event("contentBlockDelta", std::string(500, 'x'));
  EXPECT_EQ(read({frame.substr(0, 12)}, 200).last, Status::too_large);
  EXPECT_EQ(read({frame}, frame.size()).told.size(), 1u);
  EXPECT_EQ(read({frame}, frame.size() - 1).last, Status::too_large);
}

TEST(AwsEventStream, NamesAnErrorByItsCode) {
  const auto frame = aws_frame_of(aws_header(":message-type", "error") + aws_header(":error-code", "InternalFailure") +
                                      aws_header(":error-message", "Sorry"),
                                  "");
  EXPECT_EQ(read({frame}).told, (std::vector<Told>{{"InternalFailure", "", true}}));
}

TEST(AwsEventStream, SurvivesAnyBytes) {
  test::Random random(7);
  for (int round = 0; round < 2000; ++round) {
    auto bytes = random.one_in(2) ? random.bytes(random.below(64)) : answer();
    if (!bytes.empty()) bytes[random.below(bytes.size())] = random.byte();
    const auto whole = read({bytes}), pieces = read(byte_by_byte(bytes));
    ASSERT_EQ(whole.told, pieces.told);
    ASSERT_EQ(whole.last, pieces.last);
  }
}

}  // namespace
}  // namespace headgate::wire
