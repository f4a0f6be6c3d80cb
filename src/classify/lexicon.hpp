// Words of many languages by what they mean for a task: `translate`, `übersetze` and `翻译` are one concept.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/classify/tokens.hpp"
#include "headgate/core/result.hpp"

namespace headgate::classify {

inline constexpr std::size_t max_concepts = 250;
inline constexpr std::size_t beginning_places = 1024;

struct Mention {
  std::uint8_t concept_id;
  std::uint16_t token;  // index of its first token
};

// Value, read-only after parse: safe to share.
//
// The file has lines of `concept: phrase, phrase, ...`; `#` starts a comment. A phrase ending in `*` also matches the
// beginning of longer words. The longest phrase wins, and a whole word wins over a beginning.
class Lexicon {
 public:
  static core::Result<Lexicon> parse(std::string_view file);

  // Calls found(Mention) for each, in the order of the text.
  template <typename Found>
  void find(const Tokens& tokens, Found found) const {
    std::array<std::uint16_t, 2 * window_size> firsts;
    std::size_t next = 0;
    for (const auto first : std::span(firsts).first(list_firsts(tokens, firsts))) {
      if (first < next) continue;
      const auto match = longest(tokens, first);
      if (match.concept_id) found(Mention{*match.concept_id, first});
      next = first + match.tokens;
    }
  }

  const std::vector<std::string>& concepts() const { return concepts_; }
  std::uint64_t digest() const { return digest_; }

 private:
  // A word after the words before it, or the beginning of one.
  struct Entry {
    std::uint32_t key = 0;  // 0: free
    std::uint8_t said = 0;  // concept + 1 when a phrase ends here
    bool goes_on = false;   // longer phrases start like this
  };
  struct Match {
    std::optional<std::uint8_t> concept_id;
    std::size_t tokens = 1;
  };

  // Lists the tokens that may begin a phrase, and says how many.
  std::size_t list_firsts(const Tokens& tokens, std::span<std::uint16_t> firsts) const;
  Match longest(const Tokens& tokens, std::size_t first) const;
  // What the longest beginning of a token says after `path`; 0: nothing.
  std::uint8_t begun(const Tokens& tokens, const Token& token, std::uint64_t path) const;
  std::size_t place_of(std::uint32_t key) const;
  const Entry& at(std::uint64_t path) const;
  Entry& at_or_add(std::uint64_t path);
  void widen();
  static std::size_t place_of_opening(std::uint64_t path) { return path >> 47; }
  // False when the phrase is there already, or cannot be kept.
  bool add(std::string_view phrase, std::uint8_t concept_id);

  std::vector<Entry> entries_ = std::vector<Entry>(2);  // open addressing, a power of two, at most half full
  std::size_t used_ = 0;
  std::bitset<1 << 17> openings_;  // how phrases open: a word that is all, two words, a beginning; others share a bit
  std::array<std::uint64_t, beginning_places> lengths_{};  // of beginnings, a bit each, by their first bytes
  std::vector<std::string> concepts_;
  std::uint64_t digest_ = 0;
};

}  // namespace headgate::classify
