// What the tests of the GenerateContent dialect share.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "headgate/dialects/gemini.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::dialects::gemini {

inline const std::filesystem::path fixtures = HEADGATE_SOURCE_DIR "/tests/fixtures/gemini";

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::filesystem::path> cases_with(std::string_view file) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(fixtures))
    if (std::filesystem::exists(entry.path() / file)) found.push_back(entry.path());
  EXPECT_FALSE(found.empty());
  return found;
}

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

inline core::Result<chat::Request> request_in(std::string_view text) { return read_request(Document(text)); }
inline core::Result<chat::Answer> answer_in(std::string_view text) { return read_answer(Document(text)); }

inline core::Error error_in(int status, std::string text) {
  const auto size = text.size();
  text.append(wire::json_padding, '\0');
  wire::JsonReader reader;
  return read_error(reader, status, std::string_view(text).substr(0, size));
}

// What a reader makes of a stream that comes in pieces of the given sizes, the last one to its end.
struct Reading {
  chat::Events events;
  core::Result<void> end;
};

inline Reading read_stream(std::string_view stream, const std::vector<std::size_t>& sizes = {}) {
  wire::SseReader sse(1 << 20);
  wire::JsonReader json;
  const auto reader = make_event_reader();
  Reading reading;
  std::string pending, data;
  for (std::size_t taken = 0, piece = 0; taken < stream.size() && reading.end;) {
    const auto more = stream.substr(taken, piece < sizes.size() ? sizes[piece++] : stream.npos);
    taken += more.size();
    pending += more;
    for (wire::SseReader::Event event;;) {
      const auto status = sse.next(pending, event);
      if (status != wire::SseReader::Status::event && status != wire::SseReader::Status::skipped) break;
      data.assign(event.data).append(wire::json_padding, '\0');
      if (status == wire::SseReader::Status::event && reading.end)
        reading.end =
            reader->read(json, event.name, std::string_view(data).substr(0, event.data.size()), reading.events);
      pending.erase(0, event.consumed);
    }
  }
  if (reading.end) reading.end = reader->end(reading.events);
  return reading;
}

inline chat::Answer assembled(const chat::Events& events) {
  chat::Assembly assembly;
  for (const auto& event : events) EXPECT_TRUE(assembly.add(event));
  EXPECT_TRUE(assembly.is_done());
  return assembly.answer();
}

inline std::string streamed(const chat::Events& pieces, const Shown& shown = {"r-1", "m", 0, true}) {
  const auto writer = make_event_writer(shown);
  std::string out;
  for (const auto& piece : pieces) writer->write(out, piece);
  return out;
}

inline std::string answered(const chat::Answer& answer, const Shown& shown = {"r-1", "m", 0, true}) {
  std::string out;
  append_answer(out, answer, shown);
  return out;
}

inline std::vector<nlohmann::json> events_in(std::string_view stream) {
  std::vector<nlohmann::json> events;
  wire::SseReader reader(1 << 20);
  for (wire::SseReader::Event event;;) {
    const auto status = reader.next(stream, event);
    if (status == wire::SseReader::Status::event)
      events.push_back(nlohmann::json::parse(event.data));
    else if (status != wire::SseReader::Status::skipped)
      return events;
    stream.remove_prefix(event.consumed);
  }
}

inline void expect_same_usage(const core::Usage& one, const core::Usage& other) {
  EXPECT_EQ(one.input, other.input);
  EXPECT_EQ(one.cache_read, other.cache_read);
  EXPECT_EQ(one.output, other.output);
  EXPECT_EQ(one.reasoning, other.reasoning);
}

inline chat::Part call_part(std::string id, std::string name, std::string arguments, std::string signature = {}) {
  return {chat::ToolCall{std::move(id), std::move(name), std::move(arguments), std::move(signature), false}, {}};
}

inline chat::Part thought_part(std::string text, std::string signature = {}) {
  std::string origin = signature.empty() ? "" : "google-gemini-v1";
  return {chat::Reasoning{std::move(text), std::move(signature), std::move(origin)}, {}};
}

}  // namespace headgate::dialects::gemini
