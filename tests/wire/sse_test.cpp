#include "headgate/wire/sse.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace headgate::wire {
namespace {

using namespace std::string_literals;
using Status = SseReader::Status;

struct Read {
  std::string data, name;
  bool canonical = false;
  bool operator==(const Read&) const = default;
};
void PrintTo(const Read& read, std::ostream* out) {
  *out << read.name << "|" << read.data << (read.canonical ? "|canonical" : "");
}

struct Reading {
  std::vector<Read> events;
  Status last = Status::need_more;
  std::size_t left = 0;  // bytes that belong to no whole event
};

// The caller's part of the contract: unconsumed bytes are shown again, with more behind them.
Reading read(const Pieces& pieces, std::size_t max_event = 1 << 16) {
  SseReader reader(max_event);
  Reading reading;
  std::string pending;
  for (const auto& piece : pieces) {
    pending += piece;
    for (;;) {
      SseReader::Event event;
      reading.last = reader.next(pending, event);
      if (reading.last == Status::too_large) return reading;
      if (reading.last == Status::need_more) break;
      if (reading.last == Status::event)
        reading.events.push_back({std::string(event.data), std::string(event.name), event.canonical});
      EXPECT_GT(event.consumed, 0u);
      if (event.canonical) {
        EXPECT_EQ(pending.substr(0, event.consumed), "data: " + std::string(event.data) + "\n\n");
      }
      pending.erase(0, event.consumed);
    }
  }
  reading.left = pending.size();
  return reading;
}

std::vector<Read> read_every_way(const std::string& text) {
  const auto whole = read({text}).events;
  for (const auto& pieces : every_split(text)) EXPECT_EQ(read(pieces).events, whole) << text;
  return whole;
}

using Reads = std::vector<Read>;

Read plain(const std::string& data) { return {data, "", false}; }
Read canonical(const std::string& data) { return {data, "", true}; }

}  // namespace

TEST(SseReader, ReadsEvents) {
  EXPECT_EQ(read_every_way("data: a\n\ndata: {\"b\":1}\n\n"), (Reads{canonical("a"), canonical("{\"b\":1}")}));
}

TEST(SseReader, ReadsTheSameUnderEveryLineEnd) {
  EXPECT_EQ(read_every_way("data: a\r\n\r\ndata: b\r\n\r\n"), (Reads{plain("a"), plain("b")}));
  EXPECT_EQ(read_every_way("data: a\r\rdata: b\r\r"), (Reads{plain("a"), plain("b")}));
  EXPECT_EQ(read_every_way("data: a\r\n\ndata: b\n\r\n"), (Reads{plain("a"), plain("b")}));
  EXPECT_EQ(read_every_way("data: a\n\rdata: b\r\r\n"), (Reads{plain("a"), plain("b")}));
}

TEST(SseReader, JoinsDataLines) {
  EXPECT_EQ(read_every_way("data: a\ndata: b\ndata:\ndata: c\n\n"), (Reads{plain("a\nb\n\nc")}));
  EXPECT_EQ(read_every_way("data: a\r\nid: 1\r\ndata: b\r\n\r\n"), (Reads{plain("a\nb")}));
}

TEST(SseReader, StripsOneBlankAfterTheColon) {
  EXPECT_EQ(read_every_way("data:a\n\n"), (Reads{plain("a")}));
  EXPECT_EQ(read_every_way("data:  a\n\n"), (Reads{canonical(" a")}));
  EXPECT_EQ(read_every_way("data:\ta\n\n"), (Reads{plain("\ta")}));
}

TEST(SseReader, GivesEventsWithEmptyData) {
  EXPECT_EQ(read_every_way("data\n\n"), (Reads{plain("")}));
  EXPECT_EQ(read_every_way("data:\n\n"), (Reads{plain("")}));
  EXPECT_EQ(read_every_way("data: \n\n"), (Reads{canonical("")}));
}

TEST(SseReader, PassesOverCommentsAndBlankLines) {
  EXPECT_EQ(read_every_way(": keep-alive\n\n\n\r\n: x\n\ndata: a\n\n:\n"), (Reads{canonical("a")}));
  EXPECT_EQ(read_every_way(": comment\ndata: a\n\n"), (Reads{plain("a")}));
}

TEST(SseReader, PassesOverFieldsItDoesNotKnow) {
  EXPECT_EQ(read_every_way("id: 1\nretry: 10\nevent: x\n\ndata: a\n\n"), (Reads{canonical("a")}));
  EXPECT_EQ(read_every_way("Data: a\n\ndatas: b\n\n data: c\n\n"), Reads{});
}

TEST(SseReader, NamesEvents) {
  EXPECT_EQ(read_every_way("event: ping\ndata: a\n\n"), (Reads{{"a", "ping", false}}));
  EXPECT_EQ(read_every_way("data: a\r\nevent:pong\r\n\r\n"), (Reads{{"a", "pong", false}}));
  EXPECT_EQ(read_every_way("event: x\ndata: a\n\ndata: b\n\n"), (Reads{{"a", "x", false}, canonical("b")}));
}

TEST(SseReader, PassesOverOneByteOrderMarkAtTheStart) {
  EXPECT_EQ(read_every_way("\xEF\xBB\xBF"
                           "data: a\n\n"),
            (Reads{canonical("a")}));
  EXPECT_EQ(read_every_way("\xEF\xBB\xBF\xEF\xBB\xBF"
                           "data: a\n\ndata: b\n\n"),
            (Reads{canonical("b")}));
  EXPECT_EQ(read_every_way("data: a\n\n\xEF\xBB\xBF"
                           "data: b\n\n"),
            (Reads{canonical("a")}));
}

TEST(SseReader, CallsOnlyTheExactFormCanonical) {
  EXPECT_EQ(read_every_way("data: a\n\n"), (Reads{canonical("a")}));
  for (const char* text :
       {"data:a\n\n", "data: a\r\n\r\n", "data: a\n\r\n", "data: a\r\n\n", "data: a\r\r", "data: a\n\r",
        "data: a\ndata: b\n\n", "data: a\nid: 1\n\n", ":x\ndata: a\n\n", "event: x\ndata: a\n\n", "data\n\n"}) {
    const auto events = read_every_way(text);
    ASSERT_EQ(events.size(), 1u) << text;
    EXPECT_FALSE(events.front().canonical) << text;
  }
}

TEST(SseReader, KeepsSplitCharactersWhole) {
  EXPECT_EQ(read_every_way("data: \xF0\x9F\x98\x80 caf\xC3\xA9\n\n"),
            (Reads{canonical("\xF0\x9F\x98\x80 caf\xC3\xA9")}));
}

TEST(SseReader, WaitsForTheBlankLine) {
  for (const char* text : {"data: a", "data: a\n", "data: a\r\n", "data: a\r", "da", "\xEF\xBB"}) {
    const auto reading = read({text});
    EXPECT_TRUE(reading.events.empty()) << text;
    EXPECT_EQ(reading.last, Status::need_more) << text;
    EXPECT_EQ(reading.left, std::string_view(text).size()) << text;
  }
}

TEST(SseReader, RefusesEventsBeyondTheCap) {
  constexpr std::size_t max = 64;
  const auto fits = "data: " + std::string(max - 8, 'a') + "\n\n";
  EXPECT_EQ(read({fits}, max).events.size(), 1u);
  EXPECT_EQ(read(byte_by_byte(fits), max).events.size(), 1u);
  const auto too_large = "data: " + std::string(max - 7, 'a') + "\n\n";
  EXPECT_EQ(read({too_large}, max).last, Status::too_large);
  EXPECT_EQ(read(byte_by_byte(too_large), max).last, Status::too_large);
}

TEST(SseReader, RefusesEndlessLinesAndEndlessEvents) {
  EXPECT_EQ(read({"data: " + std::string(1000, 'a')}, 64).last, Status::too_large);
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "data: a\n";
  EXPECT_EQ(read({lines}, 64).last, Status::too_large);
  EXPECT_EQ(read({std::string(1000, ':')}, 64).last, Status::too_large);
}

TEST(SseReader, MeasuresEventsNotTheStream) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "data: a\n\n";
  EXPECT_EQ(read({text}, 64).events.size(), 1000u);
}

TEST(SseReader, ReadsFromUpstreamLikeStreams) {
  const auto text =
      "\xEF\xBB\xBF: PROCESSING\r\n\r\ndata: {\"choices\":[]}\r\n\r\nevent: error\r\ndata: {}\r\n\r\ndata: [DONE]\r\n\r\n"s;
  EXPECT_EQ(read_every_way(text), (Reads{plain("{\"choices\":[]}"), {"{}", "error", false}, plain("[DONE]")}));
}

TEST(SseWriter, WritesOneCanonicalEvent) {
  std::string out = "x";
  append_event(out, "{\"a\":1}");
  EXPECT_EQ(out, "xdata: {\"a\":1}\n\n");
}

TEST(SseWriter, KeepsLineEndsInsideAJsonTextFromEndingTheEvent) {
  std::string out;
  append_event(out, "{\n\"a\":1,\n\n\"b\":2}");
  const auto events = read_every_way(out);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events.front().data, "{ \"a\":1,  \"b\":2}");
}

TEST(SseWriter, KeepsCarriageReturnsFromEndingTheEvent) {
  std::string out;
  append_event(out, "{\r\n\"a\":1,\r\r\"b\":2}");
  EXPECT_EQ(read_every_way(out).size(), 1u);
}

}  // namespace headgate::wire
