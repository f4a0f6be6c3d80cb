// JSON at the edge: strict reading of untrusted text without copying it, and writing of strings.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/result.hpp"
#include "headgate/wire/splice.hpp"

namespace headgate::wire {

// Bytes that must be readable behind any text given to JsonReader.
inline constexpr std::size_t json_padding = simdjson::SIMDJSON_PADDING;
// Room behind a text for readers that look ahead.
void pad(std::string& text);
inline constexpr std::size_t max_json_depth = 64;
// Values and names in what a client sends: several times what the largest request of any API holds.
inline constexpr std::size_t max_json_values = 1'000'000;

enum class JsonKind : std::uint8_t { missing, null, boolean, number, string, array, object };

// Where one value stands in the text. A container is followed by what it holds; the members of an
// object are its keys and values in turn.
struct JsonNode {
  std::uint32_t at;    // first byte
  std::uint32_t end;   // behind the last byte
  std::uint32_t span;  // nodes from here to the next value on the same level
  JsonKind kind;
  bool escaped;  // a string that holds a backslash
};

struct JsonMember;

// A value of the document read last; dies with the next one and with the text. Asking a value for
// what it is not gives nothing, a missing value or an empty text, so that a question may be asked
// of a whole path at once. Value.
class JsonValue {
 public:
  template <typename Item>
  class Iterator;
  template <typename Item>
  struct Range {
    Iterator<Item> first, last;
    Iterator<Item> begin() const { return first; }
    Iterator<Item> end() const { return last; }
  };

  JsonValue() = default;
  JsonValue(const JsonNode* node, const char* text) : node_(node), text_(text) {}

  JsonKind kind() const { return node_ == nullptr ? JsonKind::missing : node_->kind; }
  bool is_string() const { return kind() == JsonKind::string; }
  bool is_escaped() const { return is_string() && node_->escaped; }
  bool is_array() const { return kind() == JsonKind::array; }
  bool is_object() const { return kind() == JsonKind::object; }
  // There, and not null.
  bool is_set() const { return kind() > JsonKind::null; }
  // "", [] and {}, null, and what is missing.
  bool is_empty() const;

  // The last member of that name: where a name comes twice, that is what most readers take.
  JsonValue operator[](std::string_view name) const {
    JsonValue found;
    if (is_object()) find(name, found);
    return found;
  }
  Range<JsonValue> items() const;     // of an array
  Range<JsonMember> members() const;  // of an object

  std::optional<bool> boolean() const;
  std::optional<std::uint64_t> count() const;  // a whole number, not negative, that 64 bits hold
  std::optional<double> number() const;
  // Of a string, without quotes and escapes; `scratch` is used where there are escapes.
  std::string_view string(std::string& scratch) const;
  std::string string() const;
  // The same, but of a text longer than `most` bytes only its beginning and its end; escapes and
  // characters at the cut may be lost.
  std::string_view ends(std::size_t most, std::string& scratch) const;
  // This very string.
  bool is(std::string_view text) const {
    if (!is_string()) return false;
    return node_->escaped ? is_unescaped(text) : inside_quotes() == text;
  }

  // As it stands in the document.
  ByteRange range() const { return node_ == nullptr ? ByteRange{} : ByteRange{node_->at, node_->end - node_->at}; }
  std::string_view source() const { return {text_ + range().at, range().size}; }

 private:
  std::string_view inside_quotes() const { return {text_ + node_->at + 1, node_->end - node_->at - 2}; }
  bool holds_nodes() const { return is_array() || is_object(); }
  bool is_unescaped(std::string_view text) const;
  void find(std::string_view name, JsonValue& found) const;

  const JsonNode* node_ = nullptr;
  const char* text_ = "";
};

struct JsonMember {
  JsonValue name, value;
  ByteRange range() const { return {name.range().at, value.range().end() - name.range().at}; }
};

template <typename Item>
class JsonValue::Iterator {
 public:
  Iterator(const JsonNode* node, const char* text) : node_(node), text_(text) {}
  Item operator*() const {
    if constexpr (std::is_same_v<Item, JsonMember>)
      return {{node_, text_}, {node_ + 1, text_}};
    else
      return {node_, text_};
  }
  Iterator& operator++() {
    if constexpr (std::is_same_v<Item, JsonMember>) ++node_;
    node_ += node_->span;
    return *this;
  }
  bool operator==(const Iterator& other) const { return node_ == other.node_; }

 private:
  const JsonNode* node_;
  const char* text_;
};

inline JsonValue::Range<JsonValue> JsonValue::items() const {
  if (!is_array()) return {{nullptr, text_}, {nullptr, text_}};
  return {{node_ + 1, text_}, {node_ + node_->span, text_}};
}

inline JsonValue::Range<JsonMember> JsonValue::members() const {
  if (!is_object()) return {{nullptr, text_}, {nullptr, text_}};
  return {{node_ + 1, text_}, {node_ + node_->span, text_}};
}

// Reads again and again with the same memory, so that a request allocates nothing. simdjson finds
// the structure (its stage 1: UTF-8, quotes, control characters); the grammar is judged here, where
// nothing is copied. Worker-confined.
class JsonReader {
 public:
  // The whole text is checked: grammar (RFC 8259), UTF-8, escapes, depth, size, one document, no name
  // twice in an object; numbers may have any size. Text must be followed by json_padding readable bytes.
  // Errors: invalid_json, overloaded (out of memory).
  core::Result<JsonValue> read(std::string_view text) { return read(text, true); }

  // For texts of providers: names may repeat, but numbers must fit 64 bits or a finite double.
  core::Result<JsonValue> read_lenient(std::string_view text) { return read(text, false); }

  // The text read last without an error, which must still be there.
  JsonValue document() const { return {nodes_.data(), text_}; }

  // Gives back what a large document took.
  void shrink();

 private:
  core::Result<JsonValue> read(std::string_view text, bool strict);
  simdjson::error_code find_structure(std::string_view text);

  std::unique_ptr<simdjson::internal::dom_parser_implementation> structure_;
  std::vector<JsonNode> nodes_;
  const char* text_ = "";
};

// `text` as a JSON string, quotes included. Invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace headgate::wire
