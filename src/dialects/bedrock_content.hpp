// Messages in Bedrock's words.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bedrock_words.hpp"
#include "headgate/chat/request.hpp"
#include "headgate/core/result.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::bedrock {

// What had to be said otherwise, each word once.
inline void tell(std::vector<std::string>& changed, std::string_view what) {
  for (const auto& known : changed)
    if (known == what) return;
  changed.emplace_back(what);
}

// Whether there is anything in it but blanks: the service refuses such texts.
bool is_blank(std::string_view text);

// Writes `system` and `messages`. One a request.
class ContentWriter {
 public:
  ContentWriter(std::string& out, Family family, std::vector<std::string>& changed)
      : json_(out), family_(family), changed_(changed) {}

  core::Result<void> write(const std::vector<chat::Message>& messages);
  // {"cachePoint":{...}} where the model knows it.
  void write_cache_point(std::optional<chat::CacheTime> remember);

  // Of what was written: names of the tools that were called, in the order of their first call.
  const std::vector<std::string>& called() const { return called_; }
  bool holds_calls() const { return !called_.empty() || holds_results_; }

 private:
  core::Result<void> write_system(const std::vector<chat::Message>& messages);
  core::Result<void> write_parts(const std::vector<chat::Part>& parts, const std::string& path);
  core::Result<void> say(const chat::Text& text, const std::string& path);
  core::Result<void> say(const chat::Refusal& refusal, const std::string& path);
  core::Result<void> say(const chat::Image& image, const std::string& path);
  core::Result<void> say(const chat::Audio& audio, const std::string& path);
  core::Result<void> say(const chat::File& file, const std::string& path);
  core::Result<void> say(const chat::Reasoning& reasoning, const std::string& path);
  core::Result<void> say(const chat::SealedReasoning& reasoning, const std::string& path);
  core::Result<void> say(const chat::ToolCall& call, const std::string& path);
  core::Result<void> say(const chat::ToolResult& result, const std::string& path);
  void write_source(const chat::Source& source);
  wire::JsonWriter& block();
  void close_turn();
  std::string document_name(const std::string& wanted);

  wire::JsonWriter json_;
  Family family_;
  std::vector<std::string>& changed_;
  std::vector<std::string> called_;
  bool holds_results_ = false;
  std::set<std::string> document_names_;  // no two may be the same
  std::string_view role_;                 // who speaks
  std::string_view turn_;                 // whose turn is open, if one is
  bool has_text_ = false;                 // the open turn
  std::string lone_document_;             // of the open turn
  bool in_result_ = false;
  std::optional<chat::CacheTime> remember_result_;
};

}  // namespace headgate::dialects::bedrock
