// Items of the Responses API, of a request's input and of a response's output alike, as messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/request.hpp"
#include "responses_reading.hpp"

namespace headgate::dialects::responses {

// Clients hand back `encrypted_content` and little else that they do not know. What other dialects sign in another
// place than thoughts that were shown therefore travels there, under these words.
inline constexpr std::string_view signed_call = "headgate:call:";        // the signature of the call behind it
inline constexpr std::string_view signed_silence = "headgate:thought:";  // of thoughts without a text

// The parts of a message, or what a tool gave back. What has no word here goes to `extras`.
void read_parts(std::vector<chat::Part>& parts, wire::JsonValue content, const std::string& path, Complaint& complaint,
                std::vector<chat::Extra>& extras);

// Everything that the model said in a row is one message, and so are the results of tools. Worker-confined.
class ItemReader {
 public:
  // A client's arguments must be an object; a model's are passed on as they are.
  enum class Arguments : std::uint8_t { checked, as_they_are };
  ItemReader(Complaint& complaint, Arguments arguments) : complaint_(complaint), arguments_(arguments) {}

  void add(wire::JsonValue item, const std::string& path);
  std::vector<chat::Message> take_messages() { return std::move(messages_); }
  std::vector<chat::Extra> take_extras() { return std::move(extras_); }

 private:
  void add_message(const Fields& item);
  void add_call(const Fields& item, bool custom);
  void add_result(const Fields& item);
  void add_reasoning(const Fields& item);
  std::vector<chat::Part>& turn_of(chat::Role role);
  std::string arguments_of(const Fields& item);

  Complaint& complaint_;
  Arguments arguments_;
  wire::JsonReader json_;
  std::vector<chat::Message> messages_;
  std::vector<chat::Extra> extras_;
  std::string call_signature_;  // of the next call
};

}  // namespace headgate::dialects::responses
