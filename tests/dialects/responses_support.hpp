// What the tests of the Responses dialect share.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/dialects/responses.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::dialects::responses {

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

struct Sent {
  std::string name;
  nlohmann::json data;
};

inline std::vector<Sent> events_in(std::string_view stream) {
  std::vector<Sent> events;
  wire::SseReader reader(1 << 20);
  for (wire::SseReader::Event event;;) {
    const auto status = reader.next(stream, event);
    if (status == wire::SseReader::Status::event)
      events.push_back({std::string(event.name), nlohmann::json::parse(event.data)});
    else if (status != wire::SseReader::Status::skipped)
      return events;
    stream.remove_prefix(event.consumed);
  }
}

inline std::string streamed(const chat::Events& pieces, const Shown& shown, const Echo& echo = {}) {
  const auto writer = make_event_writer(shown, echo);
  std::string out;
  for (const auto& piece : pieces) writer->write(out, piece);
  return out;
}

inline std::string answered(const chat::Answer& answer, const Shown& shown, const Echo& echo = {}) {
  std::string out;
  append_answer(out, answer, shown, echo);
  return out;
}

inline chat::Answer answer_of(std::vector<chat::Part> parts, chat::Finish finish = chat::Finish::stop) {
  chat::Answer answer{"upstream-1", "m-large", 1790000000, {}, {}, {}};
  answer.choices.push_back({{chat::Role::assistant, {}, std::move(parts)}, finish, {}, {}});
  answer.usage.input = 176;
  answer.usage.cache_read = 1024;
  answer.usage.output = 9;
  answer.usage.reasoning = 4;
  return answer;
}

inline chat::Part call_part(std::string id, std::string name, std::string arguments, std::string signature = {}) {
  return {chat::ToolCall{std::move(id), std::move(name), std::move(arguments), std::move(signature), false}, {}};
}

}  // namespace headgate::dialects::responses
