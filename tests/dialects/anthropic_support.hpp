// What the tests of the Messages API share.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "headgate/dialects/anthropic.hpp"
#include "headgate/dialects/origin.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::dialects::anthropic {

// A document and its text, together.
class Document {
 public:
  explicit Document(std::string_view text) : text_(text) {
    text_.append(wire::json_padding, '\0');
    const auto read = reader_.read(std::string_view(text_).substr(0, text.size()));
    EXPECT_TRUE(read) << text;
    if (read) value_ = *read;
  }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  operator wire::JsonValue() const { return value_; }

 private:
  std::string text_;
  wire::JsonReader reader_;
  wire::JsonValue value_;
};

inline std::string fixture(const std::string& name) {
  std::ifstream file(HEADGATE_SOURCE_DIR "/tests/fixtures/anthropic/" + name);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline constexpr const char* cases[] = {"plain",   "cached", "length",         "stop_sequence",
                                        "refusal", "tool",   "parallel_tools", "thinking"};

// Reads a stream that comes in pieces, cut at `cuts`.
struct Heard {
  chat::Events events;
  core::Result<void> end;
};

inline Heard hear(std::string_view stream, const std::vector<std::size_t>& cuts) {
  wire::SseReader sse(1 << 20);
  wire::JsonReader json;
  const auto reader = make_event_reader();
  Heard heard;
  std::string pending;
  for (std::size_t at = 0, next = 0; at < stream.size(); ++next) {
    const auto end = next < cuts.size() ? cuts[next] : stream.size();
    pending.append(stream.substr(at, end - at));
    at = end;
    for (wire::SseReader::Event event;;) {
      const auto status = sse.next(pending, event);
      if (status == wire::SseReader::Status::need_more || status == wire::SseReader::Status::too_large) break;
      if (status == wire::SseReader::Status::event) {
        std::string data(event.data);
        data.append(wire::json_padding, '\0');
        heard.end = reader->read(json, std::string(event.name), std::string_view(data).substr(0, event.data.size()),
                                 heard.events);
        if (!heard.end) return heard;
      }
      pending.erase(0, event.consumed);
    }
  }
  heard.end = reader->end(heard.events);
  return heard;
}

inline Heard hear(std::string_view stream) { return hear(stream, {}); }

inline std::string as_text(const core::Usage& usage) {
  std::string text;
  for (const auto& count : {usage.input, usage.cache_read, usage.cache_write, usage.output, usage.reasoning})
    text += count ? std::to_string(*count) + " " : "- ";
  return text;
}

inline std::string as_text(const chat::Events& events) {
  std::ostringstream out;
  for (const auto& event : events)
    out << static_cast<int>(event.kind) << '|' << event.choice << '|' << event.index << '|' << event.text << '|'
        << event.id << '|' << event.name << '|' << name_of(event.finish) << '|' << as_text(event.usage) << '|'
        << event.error.message() << '\n';
  return out.str();
}

inline chat::Answer assembled(const chat::Events& events) {
  chat::Assembly assembly;
  for (const auto& event : events) {
    const auto added = assembly.add(event);
    EXPECT_TRUE(added) << added.error().detail();
  }
  EXPECT_TRUE(assembly.is_done());
  return assembly.answer();
}

inline std::string streamed(const chat::Events& events, const Shown& shown = {}) {
  const auto writer = make_event_writer(shown);
  std::string out;
  for (const auto& event : events) writer->write(out, event);
  return out;
}

inline void expect_same(const chat::Answer& left, const chat::Answer& right) {
  EXPECT_EQ(left.id, right.id);
  EXPECT_EQ(left.model, right.model);
  EXPECT_EQ(left.choices, right.choices);
  EXPECT_EQ(as_text(left.usage), as_text(right.usage));
}

}  // namespace headgate::dialects::anthropic
