// How many tokens a text is worth, from the kinds of its bytes alone.
#pragma once

#include "headgate/core/usage.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::wire {

// Three for four bytes: base64 and columns of numbers come to 0.7, prose to 0.2, single digits
// between commas to 1.
core::Tokens most_tokens(std::size_t bytes);

// Adds up texts as they stand in a document, escapes included. Value.
class TokenEstimate {
 public:
  void add_text(JsonValue string);
  // Of a value of any kind, names and brackets included.
  void add_source(JsonValue value);
  // What is no text: an image, the frame of a message.
  void add(core::Tokens likely, core::Tokens most) { others_ += likely, most_others_ += most; }

  core::Tokens likely() const;
  core::Tokens most() const { return most_tokens(bytes_) + most_others_; }

 private:
  static constexpr std::size_t in_full = 4096, page = 512;  // bytes

  void add(std::string_view text, bool is_escaped);
  void add_sample(std::string_view text, bool is_escaped);
  void add_bytes(std::string_view text);
  void add_escaped(std::string_view text);

  std::size_t bytes_ = 0;
  std::uint64_t weight_ = 0;  // thousandths of a token
  core::Tokens others_ = 0, most_others_ = 0;
};

}  // namespace headgate::wire
