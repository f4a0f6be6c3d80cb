// Code points that are no words, as counts.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "headgate/classify/tokens.hpp"

namespace headgate::classify {

// How often each sort of ASCII mark comes, four counts in one number: there are fewer than 2^16 bytes.
using Marks = std::uint64_t;
inline constexpr unsigned operators_at = 0, brackets_at = 16, quotes_at = 32, questions_at = 48;
static_assert(2 * window_size < 0x10000);

inline constexpr auto ascii_marks = [] {
  std::array<Marks, 128> marks{};
  const auto put = [&](std::string_view set, unsigned at) {
    for (const char c : set) marks[static_cast<std::size_t>(c)] += Marks{1} << at;
  };
  put("+=^<>*/\\%$", operators_at);
  put("{}[]();_", brackets_at);
  put("\"`", quotes_at);
  put("?", questions_at);
  return marks;
}();

inline constexpr auto may_close = [] {
  std::array<bool, 128> closes{};
  for (const char c : std::string_view(".!)}\"'`")) closes[static_cast<std::size_t>(c)] = true;
  return closes;
}();

inline void add_marks(Marks marks, Counts& counts) {
  const auto count = [marks](unsigned at) { return static_cast<int>(marks >> at & 0xFFFF); };
  counts.operators += count(operators_at);
  counts.brackets += count(brackets_at);
  counts.quotes += count(quotes_at);
  counts.questions += count(questions_at);
}

inline void count_beyond_ascii(char32_t value, Counts& counts) {
  const bool symbol = (value >= 0x2190 && value <= 0x22FF) || value == 0xB2 || value == 0xD7 || value == 0xF7;
  counts.operators += symbol || (value >= 0x1D400 && value <= 0x1D7FF);
  counts.quotes += (value >= 0x201C && value <= 0x201E) || value == 0xAB || (value >= 0x300C && value <= 0x300F);
  counts.questions += value == 0x61F;
}

}  // namespace headgate::classify
