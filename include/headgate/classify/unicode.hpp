// Code points as the classifier sees them: decoded leniently, folded, sorted into few kinds.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace headgate::classify {

enum class Kind : std::uint8_t {
  gap,     // separates words
  letter,  // part of a word
  digit,
  dense,  // of a script written without spaces: a word by itself
  mark,   // punctuation that says something
};

enum class Script : std::uint8_t { latin, greek, cyrillic, semitic, indic, thai, kana, han, hangul, other };
inline constexpr int script_count = 10;

struct CodePoint {
  char32_t value;
  std::uint8_t size;  // bytes taken; at least 1
};

// `text` must not be empty. A byte that starts no valid sequence is taken alone, as U+FFFD.
CodePoint decode(std::string_view text);

// Writes at most 4 bytes and returns how many.
int encode(char32_t value, char* out);

// Lower case, without Latin accents, full-width forms as ASCII.
char32_t fold(char32_t value);

// Of folded code points.
Kind kind_of(char32_t value);
Script script_of(char32_t value);

// A code point decoded, folded and sorted at once.
struct Point {
  char32_t value;
  Kind kind;
  std::uint8_t size;  // bytes taken; at least 1
};

// Most texts are mostly ASCII.
inline constexpr auto ascii_points = [] {
  std::array<Point, 128> points{};
  for (char32_t value = 0; value < points.size(); ++value) {
    const char32_t folded = value >= 'A' && value <= 'Z' ? value + 0x20 : value;
    const bool is_mark = folded == '?' || folded == ':';
    points[value] = {folded,
                     folded >= 'a' && folded <= 'z'   ? Kind::letter
                     : folded >= '0' && folded <= '9' ? Kind::digit
                     : is_mark                        ? Kind::mark
                                                      : Kind::gap,
                     1};
  }
  return points;
}();

// The same as decode(), fold() and kind_of() one after the other.
Point read_point_beyond_ascii(std::string_view text);
inline Point read_point(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text.front());
  return byte < ascii_points.size() ? ascii_points[byte] : read_point_beyond_ascii(text);
}

}  // namespace headgate::classify
