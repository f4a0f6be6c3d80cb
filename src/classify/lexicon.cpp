#include "lexicon.hpp"

#include <bit>
#include <utility>

#include "hash.hpp"

namespace headgate::classify {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes the part before the next `separator` off the front.
std::string_view take(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

core::Error malformed(std::size_t line, std::string_view what) {
  return core::Error(core::Code::internal_error, "lexicon, line " + std::to_string(line) + ": " + std::string(what));
}

}  // namespace

core::Result<Lexicon> Lexicon::parse(std::string_view file) {
  Lexicon lexicon;
  lexicon.digest_ = hash_text(file);
  lexicon.nodes_.resize(1);
  for (std::size_t number = 1; !file.empty(); ++number) {
    auto line = trimmed(take(file, '\n'));
    if (line.empty() || line.front() == '#') continue;
    const auto name = trimmed(take(line, ':'));
    auto& names = lexicon.concepts_;
    // A concept may be spread over lines that follow one another.
    if (names.empty() || names.back() != name) names.emplace_back(name);
    if (names.size() > max_concepts) return malformed(number, "too many concepts");
    while (!line.empty()) {
      const auto phrase = trimmed(take(line, ','));
      if (phrase.empty()) return malformed(number, "an empty phrase");
      if (!lexicon.add(phrase, static_cast<std::uint8_t>(names.size() - 1)))
        return malformed(number, "\"" + std::string(phrase) + "\" is listed already, or too long");
    }
  }
  lexicon.arrange_children();
  return lexicon;
}

bool Lexicon::add(std::string_view phrase, std::uint8_t concept_id) {
  const bool prefix = phrase.back() == '*';
  if (prefix) phrase.remove_suffix(1);
  if (phrase.size() > window_size) return false;
  const Tokens folded(phrase);
  std::uint32_t node = 0;
  for (const char byte : folded.text()) node = step_or_add(node, byte);
  auto& slot = prefix ? nodes_[node].prefix : nodes_[node].whole;
  if (node == 0 || slot != 0) return false;
  slot = static_cast<std::uint8_t>(concept_id + 1);
  return true;
}

void Lexicon::arrange_children() {
  for (auto& node : nodes_) {
    std::array<std::uint32_t, 64> by_bit{};
    for (auto child = node.child; child != 0;) {
      auto& place = by_bit[static_cast<unsigned char>(nodes_[child].byte) & 63U];
      const auto next = std::exchange(nodes_[child].sibling, place);
      place = std::exchange(child, next);
    }
    node.child = static_cast<std::uint32_t>(children_.size());
    for (const auto child : by_bit)
      if (child != 0) children_.push_back(child);
  }
}

std::uint32_t Lexicon::step(std::uint32_t from, char byte) const {
  if (from == 0) return roots_[static_cast<unsigned char>(byte)];
  const auto& node = nodes_[from];
  const auto bit = bit_of(byte);
  if ((node.children & bit) == 0) return 0;
  auto child = children_[node.child + static_cast<std::size_t>(std::popcount(node.children & (bit - 1)))];
  while (child != 0 && nodes_[child].byte != byte) child = nodes_[child].sibling;
  return child;
}

std::uint32_t Lexicon::step_or_add(std::uint32_t node, char byte) {
  auto known = node == 0 ? roots_[static_cast<unsigned char>(byte)] : nodes_[node].child;
  while (node != 0 && known != 0 && nodes_[known].byte != byte) known = nodes_[known].sibling;
  if (known != 0) return known;
  const auto added = static_cast<std::uint32_t>(nodes_.size());
  Node fresh;
  fresh.byte = byte;
  if (node == 0) {
    roots_[static_cast<unsigned char>(byte)] = added;
  } else {
    fresh.sibling = nodes_[node].child;
    nodes_[node].child = added;
    nodes_[node].children |= bit_of(byte);
  }
  nodes_.push_back(fresh);
  return added;
}

Lexicon::Match Lexicon::longest(const Tokens& tokens, std::size_t at) const {
  const auto all = tokens.all();
  const auto text = tokens.text();
  const bool in_tail = at >= tokens.tail();
  const auto last = in_tail || !tokens.has_tail() ? all.size() : tokens.tail();
  Match match;
  std::uint32_t node = 0;
  std::size_t token = at;
  for (std::size_t i = all[at].begin; i < text.size() && token < last; ++i) {
    node = step(node, text[i]);
    if (node == 0) break;
    const bool at_end = i + 1 == all[token].end;
    const auto found = at_end && nodes_[node].whole != 0 ? nodes_[node].whole : nodes_[node].prefix;
    if (found != 0) match = {static_cast<std::uint8_t>(found - 1), token - at + 1};
    if (at_end) ++token;
  }
  return match;
}

}  // namespace headgate::classify
