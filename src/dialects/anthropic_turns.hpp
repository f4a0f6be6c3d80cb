// A conversation as `system` and turns of the Messages API.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/request.hpp"
#include "headgate/core/error.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::anthropic {

// Marks of the prompt cache: a provider takes four. The first ones are left out, as the last reach
// furthest. Value.
class CacheMarks {
 public:
  static constexpr std::size_t most = 4;

  explicit CacheMarks(std::size_t skipped) : skipped_(skipped) {}
  void write(wire::JsonWriter& json, std::optional<chat::CacheTime> remember);
  std::size_t asked() const { return asked_; }

 private:
  std::size_t skipped_;
  std::size_t asked_ = 0;
};

// What is left out is told in `changed`, each once. Refers to what it is given.
class Turns {
 public:
  Turns(wire::JsonWriter& json, CacheMarks& marks, std::vector<std::string>& changed)
      : json_(json), marks_(marks), changed_(changed) {}

  // The instructions that come first; `last` behind them where it says something.
  void write_system(std::span<const chat::Message> messages, std::string_view last);

  // The rest. Consecutive messages of one side make one turn: results, then what else was said.
  void write(std::span<const chat::Message> messages);

  // The first thing that cannot be said.
  const std::optional<core::Error>& refused() const { return refused_; }

 private:
  void write_turn(std::span<const chat::Message> turn, std::size_t first, bool assistant);
  void write_parts(const chat::Message& message, std::size_t index, bool results);
  void write_part(const chat::Part& part, const std::string& path);

  void write_block(const chat::Text& text, const chat::Part& part, const std::string& path);
  void write_block(const chat::Refusal& refusal, const chat::Part& part, const std::string& path);
  void write_block(const chat::Image& image, const chat::Part& part, const std::string& path);
  void write_block(const chat::Audio& audio, const chat::Part& part, const std::string& path);
  void write_block(const chat::File& file, const chat::Part& part, const std::string& path);
  void write_block(const chat::Reasoning& reasoning, const chat::Part& part, const std::string& path);
  void write_block(const chat::SealedReasoning& sealed, const chat::Part& part, const std::string& path);
  void write_block(const chat::ToolCall& call, const chat::Part& part, const std::string& path);
  void write_block(const chat::ToolResult& result, const chat::Part& part, const std::string& path);

  void write_text(std::string_view text, const chat::Part& part);
  void write_result_content(const chat::ToolResult& result, const std::string& path);
  void end_block(const chat::Part& part);
  void tell(std::string_view what);
  void refuse(const std::string& path);

  wire::JsonWriter& json_;
  CacheMarks& marks_;
  std::vector<std::string>& changed_;
  std::optional<core::Error> refused_;
};

// Whether the provider takes it back.
bool is_own_thought(const chat::Part& part);

// How many messages stand in front as instructions.
std::size_t leading_instructions(std::span<const chat::Message> messages);

void tell_once(std::vector<std::string>& changed, std::string_view what);

}  // namespace headgate::dialects::anthropic
