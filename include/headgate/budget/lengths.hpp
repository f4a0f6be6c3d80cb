// How long answers are. What a request asks for says more of it than who answers, and models do not get the
// same requests: so what is measured of a model is how its answers compare with those usual for such requests.
#pragma once

#include <array>

#include "headgate/budget/recent_mean.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::budget {

// Of one model. Value.
class Lengths {
 public:
  void add(double output, double reasoning, double usual) {
    output_.add(output);
    reasoning_.add(reasoning);
    usual_.add(usual);
  }
  void fade(double part) {
    for (auto* mean : {&output_, &reasoning_, &usual_}) mean->fade(part);
  }
  // How many answers the rest stands for.
  double answers() const { return output_.weight(); }
  // Next to answers usual for the same requests: 1 of who writes no more and no less.
  double verbosity() const;
  double reasoning() const { return reasoning_.value().value_or(0); }

 private:
  static constexpr double memory = 50;
  RecentMean output_{memory}, reasoning_{memory}, usual_{memory};
};

// Of answers to requests of a size, by a model that writes no more and no less than usual. Value.
class UsualLengths {
 public:
  std::optional<double> of(std::optional<core::Tokens> input) const;
  void add(std::optional<core::Tokens> input, double length);

 private:
  struct Mean : RecentMean {
    Mean() : RecentMean(200) {}
  };
  // By powers of two; the last one is for a million and more.
  static constexpr std::size_t sizes = 21;

  Mean all_;
  std::array<Mean, sizes> by_size_;
};

}  // namespace headgate::budget
