#include "json_escapes.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <cstdint>

namespace headgate::wire {
namespace {

constexpr std::size_t short_length = 2;  // \n
constexpr std::size_t long_length = 6;   // \u00e9

// What a short escape stands for; 0 for what is none.
constexpr auto meanings = [] {
  std::array<char, 256> table{};
  constexpr std::string_view letters = "\"\\/bfnrt", means = "\"\\/\b\f\n\r\t";
  for (std::size_t i = 0; i < letters.size(); ++i) table[static_cast<unsigned char>(letters[i])] = means[i];
  return table;
}();

char meaning_of(char letter) { return meanings[static_cast<unsigned char>(letter)]; }

// Prose and code have an escape every hundred bytes or so: too near for a call of memchr to pay.
std::size_t find_backslash(std::string_view text, std::size_t from) {
#ifdef __SSE2__
  const auto wanted = _mm_set1_epi8('\\');
  for (auto at = from; at < text.size(); at += sizeof wanted) {
    const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, wanted)));
    if (found == 0) continue;
    const auto place = at + static_cast<std::size_t>(std::countr_zero(found));
    return place < text.size() ? place : text.npos;
  }
  return text.npos;
#else
  return text.find('\\', from);
#endif
}

// Four hexadecimal digits; -1 for anything else.
std::int32_t hex4(std::string_view text) {
  if (text.size() < 4) return -1;
  std::int32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

bool is_high_surrogate(std::int32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
constexpr std::uint32_t no_character = 0xfffd;

bool is_low_surrogate(std::int32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else {
    if (point < 0x10000) {
      put(0xe0 | point >> 12);
    } else {
      put(0xf0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3f));
    }
    put(0x80 | (point >> 6 & 0x3f));
  }
  put(0x80 | (point & 0x3f));
}

}  // namespace

std::size_t Escapes::long_length_at(std::size_t at, std::size_t end, bool strict) const {
  const auto escape = text_.substr(at, end - at);
  if (escape.size() < short_length || escape[1] != 'u') return 0;
  const auto unit = hex4(escape.substr(short_length));
  const std::size_t alone = strict ? 0 : long_length;
  if (unit < 0) return 0;
  if (is_low_surrogate(unit)) return alone;
  if (!is_high_surrogate(unit)) return long_length;
  const auto second = escape.substr(long_length);
  if (!second.starts_with("\\u") || !is_low_surrogate(hex4(second.substr(short_length)))) return alone;
  return 2 * long_length;
}

Escapes::Escapes(std::string_view text) : text_(text), next_(find_backslash(text, 0)) {}

Escapes::Verdict Escapes::check(std::size_t at, std::size_t end, bool strict) {
  if (next_ >= end) return none;
  if (next_ < at) return wrong;  // a backslash outside every string
  while (next_ < end) {
    const bool is_short = next_ + 1 < end && meaning_of(text_[next_ + 1]) != 0;
    const auto length = is_short ? short_length : long_length_at(next_, end, strict);
    if (length == 0) return wrong;
    next_ = find_backslash(text_, next_ + length);
  }
  return right;
}

void append_unescaped(std::string& out, std::string_view inside) {
  while (!inside.empty()) {
    const auto plain = inside.substr(0, inside.find('\\'));
    out.append(plain);
    inside.remove_prefix(plain.size());
    if (inside.size() < short_length) return;
    if (inside[1] != 'u') {
      if (const char meaning = meaning_of(inside[1]); meaning != 0) out.push_back(meaning);
      inside.remove_prefix(short_length);
      continue;
    }
    const auto unit = hex4(inside.substr(short_length));
    if (unit < 0) return;
    inside.remove_prefix(long_length);
    auto point = static_cast<std::uint32_t>(unit);
    if (is_high_surrogate(unit)) {
      const auto low = inside.starts_with("\\u") ? hex4(inside.substr(short_length)) : -1;
      if (inside.empty() || (inside.front() == '\\' && inside.size() < long_length)) return;  // cut here
      if (is_low_surrogate(low)) {
        point = 0x10000 + ((point - 0xd800) << 10) + (static_cast<std::uint32_t>(low) - 0xdc00);
        inside.remove_prefix(long_length);
      } else {
        point = no_character;
      }
    } else if (is_low_surrogate(unit)) {
      point = no_character;
    }
    append_utf8(out, point);
  }
}

}  // namespace headgate::wire
