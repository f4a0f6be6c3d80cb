#include "headgate/classify/unicode.hpp"

#include <algorithm>
#include <array>

namespace headgate::classify {
namespace {

constexpr char32_t replacement = 0xFFFD;

// Base letters of U+00C0 to U+017F; '*' keeps the code point.
constexpr std::string_view latin_bases =
    "aaaaaa*ceeeeiiii*nooooo*ouuuuy**aaaaaa*ceeeeiiii*nooooo*ouuuuy*yaaaaaaccccccccddddeeeeeeeeeegggg"
    "gggghhhhiiiiiiiiiiiijjkk*llllllllllnnnnnn***oooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(latin_bases.size() == 0x180 - 0xC0);

struct Range {
  char32_t first;
  char32_t last;
  Kind kind;
  Script script;
};

// Ascending. What is not here is a gap.
constexpr Range ranges[] = {
    {0x00AA, 0x00AA, Kind::letter, Script::latin},   {0x00BA, 0x00BA, Kind::letter, Script::latin},
    {0x00C0, 0x02AF, Kind::letter, Script::latin},   {0x0300, 0x036F, Kind::letter, Script::latin},
    {0x0370, 0x03FF, Kind::letter, Script::greek},   {0x0400, 0x052F, Kind::letter, Script::cyrillic},
    {0x0531, 0x0587, Kind::letter, Script::other},   {0x0591, 0x05F4, Kind::letter, Script::semitic},
    {0x0610, 0x061A, Kind::letter, Script::semitic}, {0x0620, 0x0669, Kind::letter, Script::semitic},
    {0x066E, 0x06D3, Kind::letter, Script::semitic}, {0x06D5, 0x06FF, Kind::letter, Script::semitic},
    {0x0700, 0x08FF, Kind::letter, Script::semitic}, {0x0900, 0x0963, Kind::letter, Script::indic},
    {0x0966, 0x0DFF, Kind::letter, Script::indic},   {0x0E00, 0x0EFF, Kind::dense, Script::thai},
    {0x0F00, 0x0FFF, Kind::letter, Script::other},   {0x1000, 0x109F, Kind::dense, Script::other},
    {0x10A0, 0x10FF, Kind::letter, Script::other},   {0x1100, 0x11FF, Kind::letter, Script::hangul},
    {0x1200, 0x167F, Kind::letter, Script::other},   {0x1780, 0x17FF, Kind::dense, Script::other},
    {0x1E00, 0x1EFF, Kind::letter, Script::latin},   {0x1F00, 0x1FFF, Kind::letter, Script::greek},
    {0x3005, 0x3007, Kind::dense, Script::han},      {0x3041, 0x30FF, Kind::dense, Script::kana},
    {0x3130, 0x318F, Kind::letter, Script::hangul},  {0x3400, 0x9FFF, Kind::dense, Script::han},
    {0xAC00, 0xD7A3, Kind::letter, Script::hangul},  {0xF900, 0xFAFF, Kind::dense, Script::han},
    {0x20000, 0x3FFFF, Kind::dense, Script::han},
};

const Range* range_of(char32_t value) {
  const auto* found = std::lower_bound(std::begin(ranges), std::end(ranges), value,
                                       [](const Range& range, char32_t v) { return range.last < v; });
  return found != std::end(ranges) && found->first <= value ? found : nullptr;
}

constexpr bool is_ascii_letter(char32_t value) { return value >= 'a' && value <= 'z'; }

std::uint8_t expected_size(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

CodePoint decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const auto size = expected_size(lead);
  if (size == 1) return {lead, 1};
  if (size == 0 || size > text.size()) return {replacement, 1};
  constexpr std::array<char32_t, 5> lead_masks{0, 0, 0x1F, 0x0F, 0x07};
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  char32_t value = lead & lead_masks[size];
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {replacement, 1};
    value = value << 6 | (byte & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest[size] || value > 0x10FFFF || surrogate) return {replacement, 1};
  return {value, size};
}

int encode(char32_t value, char* out) {
  const auto put = [out](int at, char32_t byte) { out[at] = static_cast<char>(static_cast<unsigned char>(byte)); };
  if (value < 0x80) return put(0, value), 1;
  if (value < 0x800) return put(0, 0xC0 | value >> 6), put(1, 0x80 | (value & 0x3F)), 2;
  const auto low = [&](int at) { put(at, 0x80 | (value >> 6 & 0x3F)), put(at + 1, 0x80 | (value & 0x3F)); };
  if (value < 0x10000) return put(0, 0xE0 | value >> 12), low(1), 3;
  return put(0, 0xF0 | value >> 18), put(1, 0x80 | (value >> 12 & 0x3F)), low(2), 4;
}

char32_t fold(char32_t value) {
  if (value >= 0xFF01 && value <= 0xFF5E) value -= 0xFEE0;
  if (value < ascii_points.size()) return ascii_points[value].value;
  if (value < 0xC0) return value;
  if (value < 0x180) {
    const char base = latin_bases[value - 0xC0];
    return base == '*' ? value : static_cast<char32_t>(base);
  }
  if (value >= 0x0391 && value <= 0x03A9) return value + 0x20;
  if (value >= 0x0410 && value <= 0x042F) return value + 0x20;
  if (value >= 0x0400 && value <= 0x040F) return value + 0x50;
  if (value >= 0x1E00 && value <= 0x1EFF) return value | 1;
  return value == 0x3002 ? U'.' : value;
}

Kind kind_of(char32_t value) {
  if (value < ascii_points.size()) return ascii_points[value].kind;
  if (value == 0x061F) return Kind::mark;
  if (value < 0xAA) return Kind::gap;
  const auto* range = range_of(value);
  return range ? range->kind : Kind::gap;
}

Script script_of(char32_t value) {
  if (value < 0x80) return is_ascii_letter(value) ? Script::latin : Script::other;
  const auto* range = range_of(value);
  return range ? range->script : Script::other;
}

Point read_point_beyond_ascii(std::string_view text) {
  const auto point = decode(text);
  const auto value = fold(point.value);
  return {value, kind_of(value), point.size};
}

}  // namespace headgate::classify
