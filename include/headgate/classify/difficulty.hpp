// What a strong model would gain over a weak one on a text. docs/classifier.md tells how well it is known.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "headgate/classify/tokens.hpp"
#include "headgate/core/result.hpp"

namespace headgate::classify {

class UpliftWeights;

// What Difficulty::of gives for texts of any kind, on average.
inline constexpr float usual_gain = 0.15F;

// 0 to 1, as the router takes it: 0.5 where the gain is the usual one, 1 where it is twice that or more.
constexpr float beside_usual(float gain) { return std::clamp(gain / (2 * usual_gain), 0.0F, 1.0F); }

// Value, cheap to copy, read-only: safe to call from any thread. A call allocates nothing.
class Difficulty {
 public:
  // With the weights that the binary carries.
  Difficulty();
  // With others. Fails when they are malformed.
  static core::Result<Difficulty> from(std::string_view weights);

  // Between 0 and 1: the share of texts like this one that the strong model answers right and the weak one does not,
  // less the share where it is the other way round. Any bytes; a text of unknown words gives what is expected of any.
  float of(const Tokens& text) const;
  float of(std::string_view text) const { return of(Tokens(text)); }

 private:
  explicit Difficulty(std::shared_ptr<const UpliftWeights> weights);

  std::shared_ptr<const UpliftWeights> weights_;
};

}  // namespace headgate::classify
