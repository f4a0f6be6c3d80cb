// Words of many languages by what they mean for a task: `translate`, `übersetze` and `翻译` are one concept.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/result.hpp"
#include "tokens.hpp"

namespace headgate::classify {

inline constexpr std::size_t max_concepts = 250;

struct Mention {
  std::uint8_t concept_id;
  std::uint16_t token;  // index of its first token
};

// Value, read-only after parse: safe to share. A trie over folded text.
//
// The file has lines of `concept: phrase, phrase, ...`; `#` starts a comment. A phrase ending in `*` also matches the
// beginning of longer words. The longest phrase wins.
class Lexicon {
 public:
  static core::Result<Lexicon> parse(std::string_view file);

  // Calls found(Mention) for each, in the order of the text.
  template <typename Found>
  void find(const Tokens& tokens, Found found) const {
    const auto all = tokens.all();
    for (std::size_t at = 0; at < all.size();) {
      const auto match = longest(tokens, at);
      if (match.concept_id) found(Mention{*match.concept_id, static_cast<std::uint16_t>(at)});
      at += match.tokens;
    }
  }

  const std::vector<std::string>& concepts() const { return concepts_; }
  std::uint64_t digest() const { return digest_; }

 private:
  struct Node {
    std::uint32_t child = 0;    // the first, 0: none; when all are added, its place in children_
    std::uint32_t sibling = 0;  // 0: none; when all are added, only of those of the same bit
    char byte = 0;
    std::uint8_t whole = 0;      // concept + 1 when a phrase ends here
    std::uint8_t prefix = 0;     // the same for a phrase that ends in `*`
    std::uint64_t children = 0;  // a bit for each byte that a child begins with; four bytes share one
  };
  struct Match {
    std::optional<std::uint8_t> concept_id;
    std::size_t tokens = 1;
  };

  Match longest(const Tokens& tokens, std::size_t at) const;
  std::uint32_t step(std::uint32_t from, char byte) const;
  std::uint32_t step_or_add(std::uint32_t node, char byte);
  // When all are added: a step then costs one look, however many children a node has.
  void arrange_children();
  static std::uint64_t bit_of(char byte) { return std::uint64_t{1} << (static_cast<unsigned char>(byte) & 63U); }
  // False when the phrase is there already.
  bool add(std::string_view phrase, std::uint8_t concept_id);

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> children_;  // of each node in the order of their bits, one a bit
  std::array<std::uint32_t, 256> roots_{};
  std::vector<std::string> concepts_;
  std::uint64_t digest_ = 0;
};

}  // namespace headgate::classify
