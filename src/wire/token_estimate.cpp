#include "token_estimate.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

namespace headgate::wire {
namespace {

// Thousandths of a token, fitted to o200k_base over texts of eight kinds of task and 19 languages;
// docs/adaptation.md gives the errors. A character is known by its first byte. `word` is a letter or
// blank of ASCII, `sign` a digit or a mark.
constexpr std::uint64_t word = 200, sign = 700, latin = 1150, two_bytes = 310, syllabic = 390, three_bytes = 770,
                        four_bytes = 2000;

// Sixteen bytes at once; GCC and Clang make the machine's own vectors of it. Signed, so that bytes
// of characters that are not ASCII are negative.
using Lanes = std::int8_t __attribute__((vector_size(16)));
using Counts = std::uint8_t __attribute__((vector_size(16)));
using Halves = std::uint64_t __attribute__((vector_size(16)));

Lanes lanes_at(const char* at, std::size_t size = sizeof(Lanes)) {
  Lanes lanes{};
  std::memcpy(&lanes, at, size);
  return lanes;
}

std::size_t sum(Counts counts) {
  // Four sums of two bytes each, which the product gathers in its highest 16 bits.
  constexpr std::uint64_t low = 0x00ff00ff00ff00ff, ones = 0x0001000100010001;
  const auto pairs = reinterpret_cast<Halves>(counts);
  std::size_t sum = 0;
  for (int i = 0; i < 2; ++i) sum += (((pairs[i] & low) + ((pairs[i] >> 8) & low)) * ones) >> 48;
  return sum;
}

// How many bytes pass each test; a test gives lanes of -1 and 0. Tests must not pass zero bytes.
template <typename... Tests>
std::array<std::size_t, sizeof...(Tests)> count(std::string_view text, Tests... tests) {
  std::array<std::size_t, sizeof...(Tests)> found{};
  const char* at = text.data();
  auto left = text.size();
  while (left > 0) {
    std::array<Counts, sizeof...(Tests)> counts{};
    const auto add = [&](Lanes bytes) {
      auto* counted = counts.data();
      ((*counted++ -= reinterpret_cast<Counts>(tests(bytes))), ...);
    };
    int turn = 0;
    for (; turn < 255 && left >= sizeof(Lanes); ++turn, at += sizeof(Lanes), left -= sizeof(Lanes)) add(lanes_at(at));
    if (turn < 255 && left > 0) add(lanes_at(at, std::exchange(left, 0)));
    for (std::size_t i = 0; i < counts.size(); ++i) found[i] += sum(counts[i]);
  }
  return found;
}

// Whether an escape by number may be there: \u of the text is found, \\u is taken for one.
bool has_numbers(std::string_view text) {
  Lanes found{};
  std::size_t at = 0;
  for (; at + sizeof(Lanes) < text.size(); at += sizeof(Lanes))
    found |= (lanes_at(text.data() + at) == '\\') & (lanes_at(text.data() + at + 1) == 'u');
  const auto halves = reinterpret_cast<Halves>(found);
  return (halves[0] | halves[1]) != 0 || text.find("\\u", at) != std::string_view::npos;
}

// The backslash belongs to an escape.
bool is_sign(char c) {
  const char folded = static_cast<char>(c | 0x20);
  return c > ' ' && c != '\\' && (folded < 'a' || folded > 'z');
}
// A lambda, which is inlined where it is passed on.
constexpr auto are_signs = [](Lanes bytes) {
  const auto folded = bytes | 0x20;
  return (bytes > ' ') & (bytes != '\\') & ((folded < 'a') | (folded > 'z'));
};

std::uint64_t weight_of(unsigned code) {
  if (code < 0x80) return is_sign(static_cast<char>(code)) ? sign : word;
  if (code < 0x250) return latin;
  if (code < 0x800) return two_bytes;
  if (code < 0x2000) return syllabic;
  if (code >= 0xd800 && code < 0xe000) return four_bytes / 2;  // half a pair
  return three_bytes;
}

constexpr std::size_t escape_size = 6;  // \u4f60

}  // namespace

void TokenEstimate::add_bytes(std::string_view text) {
  bytes_ += text.size();
  const auto [others, signs] = count(
      text, [](Lanes bytes) { return bytes < 0; }, are_signs);
  weight_ += signs * sign + (text.size() - others - signs) * word;
  if (others == 0) return;
  // First bytes are, as signed numbers, from -64 upwards; what follows them lies below.
  const auto from = [](int first) {
    const auto least = static_cast<std::int8_t>(first);
    return [least](Lanes bytes) { return (bytes < 0) & (bytes >= least); };
  };
  const auto [all, after_latin, three, after_syllabic, four] =
      count(text, from(0xc0), from(0xca), from(0xe0), from(0xe2), from(0xf0));
  weight_ += (all - after_latin) * latin + (after_latin - three) * two_bytes + (three - after_syllabic) * syllabic +
             (after_syllabic - four) * three_bytes + four * four_bytes;
}

void TokenEstimate::add_escaped(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto next = std::min(text.find("\\u", at), text.size());
    add_bytes(text.substr(at, next - at));
    if (next == text.size()) return;
    const auto escape = text.substr(next, escape_size);
    unsigned code = 0;
    std::from_chars(escape.data() + 2, escape.data() + escape.size(), code, 16);
    weight_ += weight_of(code);
    bytes_ += escape_size / 2;  // as many as the character would have taken
    at = next + escape.size();
  }
}

void TokenEstimate::add_text(JsonValue string) {
  const auto quoted = string.source();
  if (!string.is_string() || quoted.size() <= 2) return;
  add(quoted.substr(1, quoted.size() - 2), string.is_escaped());
}

void TokenEstimate::add_source(JsonValue value) { add(value.source(), true); }

void TokenEstimate::add(std::string_view text, bool is_escaped) {
  if (text.size() > page && bytes_ + text.size() > in_full) return add_sample(text, is_escaped);
  is_escaped&& has_numbers(text) ? add_escaped(text) : add_bytes(text);
}

// Weighing a book takes longer than all else that is done with it, and a quarter of its pages tells as much.
void TokenEstimate::add_sample(std::string_view text, bool is_escaped) {
  TokenEstimate sample;
  for (std::size_t at = 0; at < text.size(); at += 4 * page) sample.add(text.substr(at, page), is_escaped);
  const auto seen = std::max<std::size_t>(1, sample.bytes_);
  weight_ += static_cast<std::uint64_t>(static_cast<double>(sample.weight_) * static_cast<double>(text.size()) /
                                        static_cast<double>(seen));
  bytes_ += text.size();
}

core::Tokens most_tokens(std::size_t bytes) { return bytes - bytes / 4; }

core::Tokens TokenEstimate::likely() const { return (weight_ + 999) / 1000 + others_; }

}  // namespace headgate::wire
