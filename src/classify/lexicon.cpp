#include "lexicon.hpp"

#include <bit>
#include <utility>

#include "headgate/classify/hash.hpp"

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

constexpr std::uint64_t start = 0;
// In bytes. Those of a phrase's first word are longer, for few words shall look like one.
constexpr std::size_t shortest_beginning = 3, shortest_opening = 4, longest_beginning = 63;

constexpr std::uint32_t key_of(std::uint64_t path) {
  const auto key = static_cast<std::uint32_t>(path >> 32);
  return key == 0 ? 1 : key;
}

std::uint64_t opening_of(const Tokens& phrase, bool begins) {
  const auto words = phrase.all();
  const auto first = mix(start, words[0].hash);
  if (words.size() == 1) return begins ? mix(~start, phrase.hash(words[0], shortest_opening)) : first;
  return words.size() == 2 && begins ? first : mix(first, words[1].hash);
}

}  // namespace

core::Result<Lexicon> Lexicon::parse(std::string_view file) {
  Lexicon lexicon;
  lexicon.digest_ = hash_text(file);
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
        return malformed(number,
                         "\"" + std::string(phrase) + "\" is listed already, too long, or too short a beginning");
    }
  }
  return lexicon;
}

bool Lexicon::add(std::string_view phrase, std::uint8_t concept_id) {
  const bool begins = phrase.back() == '*';
  if (begins) phrase.remove_suffix(1);
  if (phrase.size() > window_size) return false;
  const Tokens folded(phrase);
  const auto words = folded.all();
  if (words.empty()) return false;
  const auto& last = words.back();
  const auto shortest = words.size() == 1 ? shortest_opening : shortest_beginning;
  if (begins && (last.size() < shortest || last.size() > longest_beginning)) return false;
  std::uint64_t path = start;
  for (const auto& word : words.first(words.size() - 1)) at_or_add(path = mix(path, word.hash)).goes_on = true;
  openings_.set(place_of_opening(opening_of(folded, begins)));
  if (begins) lengths_[folded.hash(last, shortest_beginning) % beginning_places] |= std::uint64_t{1} << last.size();
  auto& entry = at_or_add(mix(begins ? ~path : path, last.hash));
  if (entry.said != 0) return false;
  entry.said = static_cast<std::uint8_t>(concept_id + 1);
  return true;
}

std::size_t Lexicon::place_of(std::uint32_t key) const {
  const auto mask = entries_.size() - 1;
  auto place = key & mask;
  while (entries_[place].key != 0 && entries_[place].key != key) place = (place + 1) & mask;
  return place;
}

const Lexicon::Entry& Lexicon::at(std::uint64_t path) const { return entries_[place_of(key_of(path))]; }

Lexicon::Entry& Lexicon::at_or_add(std::uint64_t path) {
  if (2 * (used_ + 1) > entries_.size()) widen();
  const auto key = key_of(path);
  auto& entry = entries_[place_of(key)];
  used_ += entry.key == 0;
  entry.key = key;
  return entry;
}

void Lexicon::widen() {
  const auto before = std::exchange(entries_, std::vector<Entry>(2 * entries_.size()));
  for (const auto& entry : before)
    if (entry.key != 0) entries_[place_of(entry.key)] = entry;
}

std::uint8_t Lexicon::begun(const Tokens& tokens, const Token& token, std::uint64_t path) const {
  if (token.size() < shortest_beginning) return 0;
  auto lengths = lengths_[tokens.hash(token, shortest_beginning) % beginning_places];
  if (token.size() < longest_beginning) lengths &= (std::uint64_t{2} << token.size()) - 1;
  while (lengths != 0) {
    const auto longest = static_cast<std::size_t>(std::bit_width(lengths)) - 1;
    if (const auto said = at(mix(~path, tokens.hash(token, longest))).said) return said;
    lengths ^= std::uint64_t{1} << longest;
  }
  return 0;
}

// Without a branch: which word may open a phrase cannot be foretold.
std::size_t Lexicon::list_firsts(const Tokens& tokens, std::span<std::uint16_t> firsts) const {
  const auto all = tokens.all();
  const auto opens = [this](std::uint64_t path) { return openings_[place_of_opening(path)]; };
  std::size_t count = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto word = mix(start, all[i].hash);
    const auto next = i + 1 < all.size() ? all[i + 1].hash : 0;
    const auto begun = mix(~start, tokens.hash(all[i], shortest_opening));
    firsts[count] = static_cast<std::uint16_t>(i);
    count += std::size_t{opens(word)} | std::size_t{opens(mix(word, next))} | std::size_t{opens(begun)};
  }
  return count;
}

Lexicon::Match Lexicon::longest(const Tokens& tokens, std::size_t first) const {
  const auto all = tokens.all();
  const auto end = first < tokens.tail() ? tokens.tail() : all.size();
  Match match;
  std::uint64_t path = start;
  for (auto i = first; i < end; ++i) {
    const auto before = std::exchange(path, mix(path, all[i].hash));
    const auto whole = at(path);
    if (const auto said = whole.said != 0 ? whole.said : begun(tokens, all[i], before))
      match = {static_cast<std::uint8_t>(said - 1), i - first + 1};
    if (!whole.goes_on) break;
  }
  return match;
}

}  // namespace headgate::classify
