// The ends of a text as words: the instruction stands at one of them, however long the rest is.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "unicode.hpp"

namespace headgate::classify {

// Of texts longer than both together only the first and the last so many bytes are read.
inline constexpr std::size_t window_size = 800;

struct Token {
  std::uint16_t begin;  // in Tokens::text()
  std::uint16_t end;
  Kind kind;
  std::uint64_t hash;
};

// Value, of fixed size. Folded text with one space where words were apart, and the words in it.
class Tokens {
 public:
  explicit Tokens(std::string_view source);

  std::string_view text() const { return {text_.data(), text_size_}; }
  std::string_view text(const Token& token) const { return text().substr(token.begin, token.end - token.begin); }
  std::span<const Token> all() const { return {tokens_.data(), count_}; }
  // The first token that was read from the last bytes; the number of tokens when all was read at once.
  std::size_t tail() const { return tail_; }
  bool has_tail() const { return tail_ < count_; }

 private:
  void read(std::string_view window);
  void add(char32_t value, Kind kind, bool apart);
  void add_letters(std::string_view& window);

  std::array<char, 2 * window_size + 16> text_;
  std::array<Token, 2 * window_size> tokens_;
  std::size_t text_size_ = 0;
  std::size_t count_ = 0;
  std::size_t tail_ = 0;
};

// The two windows of a text; the second is empty when the first holds all.
struct Windows {
  std::string_view head;
  std::string_view tail;
};
Windows windows_of(std::string_view text);

}  // namespace headgate::classify
