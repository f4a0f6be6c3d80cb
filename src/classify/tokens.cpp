#include "tokens.hpp"

#include "hash.hpp"

namespace headgate::classify {
namespace {

constexpr bool continues_sequence(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

constexpr bool is_apostrophe(char32_t value) { return value == '\'' || value == 0x2019; }

}  // namespace

Windows windows_of(std::string_view text) {
  if (text.size() <= 2 * window_size) return {text, {}};
  auto tail = text.substr(text.size() - window_size);
  for (int i = 0; i < 3 && continues_sequence(tail.front()); ++i) tail.remove_prefix(1);
  return {text.substr(0, window_size), tail};
}

Tokens::Tokens(std::string_view source) {
  const auto windows = windows_of(source);
  read(windows.head);
  tail_ = count_;
  read(windows.tail);
}

void Tokens::read(std::string_view window) {
  bool apart = true;
  while (!window.empty()) {
    const auto [value, kind, size] = read_point(window);
    window.remove_prefix(size);
    if (kind != Kind::gap) add(value, kind, apart);
    if (kind == Kind::letter) add_letters(window);
    // "what's" is one word.
    if (!is_apostrophe(value)) apart = kind == Kind::gap;
  }
}

// Folding never lengthens a code point, and a space is only written for a gap that was read, or at
// the start of a window: the buffers cannot overflow.
void Tokens::add(char32_t value, Kind kind, bool apart) {
  const bool joins =
      !apart && count_ > tail_ && tokens_[count_ - 1].kind == kind && (kind == Kind::letter || kind == Kind::digit);
  if (joins && kind == Kind::digit) return;
  if (!joins) {
    if (apart && text_size_ > 0) text_[text_size_++] = ' ';
    const auto begin = static_cast<std::uint16_t>(text_size_);
    tokens_[count_++] = {begin, begin, kind, hash_start};
  }
  auto& token = tokens_[count_ - 1];
  const auto from = text_size_;
  // All numbers are one word.
  text_size_ += static_cast<std::size_t>(encode(kind == Kind::digit ? U'0' : value, text_.data() + text_size_));
  token.end = static_cast<std::uint16_t>(text_size_);
  for (auto i = from; i < text_size_; ++i) token.hash = hash_byte(token.hash, text_[i]);
}

// The rest of a word that has begun: most of a text.
void Tokens::add_letters(std::string_view& window) {
  auto& token = tokens_[count_ - 1];
  auto hash = token.hash;
  std::size_t taken = 0;
  for (; taken < window.size(); ++taken) {
    const auto byte = static_cast<unsigned char>(window[taken]);
    if (byte >= ascii_points.size() || ascii_points[byte].kind != Kind::letter) break;
    const char letter = static_cast<char>(ascii_points[byte].value);
    text_[text_size_ + taken] = letter;
    hash = hash_byte(hash, letter);
  }
  window.remove_prefix(taken);
  text_size_ += taken;
  token.end = static_cast<std::uint16_t>(text_size_);
  token.hash = hash;
}

}  // namespace headgate::classify
