// The trained table: what each word says for asking a strong model.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "headgate/core/result.hpp"
#include "names.hpp"

namespace headgate::classify {

inline constexpr std::size_t uplift_groups = 2;  // words, pairs
inline constexpr std::size_t bends = 8;

// Value, read-only after parse.
//
// The file, little-endian: "HGUW", version, number of features n; a scale per group, the scores where the line from
// score to uplift bends, and the uplifts there (floats); n names in ascending order (4 bytes each); n signed bytes.
class UpliftWeights {
 public:
  static core::Result<UpliftWeights> parse(std::string_view file);

  const Names& names() const { return names_; }
  std::int8_t at(std::size_t cell) const { return values_[cell]; }
  float scale(std::size_t group) const { return scales_[group]; }
  // Between 0 and 1, and never falling: straight between the bends, level beyond them.
  float uplift(float score) const;

 private:
  bool rises() const;

  std::array<float, uplift_groups> scales_{};
  std::array<float, bends> scores_{};
  std::array<float, bends> uplifts_{};
  Names names_;
  std::vector<std::int8_t> values_;  // by cell
};

}  // namespace headgate::classify
