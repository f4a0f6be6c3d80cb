#include "token_estimate.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

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

Lanes lanes_at(const char* at, std::size_t size = sizeof(Lanes)) {
  Lanes lanes{};
  std::memcpy(&lanes, at, size);
  return lanes;
}

std::size_t sum(Counts counts) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < sizeof counts; ++i) sum += counts[i];
  return sum;
}

// How many bytes pass `test`, which gives lanes of -1 and 0. It must not pass zero bytes.
template <typename Test>
std::size_t count(std::string_view text, Test test) {
  std::size_t found = 0;
  const char* at = text.data();
  auto left = text.size();
  while (left >= sizeof(Lanes)) {
    Counts counts{};
    for (int turn = 0; turn < 255 && left >= sizeof(Lanes); ++turn, at += sizeof(Lanes), left -= sizeof(Lanes))
      counts -= reinterpret_cast<Counts>(test(lanes_at(at)));
    found += sum(counts);
  }
  return found + sum(-reinterpret_cast<Counts>(test(lanes_at(at, left))));
}

// Whether an escape by number may be there: \u of the text is found, \\u is taken for one.
bool has_numbers(std::string_view text) {
  const auto pair = [](Lanes first, Lanes second) { return (first == '\\') & (second == 'u'); };
  std::size_t at = 0;
  Lanes found{};
  for (; at + sizeof(Lanes) < text.size(); at += sizeof(Lanes))
    found |= pair(lanes_at(text.data() + at), lanes_at(text.data() + at + 1));
  return sum(-reinterpret_cast<Counts>(found)) != 0 || text.find("\\u", at) != std::string_view::npos;
}

// The backslash belongs to an escape.
bool is_sign(char c) {
  const char folded = static_cast<char>(c | 0x20);
  return c > ' ' && c != '\\' && (folded < 'a' || folded > 'z');
}
Lanes are_signs(Lanes bytes) {
  const auto folded = bytes | 0x20;
  return (bytes > ' ') & (bytes != '\\') & ((folded < 'a') | (folded > 'z'));
}

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
  const auto others = count(text, [](Lanes bytes) { return bytes < 0; });
  const auto signs = count(text, are_signs);
  weight_ += signs * sign + (text.size() - others - signs) * word;
  if (others == 0) return;
  // First bytes are, as signed numbers, from -64 upwards; what follows them lies below.
  const auto from = [text](int first) {
    const auto least = static_cast<std::int8_t>(first);
    return count(text, [least](Lanes bytes) { return (bytes < 0) & (bytes >= least); });
  };
  const auto all = from(0xc0), after_latin = from(0xca), three = from(0xe0), after_syllabic = from(0xe2),
             four = from(0xf0);
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
  if (text.size() > sampled_from) return add_sample(text, is_escaped);
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
