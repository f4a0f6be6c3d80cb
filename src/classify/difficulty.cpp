#include "headgate/classify/difficulty.hpp"

#include <array>
#include <bitset>
#include <cmath>

#include "embedded.hpp"
#include "uplift_weights.hpp"
#include "words.hpp"

namespace headgate::classify {
namespace {

class Score {
 public:
  explicit Score(const UpliftWeights& weights) : weights_(weights) {}

  void operator()(const Feature& feature) {
    const auto group = static_cast<std::size_t>(feature.group);
    ++emitted_[group];
    const auto place = weights_.find(feature.name);
    if (!place || seen_[*place]) return;
    seen_.set(*place);
    sums_[group] += weights_.at(*place);
  }

  float value() const {
    float total = 0;
    for (std::size_t group = 0; group < uplift_groups; ++group)
      if (emitted_[group] > 0)
        total +=
            weights_.scale(group) * static_cast<float>(sums_[group]) / std::sqrt(static_cast<float>(emitted_[group]));
    return total;
  }

 private:
  const UpliftWeights& weights_;
  std::bitset<max_features> seen_;
  std::array<std::int32_t, uplift_groups> sums_{};
  std::array<std::uint32_t, uplift_groups> emitted_{};
};

}  // namespace

Difficulty::Difficulty(std::shared_ptr<const UpliftWeights> weights) : weights_(std::move(weights)) {}

// The binary's own file is checked by the tests: a mismatch is a bug, not a flow.
Difficulty::Difficulty() : Difficulty(from(embedded::difficulty()).value()) {}

core::Result<Difficulty> Difficulty::from(std::string_view weights) {
  auto table = UpliftWeights::parse(weights);
  if (!table) return table.error();
  return Difficulty(std::make_shared<const UpliftWeights>(std::move(*table)));
}

float Difficulty::of(std::string_view text) const {
  Score score(*weights_);
  emit_words(Tokens(text), score);
  return weights_->uplift(score.value());
}

}  // namespace headgate::classify
