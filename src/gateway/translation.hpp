// A provider's stream of another dialect, in the words that streams are judged by.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/answer.hpp"
#include "headgate/core/result.hpp"
#include "headgate/dialects/codec.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::gateway {

// One a stream. Worker-confined.
class Translation {
 public:
  Translation(dialects::Dialect from, wire::Surface surface, dialects::Shown shown);

  // The data of the events that say the same, until the next call. Errors: upstream_error; what the provider reports.
  using Said = std::vector<std::string_view>;
  core::Result<Said> read(wire::JsonReader& json, std::string_view name, std::string_view data);
  core::Result<Said> end();

  // What the provider has told of its counts so far, be it whole or not.
  const core::Usage& usage() const { return usage_; }
  // Kinds of things it said that those words cannot say.
  const std::vector<std::string>& left_out() const { return left_out_; }

 private:
  void take_notes();
  Said say();

  std::unique_ptr<dialects::EventReader> reader_;
  std::unique_ptr<dialects::EventWriter> writer_;
  chat::Events events_;
  std::string text_;
  core::Usage usage_;
  std::vector<std::string> left_out_;
};

// A whole answer in the words of policy. Errors: upstream_error.
struct TranslatedAnswer {
  std::string text;
  std::vector<std::string> left_out;
};
core::Result<TranslatedAnswer> translated_answer(wire::JsonReader& json, dialects::Dialect from, wire::Surface surface,
                                                 std::string_view body, const dialects::Shown& shown);

}  // namespace headgate::gateway
