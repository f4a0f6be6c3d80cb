// The words of a text as features: named by a hash, sorted into groups whose weights are scaled alike.
#pragma once

#include <cstdint>
#include <string_view>

#include "headgate/classify/hash.hpp"
#include "headgate/classify/tokens.hpp"
#include "names.hpp"

namespace headgate::classify {

enum class Group : std::uint8_t { words, pairs, edges, concepts, concept_pairs, structure };
inline constexpr std::size_t group_count = 6;

// The groups of words grow with the text: a word counts for less among many.
constexpr bool is_diluted(Group group) { return group == Group::words || group == Group::pairs; }

struct Feature {
  Group group;
  std::uint32_t name;
};

constexpr Feature feature(Group group, std::uint64_t tag, std::uint64_t what) {
  const auto name = mix(mix(hash_start + static_cast<std::uint64_t>(group), tag), what);
  return {group, static_cast<std::uint32_t>(name >> (64 - name_bits))};
}

// Words, the beginnings of long ones (languages inflect), and pairs of neighbours. The same may come more than once.
template <typename Sink>
void emit_words(const Tokens& tokens, Sink& sink) {
  constexpr std::size_t stem = 5;
  const auto all = tokens.all();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& token = all[i];
    sink(feature(Group::words, 0, token.hash));
    if (token.kind == Kind::letter && token.size() > stem + 1) sink(feature(Group::words, 2, tokens.hash(token, stem)));
    if (i + 1 < all.size() && i + 1 != tokens.tail()) sink(feature(Group::pairs, 1, mix(token.hash, all[i + 1].hash)));
  }
}

}  // namespace headgate::classify
