// What a number of JSON is, and which of them a machine can hold.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace headgate::wire {

// RFC 8259 section 6.
inline bool is_json_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const auto from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  const auto sees = [&](char a, char b) { return at < text.size() && (text[at] == a || text[at] == b); };
  if (sees('-', '-')) ++at;
  const bool leading_zero = sees('0', '0');
  const auto whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (sees('.', '.')) {
    ++at;
    if (digits() == 0) return false;
  }
  if (sees('e', 'E')) {
    ++at;
    if (sees('+', '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

template <typename Number>
bool read_whole(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// What most numbers are: a few digits that do not begin with 0.
inline bool is_short_count(std::string_view text) {
  constexpr std::size_t surely = 18;  // so many digits fit 64 bits
  if (text.empty() || text.size() > surely || text.front() == '0') return false;
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return true;
}

// Of a number of JSON: 64 bits where it is whole, else a finite double.
inline bool fits_a_machine_number(std::string_view text) {
  const bool whole = text.find_first_of(".eE") == std::string_view::npos;
  std::int64_t negative = 0;
  std::uint64_t positive = 0;
  if (whole) return text.front() == '-' ? read_whole(text, negative) : read_whole(text, positive);
  double number = 0;
  // Too small is zero to everybody, but from_chars calls both ends out of range.
  return read_whole(text, number) || std::isfinite(std::strtod(std::string(text).c_str(), nullptr));
}

}  // namespace headgate::wire
