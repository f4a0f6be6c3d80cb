// A conversation as input items of the Responses API.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/request.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::responses {

// Writes into an array that is open already. Worker-confined, one a request.
class InputWriter {
 public:
  InputWriter(wire::JsonWriter& json, std::vector<std::string>& changed) : json_(json), changed_(changed) {}

  void add(const chat::Message& message);
  // The first thing that cannot be said; empty: all was.
  const std::string& unsaid() const { return unsaid_; }

 private:
  using Parts = std::vector<chat::Part>;

  void add_message(const chat::Message& message);
  void add_turn(const Parts& parts);
  void add_said(const Parts& parts, std::size_t first, std::size_t end);
  void add_thought(const chat::Reasoning& thought);
  void add_thought(std::string_view summary, std::string_view data);
  void add_sealed(const chat::SealedReasoning& thought);
  void add_call(const chat::ToolCall& call);
  void add_result(const chat::ToolResult& result);
  void write_content(const Parts& parts);
  void write_part(const chat::Part& part);
  void write_image(const chat::Image& image);
  void write_file(const chat::File& file);
  void leave_out(std::string_view what);

  wire::JsonWriter& json_;
  std::vector<std::string>& changed_;
  std::string unsaid_;
  std::set<std::string, std::less<>> custom_calls_;
};

}  // namespace headgate::dialects::responses
