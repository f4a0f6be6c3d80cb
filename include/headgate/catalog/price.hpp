// What a model's tokens cost, by class of token and length of the input. Not stated is not free.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/catalog/day.hpp"
#include "headgate/core/money.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::catalog {

enum class Rate : std::uint8_t {
  input,
  output,
  cache_read,
  cache_write,
  cache_write_1h,  // remembered for an hour instead of minutes
  reasoning,
  audio_input,
  audio_output,
};

inline constexpr std::array<std::string_view, 8> rate_names{
    "input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning", "audio_input", "audio_output"};

// Value: the price of one token of each class, where it is known.
class Rates {
 public:
  const std::optional<core::Money>& operator[](Rate rate) const { return of_one_token_[index(rate)]; }
  std::optional<core::Money>& operator[](Rate rate) { return of_one_token_[index(rate)]; }
  bool empty() const { return *this == Rates(); }
  // These, and those of `other` where these are unknown.
  Rates over(const Rates& other) const;
  friend bool operator==(const Rates&, const Rates&) = default;

 private:
  static std::size_t index(Rate rate) { return static_cast<std::size_t>(rate); }
  std::array<std::optional<core::Money>, rate_names.size()> of_one_token_{};
};

// With more than `above` tokens of input, cached ones included, these rates hold for the whole
// request. A class that is not named keeps its price.
struct Tier {
  core::Tokens above = 0;
  Rates rates;
  friend bool operator==(const Tier&, const Tier&) = default;
};

// Who said so, and when it was so.
struct Origin {
  std::string source;  // empty: one's own statement
  std::optional<Day> as_of;
  friend bool operator==(const Origin&, const Origin&) = default;
};

// Value.
struct Price {
  bool free = false;  // said in so many words: nothing is ever charged
  Rates rates;
  std::vector<Tier> tiers;  // ascending
  Rates batch;
  Origin origin;

  // Nothing when tokens were used whose price is unknown. Without a price of their own, cached
  // tokens cost what input costs and reasoning what output costs. Output that nobody counted is
  // unknown, unless output has no price, as with embeddings.
  std::optional<core::Money> cost(const core::Usage& usage) const;
  // The most that a request with up to so many tokens can cost, whatever its tier and its share of
  // cached and reasoning tokens. Writes kept for an hour are not thought of.
  std::optional<core::Money> worst_cost(core::Tokens input, core::Tokens max_output) const;
  Rates rates_for(core::Tokens all_input) const;

  friend bool operator==(const Price&, const Price&) = default;
};

}  // namespace headgate::catalog
