// The trained table: what each feature says for each capability.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "features.hpp"
#include "headgate/core/capability.hpp"
#include "headgate/core/result.hpp"
#include "names.hpp"

namespace headgate::classify {

using Logits = std::array<float, core::capability_count>;
using Row = std::array<std::int8_t, core::capability_count>;

// Value, read-only after parse.
//
// The file, little-endian: "HGCW", version, digest of the lexicon (8 bytes), number of features n; a bias per
// capability and a scale per group (floats); n names in ascending order (4 bytes each); n rows of signed bytes.
class Weights {
 public:
  static core::Result<Weights> parse(std::string_view file, std::uint64_t lexicon_digest);

  const Names& names() const { return names_; }
  const Row& row(std::size_t cell) const { return rows_[cell]; }
  const Logits& bias() const { return bias_; }
  float scale(std::size_t group) const { return scales_[group]; }

 private:
  Logits bias_{};
  std::array<float, group_count> scales_{};
  Names names_;
  std::vector<Row> rows_;  // by cell
};

}  // namespace headgate::classify
