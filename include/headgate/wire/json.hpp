// JSON at the edge: strict reading of untrusted text, and writing of strings.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "headgate/core/result.hpp"
#include "headgate/wire/splice.hpp"

namespace headgate::wire {

// Bytes that must be readable behind any text given to JsonReader.
inline constexpr std::size_t json_padding = simdjson::SIMDJSON_PADDING;
inline constexpr std::size_t max_json_depth = 64;

// Walks the text of the newest document by the positions simdjson found, for splicing. Only what
// was accepted may be walked; what keys say is asked of the document. Value; dies with the text.
class Outline {
 public:
  Outline(std::string_view text, const std::uint32_t* positions) : text_(text), next_(positions) {}

  // At an object: goes inside. Position behind its brace.
  std::size_t enter() { return *next_++ + 1; }
  // Behind the last member: goes out. Position behind the brace.
  std::size_t leave() { return *next_++ + 1; }
  // Inside an object: goes to the value of the next member. Position of its key.
  std::size_t next_member();
  // At a value: goes behind it.
  ByteRange skip_value();
  std::string_view text(ByteRange range) const { return text_.substr(range.at, range.size); }

 private:
  std::string_view text_;
  const std::uint32_t* next_;
};

// A parser that is used again and again, so that a request allocates nothing. Worker-confined:
// a document lives until the next text is read by the same reader.
class JsonReader {
 public:
  JsonReader() = default;

  // The whole text is checked: grammar, UTF-8, numbers, depth, one document, no key twice in an
  // object. Text must be followed by json_padding readable bytes. Error: invalid_json.
  core::Result<simdjson::dom::element> read(std::string_view text);

  // The same without the search for double keys: for texts of providers, where the last one wins.
  core::Result<simdjson::dom::element> read_lenient(std::string_view text);

  // Of the text read last, which must still be there.
  Outline outline() const { return {text_, document_.implementation->structural_indexes.get()}; }

  // Gives back what a large document took.
  void shrink();

 private:
  simdjson::error_code parse(std::string_view text, simdjson::dom::element& element);

  simdjson::dom::parser document_;
  std::string_view text_;
  bool sized_ = false;
  bool number_trouble_ = false;
};

// `text` as a JSON string, quotes included. Invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace headgate::wire
