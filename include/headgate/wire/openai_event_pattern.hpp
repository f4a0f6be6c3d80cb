// Most events of a stream are the one before with another piece of text. Such a one need not be read as JSON.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "headgate/wire/openai.hpp"

namespace headgate::wire::openai {

// An event that was read, as it is around its texts. What agrees with it byte for byte, and has plain text where its
// texts stand, is JSON of the same form and says the same: content and nothing else. Value.
class EventPattern {
 public:
  // Whether `data` is content, and neither the end of an answer nor a refusal nor usage. False says nothing.
  bool matches(std::string_view data);
  // `data` did not match and was read; `document` and `event` are what came of it.
  void learn(std::string_view data, JsonValue document, const StreamEvent& event);

 private:
  // Larger events are rare, and reading them costs less than sending them.
  static constexpr std::size_t largest = 2048;
  // After so many events in a row that were not alike, nothing more is learnt of this stream.
  static constexpr unsigned patience = 16;

  bool agrees(std::string_view data) const;
  void add_gap(JsonValue text);

  std::string last_;
  std::array<ByteRange, 2> gaps_{};  // in last_, in order: the insides of strings
  std::size_t count_ = 0;
  unsigned unlike_ = 0;
};

}  // namespace headgate::wire::openai
