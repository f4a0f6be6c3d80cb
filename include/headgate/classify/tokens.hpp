// The ends of a text as words: the instruction stands at one of them, however long the rest is.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "headgate/classify/hash.hpp"
#include "headgate/classify/unicode.hpp"

namespace headgate::classify {

// Of texts longer than both together only the first and the last so many bytes are read.
inline constexpr std::size_t window_size = 200;

// The two windows of a text; the second is empty when the first holds all.
struct Windows {
  std::string_view head;
  std::string_view tail;
};
Windows windows_of(std::string_view text);

struct Token {
  std::uint16_t begin;  // in Tokens::text()
  std::uint16_t end;
  Kind kind;
  std::uint64_t hash;

  std::size_t size() const { return static_cast<std::size_t>(end - begin); }
};

// What is counted on the way.
struct Counts {
  int numbers = 0;
  int operators = 0;  // + = ^ < > * / and mathematical symbols, TeX commands
  int brackets = 0;   // { } [ ] ( ) ; _
  int quotes = 0;
  int questions = 0;
  std::array<int, script_count> scripts{};  // letters of each
  char32_t last = 0;                        // the last code point that is no gap or a closing mark: ? . : or a letter
};

// Value, of fixed size; the source must outlive it. Folded text with one space where words were apart, and the words
// in it. Made once for whoever asks: Classifier and Difficulty.
class Tokens {
 public:
  explicit Tokens(std::string_view source);

  std::string_view source() const { return source_; }
  std::string_view text() const { return {text_.data(), text_size_}; }
  std::string_view text(const Token& token) const { return text().substr(token.begin, token.size()); }
  std::span<const Token> all() const { return {tokens_.data(), count_}; }
  // The hash of a token's first bytes.
  std::uint64_t hash(const Token& token, std::size_t bytes) const {
    return hash_padded(text_.data() + token.begin, bytes);
  }
  const Counts& counts() const { return counts_; }
  // The first token that was read from the last bytes; the number of tokens when all was read at once.
  std::size_t tail() const { return tail_; }
  bool has_tail() const { return tail_ < count_; }

 private:
  void read(std::string_view window);
  void add(char32_t value, Kind kind, bool apart);
  void add_letters(std::string_view& window, bool apart);
  // Begins a token; false when the last one goes on.
  bool open(Kind kind, bool apart);
  void add_hashes();

  static constexpr std::size_t slack = 16;  // a gap at the start of each window, and what a hash reads behind a word

  std::string_view source_;
  std::array<char, 2 * window_size + slack> text_;
  std::array<Token, 2 * window_size> tokens_;
  Counts counts_;
  std::size_t text_size_ = 0;
  std::size_t count_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace headgate::classify
