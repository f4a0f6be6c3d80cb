// What a model said, gathered so that it can be judged: is it the JSON that the request asks for?
#pragma once

#include <cstdint>
#include <string>

#include "headgate/wire/json.hpp"

namespace headgate::wire::openai {

// Of its first choice, whole or piece by piece. Value.
class AnswerText {
 public:
  // More than this is not kept, and then nothing is.
  static constexpr std::size_t most = 256 * 1024;

  // An answer, or the next event of a stream.
  void add(JsonValue reply);
  // Empty when it has said nothing, or too much to be kept.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool too_long_ = false;
};

enum class Shape : std::uint8_t { as_asked, broken, unknown };

// `request` is the document of a request with a `response_format`. `json` must not be the reader that holds it.
// Broken: no JSON, or not what the schema asks for. A schema larger than 64 KiB is not judged, and what cannot be
// judged in a schema is not held against an answer.
Shape judge(JsonValue request, const AnswerText& answer, JsonReader& json);

}  // namespace headgate::wire::openai
