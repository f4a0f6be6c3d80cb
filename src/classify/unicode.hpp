// Code points as the classifier sees them: decoded leniently, folded, sorted into few kinds.
#pragma once

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

}  // namespace headgate::classify
