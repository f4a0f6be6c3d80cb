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

  // The data of the events that say the same, until the next call. Errors: upstream_error.
  using Said = std::vector<std::string_view>;
  core::Result<Said> read(wire::JsonReader& json, std::string_view name, std::string_view data);
  core::Result<Said> end();

 private:
  Said say();

  std::unique_ptr<dialects::EventReader> reader_;
  std::unique_ptr<dialects::EventWriter> writer_;
  chat::Events events_;
  std::string text_;
};

// A whole answer in the words of policy. Errors: upstream_error.
core::Result<std::string> translated_answer(wire::JsonReader& json, dialects::Dialect from, wire::Surface surface,
                                            std::string_view body, const dialects::Shown& shown);

}  // namespace headgate::gateway
