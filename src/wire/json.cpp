#include "headgate/wire/json.hpp"

#include <algorithm>
#include <vector>

namespace headgate::wire {
namespace {

namespace dom = simdjson::dom;
using core::Code;
using core::Error;

constexpr std::size_t worth_giving_back = 256 * 1024;

bool repeats_a_key(const dom::object& object) {
  constexpr std::size_t few = 16;
  std::string_view keys[few];
  std::size_t count = 0;
  for (const auto field : object) {
    if (count == few) break;
    for (std::size_t i = 0; i < count; ++i)
      if (keys[i].size() == field.key.size() && keys[i] == field.key) return true;
    keys[count++] = field.key;
  }
  if (count < few) return false;
  std::vector<std::string_view> all;
  for (const auto field : object) all.push_back(field.key);
  std::sort(all.begin(), all.end());
  return std::adjacent_find(all.begin(), all.end()) != all.end();
}

// Two readers of `{"model":"a","model":"b"}` may disagree on what was asked; so nobody is asked.
bool repeats_a_key_anywhere(const dom::element& element) {
  if (element.is_array()) {
    for (const auto item : dom::array(element.get_array().value_unsafe()))
      if ((item.is_object() || item.is_array()) && repeats_a_key_anywhere(item)) return true;
    return false;
  }
  if (!element.is_object()) return false;
  const dom::object object = element.get_object().value_unsafe();
  if (repeats_a_key(object)) return true;
  for (const auto field : object)
    if ((field.value.is_object() || field.value.is_array()) && repeats_a_key_anywhere(field.value)) return true;
  return false;
}

std::string explain(simdjson::error_code code) {
  switch (code) {
    case simdjson::DEPTH_ERROR: return "The body nests deeper than 64 levels.";
    case simdjson::UTF8_ERROR: return "The body is not valid UTF-8.";
    case simdjson::EMPTY: return "The body is empty; a JSON object is expected.";
    case simdjson::UNCLOSED_STRING: return "The body is not valid JSON: a string is not closed.";
    case simdjson::NUMBER_ERROR: return "The body is not valid JSON: a malformed number.";
    case simdjson::MEMALLOC: return "The body is too large to be read.";
    default: return "The body is not valid JSON.";
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of the JSON number at the front of `text` (RFC 8259 section 6), 0 when it is none.
std::size_t number_length(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const auto from = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - from;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool leading_zero = at < text.size() && text[at] == '0';
  const auto whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) return 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return 0;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return 0;
  }
  return at;
}

// JSON puts no bound on numbers, simdjson does (64-bit integers, finite doubles). Policy reads none
// that large, so each well-formed number becomes 0 and blanks: every position stays what it was.
std::string with_tame_numbers(std::string_view text) {
  std::string tame;
  tame.reserve(text.size() + json_padding);
  tame.assign(text);
  bool in_string = false;
  for (std::size_t at = 0; at < tame.size(); ++at) {
    const char c = tame[at];
    if (in_string && c == '\\')
      ++at;
    else if (c == '"')
      in_string = !in_string;
    else if (!in_string && (c == '-' || is_digit(c))) {
      const auto length = number_length(std::string_view(tame).substr(at));
      if (length == 0) return tame;  // malformed: simdjson will say so
      tame[at] = '0';
      std::fill_n(tame.begin() + static_cast<std::ptrdiff_t>(at) + 1, length - 1, ' ');
      at += length - 1;
    }
  }
  return tame;
}

}  // namespace

std::size_t Outline::next_member() {
  if (text_[*next_] == ',') ++next_;
  const std::size_t at = *next_;
  next_ += 2;  // key and colon
  return at;
}

ByteRange Outline::skip_value() {
  const std::size_t at = *next_;
  std::size_t depth = 0;
  do {
    const char c = text_[*next_++];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  } while (depth > 0);
  const char first = text_[at];
  if (first == '{' || first == '[') return {at, *(next_ - 1) + 1 - at};
  std::size_t end = *next_;
  while (std::string_view(" \t\r\n").find(text_[end - 1]) != std::string_view::npos) --end;
  return {at, end - at};
}

simdjson::error_code JsonReader::parse(std::string_view text, dom::element& element) {
  text_ = text;
  const auto code = document_.parse(text.data(), text.size(), false).get(element);
  number_trouble_ = code == simdjson::NUMBER_ERROR;
  return code;
}

core::Result<dom::element> JsonReader::read_lenient(std::string_view text) {
  if (!sized_) {
    // simdjson counts the values inside the innermost container as a level of their own.
    if (document_.allocate(16 * 1024, max_json_depth + 1) != simdjson::SUCCESS)
      return Error(Code::internal_error, "Out of memory.");
    sized_ = true;
  }
  dom::element element;
  const auto code = parse(text, element);
  if (code == simdjson::MEMALLOC) return Error(Code::overloaded, explain(code));
  if (code != simdjson::SUCCESS)
    return Error(Code::invalid_json, explain(code)).with_detail(simdjson::error_message(code));
  return element;
}

core::Result<dom::element> JsonReader::read(std::string_view text) {
  auto element = read_lenient(text);
  if (!element && number_trouble_) {
    const auto tame = with_tame_numbers(text);
    element = read_lenient(tame);
    text_ = text;
  }
  if (element && repeats_a_key_anywhere(*element))
    return Error(Code::invalid_json, "The body is ambiguous: an object holds the same key twice.");
  return element;
}

void JsonReader::shrink() {
  if (document_.capacity() > worth_giving_back) {
    document_ = simdjson::dom::parser();
    sized_ = false;
  }
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  const bool valid = simdjson::validate_utf8(text.data(), text.size());
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {
      if (c == '\n')
        out.append("\\n");
      else if (c == '\t')
        out.append("\\t");
      else
        out.append("\\u00").append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
    } else if (byte >= 0x80 && !valid) {
      out.append("\\ufffd");
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace headgate::wire
