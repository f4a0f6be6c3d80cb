#include "model.hpp"

#include <bitset>
#include <cmath>

namespace headgate::classify {
namespace {

class Sums {
 public:
  explicit Sums(const Weights& weights) : weights_(weights) {}

  void operator()(const Feature& feature) {
    const auto group = static_cast<std::size_t>(feature.group);
    ++emitted_[group];
    const auto place = weights_.find(feature.name);
    if (!place || seen_[*place]) return;
    seen_.set(*place);
    const auto& row = weights_.row(*place);
    for (std::size_t i = 0; i < row.size(); ++i) sums_[group][i] += row[i];
  }

  // Nothing said is no task: all alike.
  Logits logits() const {
    if (emitted_[static_cast<std::size_t>(Group::words)] == 0) return {};
    Logits total = weights_.bias();
    for (std::size_t group = 0; group < group_count; ++group) {
      const auto count = static_cast<float>(emitted_[group]);
      const auto dilution = is_diluted(static_cast<Group>(group)) && emitted_[group] > 0 ? std::sqrt(count) : 1.0F;
      const auto scale = weights_.scale(group) / dilution;
      for (std::size_t i = 0; i < total.size(); ++i) total[i] += scale * static_cast<float>(sums_[group][i]);
    }
    return total;
  }

 private:
  const Weights& weights_;
  std::bitset<max_features> seen_;
  std::array<std::array<std::int32_t, core::capability_count>, group_count> sums_{};
  std::array<std::uint32_t, group_count> emitted_{};
};

}  // namespace

Logits logits_of(const Model& model, std::string_view text) {
  Sums sums(model.weights);
  Extraction<Sums>(model.lexicon, sums).run(text);
  return sums.logits();
}

}  // namespace headgate::classify
