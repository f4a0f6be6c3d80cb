// JSON at the edge: strict reading of untrusted text, and writing of strings.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "headgate/core/result.hpp"

namespace headgate::wire {

// Bytes that must be readable behind any text given to JsonReader.
inline constexpr std::size_t json_padding = simdjson::SIMDJSON_PADDING;
inline constexpr std::size_t max_json_depth = 64;

// Parsers that are used again and again, so that a request allocates nothing. Worker-confined:
// a document lives until the next text is read by the same reader.
class JsonReader {
 public:
  JsonReader() = default;

  // The whole text is checked: grammar, UTF-8, numbers, depth, one document, no key twice in an
  // object. Text must be followed by json_padding readable bytes. Error: invalid_json.
  core::Result<simdjson::dom::element> read(std::string_view text);

  // The same without the search for double keys: for texts of providers, where the last one wins.
  core::Result<simdjson::dom::element> read_lenient(std::string_view text);

  // Byte positions, for splicing. Only for text that read() has accepted.
  simdjson::ondemand::parser& positions() { return positions_; }

  // Gives back what a large document took.
  void shrink();

 private:
  simdjson::error_code parse(std::string_view text, simdjson::dom::element& element);

  simdjson::dom::parser document_;
  simdjson::ondemand::parser positions_;
  bool sized_ = false;
  bool number_trouble_ = false;
};

// `text` as a JSON string, quotes included. Invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace headgate::wire
