// A mean that follows what changes.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

namespace headgate::budget {

// A mean in which the last `memory` or so weigh most. Value.
class RecentMean {
 public:
  explicit RecentMean(double memory) : memory_(memory) {}

  void add(double value) {
    if (!std::isfinite(value) || value < 0) return;
    weight_ = std::min(weight_ + 1, memory_);
    mean_ += (value - mean_) / weight_;
  }
  void clear() { fade(0); }
  // As if one of the latest values had been 0.
  void take_back(double value) {
    if (weight_ > 0) mean_ = std::max(0.0, mean_ - value / std::max(1.0, weight_));
  }
  // As if only this part of what was seen had been.
  void fade(double part) { weight_ *= part; }
  std::optional<double> value() const { return weight_ > 0 ? std::optional(mean_) : std::nullopt; }
  // How many values the mean stands for, at most its memory.
  double weight() const { return weight_; }

 private:
  double memory_;
  double mean_ = 0;
  double weight_ = 0;
};

}  // namespace headgate::budget
