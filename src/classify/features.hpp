// A text as features: its words, what they mean for a task, and what it looks like.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "headgate/classify/tokens.hpp"
#include "lexicon.hpp"
#include "structure.hpp"
#include "words.hpp"

namespace headgate::classify {

// Calls `sink(Feature)` for each; the same one may come more than once.
template <typename Sink>
class Extraction {
 public:
  Extraction(const Lexicon& lexicon, Sink& sink) : lexicon_(lexicon), sink_(sink) {}

  void run(const Tokens& tokens) {
    emit_words(tokens, sink_);
    emit_edges(tokens);
    emit_concepts(tokens);
    emit_structure(structure_of(tokens), tokens);
  }

 private:
  // Whatever is said within so many words of an end may be the instruction.
  static constexpr std::size_t edge = 16;
  static constexpr std::size_t max_mentions = 2 * window_size;

  void emit(Group group, std::uint64_t tag, std::uint64_t what) { sink_(feature(group, tag, what)); }

  void emit_edges(const Tokens& tokens) {
    const auto all = tokens.all();
    if (all.empty()) return;
    emit(Group::edges, 0, all[0].hash);
    if (all.size() > 1) emit(Group::edges, 1, mix(all[0].hash, all[1].hash));
    if (all.size() > 2) emit(Group::edges, 2, mix(mix(all[0].hash, all[1].hash), all[2].hash));
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i < edge / 2) emit(Group::edges, 3, all[i].hash);
      if (i + edge / 2 >= all.size()) emit(Group::edges, 4, all[i].hash);
    }
  }

  void emit_concepts(const Tokens& tokens);
  void emit_structure(const Structure& structure, const Tokens& tokens);

  const Lexicon& lexicon_;
  Sink& sink_;
  std::array<Mention, max_mentions> mentions_;
  std::size_t mentioned_ = 0;
};

// Logarithmic: 0, 1, 2, 3-4, 5-8, ...
constexpr std::uint64_t bucket(std::size_t count) {
  return count == 0 ? 0 : std::min<std::uint64_t>(1 + static_cast<std::uint64_t>(std::bit_width(count - 1)), 24);
}

// Of how many: 0 none, then 1 to 5.
constexpr std::uint64_t share(int part, int whole) {
  if (part <= 0 || whole <= 0) return 0;
  const auto percent = 100 * part / whole;
  return percent < 5 ? 1U : percent < 15 ? 2U : percent < 35 ? 3U : percent < 65 ? 4U : 5U;
}

template <typename Sink>
void Extraction<Sink>::emit_concepts(const Tokens& tokens) {
  lexicon_.find(tokens, [this](Mention mention) {
    if (mentioned_ < max_mentions) mentions_[mentioned_++] = mention;
  });
  const auto count = tokens.all().size();
  const auto size = bucket(count / 8);
  std::size_t opening = 0;
  for (std::size_t i = 0; i < mentioned_; ++i) {
    const auto [name, token] = mentions_[i];
    emit(Group::concepts, 0, name);
    const bool opens = token < edge;
    const bool closes = token + edge >= count;
    if (opens) emit(Group::concepts, 1, name), opening = i + 1;
    if (closes) emit(Group::concepts, 2, name);
    if (i == 0) emit(Group::concepts, 3, name);
    if (i + 1 == mentioned_) emit(Group::concepts, 4, name);
    if (opens || closes) emit(Group::concepts, 5, mix(name, size));
    if (i + 1 < mentioned_ && mentions_[i + 1].token < token + edge) {
      const auto pair = mix(name, mentions_[i + 1].concept_id);
      emit(Group::concept_pairs, 0, pair);
      if (opens) emit(Group::concept_pairs, 1, pair);
      if (closes) emit(Group::concept_pairs, 2, pair);
    }
  }
  if (mentioned_ == 0) emit(Group::concepts, 6, size);
  for (std::size_t i = 0; i < opening && i < 6; ++i)
    for (std::size_t j = i + 1; j < opening && j < 6; ++j)
      emit(Group::concept_pairs, 3, mix(mentions_[i].concept_id, mentions_[j].concept_id));
}

template <typename Sink>
void Extraction<Sink>::emit_structure(const Structure& s, const Tokens& tokens) {
  std::uint64_t tag = 0;
  const auto add = [&](std::uint64_t value) { emit(Group::structure, tag++, value); };
  const auto words = static_cast<int>(tokens.all().size());
  int letters = 0;
  std::size_t main = 0;
  for (std::size_t i = 0; i < s.scripts.size(); ++i) {
    letters += s.scripts[i];
    if (s.scripts[i] > s.scripts[main]) main = i;
  }
  std::uint64_t mixture = main;
  for (std::size_t i = 0; i < s.scripts.size(); ++i)
    if (i != main && share(s.scripts[i], letters) >= 2) mixture = mix(main, i + 1);
  add(bucket(s.length));
  add(bucket(static_cast<std::size_t>(words)));
  add(bucket(static_cast<std::size_t>(s.lines)));
  add(share(s.code_lines, s.lines));
  add(bucket(static_cast<std::size_t>(s.code_lines)));
  add(bucket(static_cast<std::size_t>(s.option_lines)));
  add(bucket(static_cast<std::size_t>(s.list_lines)));
  add(bucket(static_cast<std::size_t>(s.field_lines)));
  add(bucket(static_cast<std::size_t>(s.table_lines)));
  add(bucket(static_cast<std::size_t>(s.numbers)));
  add(share(s.numbers, words));
  add(bucket(static_cast<std::size_t>(s.operators)));
  add(share(4 * s.operators, s.bytes));
  add(bucket(static_cast<std::size_t>(s.brackets)));
  add(share(4 * s.brackets, s.bytes));
  add(bucket(static_cast<std::size_t>(s.quotes)));
  add(bucket(static_cast<std::size_t>(s.questions)));
  add(bucket(static_cast<std::size_t>(s.fences)));
  add(mixture);
  add(s.starts_low);
  const auto end = s.last < 0x80 && kind_of(s.last) != Kind::letter ? s.last : U'a';
  add(end);
  add(mix(end, bucket(static_cast<std::size_t>(words) / 8)));
  add(mix(bucket(static_cast<std::size_t>(s.numbers)), s.questions > 0));
  add(mix(bucket(static_cast<std::size_t>(s.numbers)), bucket(static_cast<std::size_t>(words) / 8)));
}

}  // namespace headgate::classify
