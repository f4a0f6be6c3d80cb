#include "headgate/classify/difficulty.hpp"

#include <array>

#include "embedded.hpp"
#include "heard.hpp"
#include "uplift_weights.hpp"

namespace headgate::classify {
Difficulty::Difficulty(std::shared_ptr<const UpliftWeights> weights) : weights_(std::move(weights)) {}

// The binary's own file is checked by the tests: a mismatch is a bug, not a flow.
Difficulty::Difficulty() : Difficulty(from(embedded::difficulty()).value()) {}

core::Result<Difficulty> Difficulty::from(std::string_view weights) {
  auto table = UpliftWeights::parse(weights);
  if (!table) return table.error();
  return Difficulty(std::make_shared<const UpliftWeights>(std::move(*table)));
}

float Difficulty::of(const Tokens& tokens) const {
  Heard heard(weights_->names());
  emit_words(tokens, heard);
  std::array<std::int32_t, uplift_groups> sums{};
  heard.each_once([&](std::size_t group, std::size_t cell) { sums[group] += weights_->at(cell); });
  float score = 0;
  for (std::size_t group = 0; group < uplift_groups; ++group)
    score += weights_->scale(group) * static_cast<float>(sums[group]) / heard.dilution(group);
  return weights_->uplift(score);
}

}  // namespace headgate::classify
