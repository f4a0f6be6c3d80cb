// Numbers into text without a format string, for what is written on every request.
#pragma once

#include <charconv>
#include <concepts>
#include <string>

namespace headgate::core {

template <std::integral Number>
void append_number(std::string& out, Number number, int base = 10) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
  out.append(digits, end);
}

}  // namespace headgate::core
