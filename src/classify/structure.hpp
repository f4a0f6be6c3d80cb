// What a text looks like, whatever its words: its length, lines, code, numbers, options, scripts.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "headgate/classify/tokens.hpp"

namespace headgate::classify {

// Value. Counted in the same two windows as the tokens; only the length is that of the whole text.
struct Structure : Counts {
  std::size_t length = 0;
  int bytes = 0;
  int lines = 0;
  int code_lines = 0;       // look like a line of a program
  int option_lines = 0;     // "A. ...", "b) ...", "(C) ..."
  int list_lines = 0;       // "- ...", "1. ..."
  int field_lines = 0;      // "Name: ..."
  int table_lines = 0;      // several `|` or tabs
  int fences = 0;           // ```
  bool starts_low = false;  // with a small letter
};

Structure structure_of(const Tokens& tokens);

}  // namespace headgate::classify
