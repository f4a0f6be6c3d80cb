// JSON written straight into a text, commas included. The grammar is the caller's: a name before each
// value of an object, an end for each beginning.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "headgate/wire/json.hpp"

namespace headgate::wire {

// Writes behind what the text holds already. Value.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out), begin_(out.size()) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return out_ += '}', *this; }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return out_ += ']', *this; }

  // A name of ours: no character of it needs an escape.
  JsonWriter& name(std::string_view name) {
    separate();
    out_.append(1, '"').append(name).append("\":");
    return *this;
  }

  JsonWriter& string(std::string_view text) {
    separate();
    append_json_string(out_, text);
    return *this;
  }
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  // JSON as it is.
  JsonWriter& raw(std::string_view json) {
    separate();
    out_.append(json);
    return *this;
  }
  // The shortest text that reads back as the same number.
  template <typename Number>
  requires(std::integral<Number> || std::floating_point<Number>) &&
      (!std::same_as<Number, bool>)JsonWriter& number(Number value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return raw({digits, static_cast<std::size_t>(end - digits)});
  }

  JsonWriter& member(std::string_view of, std::string_view text) { return name(of).string(text); }
  JsonWriter& member(std::string_view of, const char* text) { return name(of).string(text); }
  JsonWriter& member(std::string_view of, std::same_as<bool> auto value) { return name(of).boolean(value); }
  template <typename Number>
  requires(std::integral<Number> || std::floating_point<Number>) &&
      (!std::same_as<Number, bool>)JsonWriter& member(std::string_view of, Number value) {
    return name(of).number(value);
  }
  JsonWriter& raw_member(std::string_view of, std::string_view json) { return name(of).raw(json); }

 private:
  JsonWriter& open(char bracket) {
    separate();
    out_ += bracket;
    return *this;
  }
  void separate() {
    if (out_.size() == begin_) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':') out_ += ',';
  }

  std::string& out_;
  std::size_t begin_;
};

}  // namespace headgate::wire
