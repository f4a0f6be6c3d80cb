// What the tests of the dialect share: reading from texts, and random conversations.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "headgate/dialects/chat_completions.hpp"
#include "support/random.hpp"

namespace headgate::dialects::chat_completions {

// A text with the bytes behind it that JSON readers ask for.
class PaddedText {
 public:
  explicit PaddedText(std::string_view text)
      : size_(text.size()), bytes_(std::string(text) + std::string(wire::json_padding, 'x')) {}
  std::string_view text() const { return std::string_view(bytes_).substr(0, size_); }

 private:
  std::size_t size_;
  std::string bytes_;
};

inline core::Result<chat::Request> request_of(std::string_view body) {
  wire::JsonReader json;
  const PaddedText padded(body);
  const auto document = json.read(padded.text());
  if (!document) return document.error();
  return read_request(*document);
}

inline core::Result<chat::Answer> answer_of(std::string_view body) {
  wire::JsonReader json;
  const PaddedText padded(body);
  const auto document = json.read_lenient(padded.text());
  if (!document) return document.error();
  return read_answer(*document);
}

inline std::string text_of(const chat::Answer& answer, const Shown& shown = {}) {
  std::string out;
  append_answer(out, answer, shown);
  return out;
}

// Conversations as clients of any dialect have them. Of neighbours that a reader would make one, only one.
class AnyConversation {
 public:
  explicit AnyConversation(unsigned seed) : random_(seed) {}

  bool maybe() { return random_.one_in(3); }
  std::size_t below(std::size_t limit) { return random_.below(limit); }
  std::string word() {
    static constexpr const char* words[] = {"a", "zwölf", "line\nbreak", "\"quoted\\\"", "日本", "x y", "END", "\t"};
    return std::string(words[below(8)]) + std::to_string(below(1000));
  }
  std::string name() { return "name_" + std::to_string(below(1000)); }
  std::optional<chat::CacheTime> mark() {
    if (!random_.one_in(6)) return std::nullopt;
    return below(2) == 0 ? chat::CacheTime::five_minutes : chat::CacheTime::one_hour;
  }
  std::string object() { return R"({"n":)" + std::to_string(below(100)) + R"(,"s": "é\n"})"; }

  chat::Source source(std::string type) {
    using Kind = chat::Source::Kind;
    switch (below(4)) {
      case 0: return {Kind::url, "https://example.org/" + name(), maybe() ? type : ""};
      case 1: return {Kind::file_id, name(), maybe() ? type : ""};
      case 2: return {Kind::text, word(), maybe() ? type : ""};
      default: return {Kind::base64, "AAAA", type};
    }
  }
  chat::Part shown() {
    switch (below(4)) {
      case 0: return {chat::Image{source("image/png"), maybe() ? "low" : ""}, mark()};
      case 1: return {chat::Audio{source("audio/wav")}, mark()};
      case 2: return {chat::File{source("application/pdf"), maybe() ? word() : ""}, mark()};
      default: return {chat::Text{maybe() ? "" : word()}, mark()};
    }
  }
  chat::Part said() {
    switch (below(5)) {
      case 0: return {chat::Refusal{word()}, mark()};
      case 1: return {chat::Reasoning{word(), maybe() ? word() : ""}, mark()};
      case 2: return {chat::SealedReasoning{word(), maybe() ? "google-gemini-v1" : ""}, mark()};
      case 3: return call();
      default: return {chat::Text{word()}, mark()};
    }
  }
  chat::Part call() {
    const bool custom = maybe();
    return {chat::ToolCall{name(), name(), custom ? word() : object(), maybe() ? word() : "", custom}, mark()};
  }
  chat::Part result() {
    chat::ToolResult result{name(), maybe() ? name() : "", {}, maybe()};
    for (auto parts = below(3); parts > 0; --parts) result.content.push_back(shown());
    return {std::move(result), mark()};
  }

  chat::Message message(chat::Role role) {
    chat::Message message{role, role != chat::Role::tool && maybe() ? name() : "", {}};
    for (auto parts = below(4) + (role == chat::Role::tool); parts > 0; --parts)
      message.parts.push_back(role == chat::Role::tool ? result() : role == chat::Role::assistant ? said() : shown());
    return message;
  }

  std::vector<chat::Message> messages() {
    std::vector<chat::Message> messages;
    for (auto count = 1 + below(6); count > 0; --count) {
      const auto role = static_cast<chat::Role>(below(5));
      if (role == chat::Role::tool && !messages.empty() && messages.back().role == role) continue;
      messages.push_back(message(role));
    }
    return messages;
  }

 private:
  test::Random random_;
};

}  // namespace headgate::dialects::chat_completions
