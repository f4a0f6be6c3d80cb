#include "headgate/classify/tokens.hpp"

#include <algorithm>

#include "headgate/classify/hash.hpp"
#include "marks.hpp"

namespace headgate::classify {
namespace {

constexpr bool continues_sequence(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// 0: none, or beyond ASCII.
char folded_letter(char byte) {
  static constexpr auto letters = [] {
    std::array<char, 256> folded{};
    for (std::size_t i = 0; i < ascii_points.size(); ++i)
      if (ascii_points[i].kind == Kind::letter) folded[i] = static_cast<char>(ascii_points[i].value);
    return folded;
  }();
  return letters[static_cast<unsigned char>(byte)];
}

constexpr bool is_apostrophe(char32_t value) { return value == '\'' || value == 0x2019; }

}  // namespace

Windows windows_of(std::string_view text) {
  if (text.size() <= 2 * window_size) return {text, {}};
  auto tail = text.substr(text.size() - window_size);
  for (int i = 0; i < 3 && continues_sequence(tail.front()); ++i) tail.remove_prefix(1);
  return {text.substr(0, window_size), tail};
}

Tokens::Tokens(std::string_view source) : source_(source) {
  const auto windows = windows_of(source);
  read(windows.head);
  tail_ = count_;
  read(windows.tail);
  add_hashes();
}

void Tokens::read(std::string_view window) {
  bool apart = true, in_number = false;
  Marks marks = 0;
  while (!window.empty()) {
    if (folded_letter(window.front()) != 0) {
      add_letters(window, apart);
      apart = in_number = false;
      continue;
    }
    const auto [value, kind, size] = read_point(window);
    window.remove_prefix(size);
    const bool is_ascii = value < ascii_marks.size();
    counts_.numbers += kind == Kind::digit && !in_number;
    in_number = kind == Kind::digit || (in_number && (value == '.' || value == ','));
    if (kind != Kind::gap || (is_ascii && may_close[value])) counts_.last = value;
    if (is_ascii)
      marks += ascii_marks[value];
    else
      count_beyond_ascii(value, counts_);
    if (kind != Kind::gap) add(value, kind, apart);
    // "what's" is one word.
    if (!is_apostrophe(value)) apart = kind == Kind::gap;
  }
  add_marks(marks, counts_);
}

// Folding never lengthens a code point, and a space is only written for a gap that was read, or at
// the start of a window: the buffers cannot overflow.
void Tokens::add(char32_t value, Kind kind, bool apart) {
  if (kind == Kind::letter || kind == Kind::dense) ++counts_.scripts[static_cast<std::size_t>(script_of(value))];
  const bool is_new = open(kind, apart);
  if (kind == Kind::digit && !is_new) return;
  // All numbers are one word.
  text_size_ += static_cast<std::size_t>(encode(kind == Kind::digit ? U'0' : value, text_.data() + text_size_));
  tokens_[count_ - 1].end = static_cast<std::uint16_t>(text_size_);
}

// Most of a text.
void Tokens::add_letters(std::string_view& window, bool apart) {
  open(Kind::letter, apart);
  char* const out = text_.data() + text_size_;
  std::size_t taken = 0;
  for (; taken < window.size(); ++taken) {
    const char letter = folded_letter(window[taken]);
    if (letter == 0) break;
    out[taken] = letter;
  }
  window.remove_prefix(taken);
  counts_.scripts[static_cast<std::size_t>(Script::latin)] += static_cast<int>(taken);
  counts_.last = U'a';
  text_size_ += taken;
  tokens_[count_ - 1].end = static_cast<std::uint16_t>(text_size_);
}

bool Tokens::open(Kind kind, bool apart) {
  const bool joins =
      !apart && count_ > tail_ && tokens_[count_ - 1].kind == kind && (kind == Kind::letter || kind == Kind::digit);
  if (joins) return false;
  if (apart && text_size_ > 0) text_[text_size_++] = ' ';
  const auto begin = static_cast<std::uint16_t>(text_size_);
  tokens_[count_++] = {begin, begin, kind, 0};
  return true;
}

void Tokens::add_hashes() {
  std::fill_n(text_.begin() + static_cast<std::ptrdiff_t>(text_size_), 8, '\0');
  for (std::size_t i = 0; i < count_; ++i) tokens_[i].hash = hash(tokens_[i], tokens_[i].size());
}

}  // namespace headgate::classify
