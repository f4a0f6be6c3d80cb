#include "uplift_weights.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

namespace headgate::classify {
namespace {

constexpr std::uint32_t version = 2;

core::Error unusable(std::string_view what) {
  return core::Error(core::Code::internal_error, "difficulty weights: " + std::string(what));
}

}  // namespace

core::Result<UpliftWeights> UpliftWeights::parse(std::string_view file) {
  if (!file.starts_with("HGUW")) return unusable("no such file");
  Reader reader(file.substr(4));
  if (reader.word() != version) return unusable("another version; run tools/train-difficulty");
  const std::size_t count = reader.word();
  UpliftWeights weights;
  if (!reader.reals(weights.scales_) || !reader.reals(weights.scores_) || !reader.reals(weights.uplifts_) ||
      reader.cut())
    return unusable("a scale, score or uplift is no usable number");
  if (!weights.rises()) return unusable("uplifts do not rise with the score from 0 to 1");
  if (count > max_features || reader.left() != count * 5) return unusable("the size is not as told");
  auto names = Names::read(reader, count);
  if (!names) return unusable("names are not in order, or too many are alike");
  weights.names_ = std::move(*names);
  weights.values_.resize(cell_count);
  for (const auto cell : weights.names_.cells()) weights.values_[cell] = reader.small();
  return weights;
}

bool UpliftWeights::rises() const {
  return std::adjacent_find(scores_.begin(), scores_.end(), std::greater_equal{}) == scores_.end() &&
         std::is_sorted(uplifts_.begin(), uplifts_.end()) && uplifts_.front() >= 0 && uplifts_.back() <= 1;
}

float UpliftWeights::uplift(float score) const {
  const auto above =
      static_cast<std::size_t>(std::upper_bound(scores_.begin(), scores_.end(), score) - scores_.begin());
  if (above == 0) return uplifts_.front();
  if (above == bends) return uplifts_.back();
  const auto below = above - 1;
  const auto part = (score - scores_[below]) / (scores_[above] - scores_[below]);
  return std::lerp(uplifts_[below], uplifts_[above], part);
}

}  // namespace headgate::classify
