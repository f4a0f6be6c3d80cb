// What a text looks like, whatever its words: its length, lines, code, numbers, options, scripts.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tokens.hpp"

namespace headgate::classify {

// Value. Counted in the same two windows as the tokens; only the length is that of the whole text.
struct Structure {
  std::size_t length = 0;
  int lines = 0;
  int code_lines = 0;    // look like a line of a program
  int option_lines = 0;  // "A. ...", "b) ...", "(C) ..."
  int list_lines = 0;    // "- ...", "1. ..."
  int field_lines = 0;   // "Name: ..."
  int table_lines = 0;   // several `|` or tabs
  int numbers = 0;
  int operators = 0;  // + = ^ < > * / and mathematical symbols, TeX commands
  int brackets = 0;   // { } [ ] ( ) ; _
  int quotes = 0;
  int questions = 0;
  int fences = 0;  // ```
  int bytes = 0;
  std::array<int, script_count> scripts{};  // letters of each
  bool starts_low = false;                  // with a small letter
  char32_t last = 0;                        // the last code point that is no gap or a closing mark: ? . : or a letter's
};

Structure structure_of(std::string_view text);

}  // namespace headgate::classify
