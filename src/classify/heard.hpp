// Which features of a text a trained file knows.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>

#include "names.hpp"
#include "words.hpp"

namespace headgate::classify {

// Takes features one by one, and gives back those that are known, each once.
class Heard {
 public:
  explicit Heard(const Names& names) : names_(names) {}

  void operator()(const Feature& feature) {
    ++emitted_[static_cast<std::size_t>(feature.group)];
    const auto [cell, known] = names_.find(feature.name);
    known_[count_] = {cell, feature.group};
    count_ = std::min(count_ + known, known_.size() - 1);
  }

  // Calls each(group, cell).
  template <typename Each>
  void each_once(Each each) const {
    std::bitset<cell_count> seen;
    for (std::size_t i = 0; i < count_; ++i) {
      const auto [cell, group] = known_[i];
      if (seen[cell]) continue;
      seen.set(cell);
      each(static_cast<std::size_t>(group), cell);
    }
  }

  std::uint32_t emitted(std::size_t group) const { return emitted_[group]; }
  // What a group's weights are divided by.
  float dilution(std::size_t group) const {
    const bool dilutes = is_diluted(static_cast<Group>(group)) && emitted_[group] > 0;
    return dilutes ? std::sqrt(static_cast<float>(emitted_[group])) : 1.0F;
  }

 private:
  struct Known {
    std::uint16_t cell;
    Group group;
  };
  // More than a text emits: of each word three features, of each mention some nine.
  static constexpr std::size_t most = 16 * 2 * window_size;

  const Names& names_;
  std::array<Known, most> known_;
  std::array<std::uint32_t, group_count> emitted_{};
  std::size_t count_ = 0;
};

}  // namespace headgate::classify
