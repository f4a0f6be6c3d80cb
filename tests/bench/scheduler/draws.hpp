// What is left to chance. A draw follows from the seed and from what it is for, so every policy meets the
// same luck: whoever asks a model with a request gets the answer that anybody else would have got.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace headgate::simulation {

enum class For : std::uint64_t {
  router,
  failure,
  failure_kind,
  first_token,
  speed,
  thinking,
  cut,
  usable,
  feedback,
  feedback_error,
  feedback_delay,
  lot,
};

// Value.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : seed_(mixed(seed)) {}

  // Uniform in [0, 1).
  double uniform(For what, std::uint64_t request, std::uint64_t model = 0) const {
    const auto key = (request << 16) ^ (model << 8) ^ static_cast<std::uint64_t>(what);
    return static_cast<double>(mixed(seed_ ^ mixed(key)) >> 11) * 0x1p-53;
  }
  double exponential(double mean, For what, std::uint64_t request, std::uint64_t model = 0) const {
    return -mean * std::log1p(-uniform(what, request, model));
  }
  // Around a median of 1; `sigma` of the logarithm.
  double around_one(double sigma, For what, std::uint64_t request, std::uint64_t model) const {
    const double u = uniform(what, request, model), v = uniform(what, request, model + 64);
    return std::exp(sigma * std::sqrt(-2 * std::log1p(-u)) * std::cos(2 * std::numbers::pi * v));
  }

 private:
  static constexpr std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }

  std::uint64_t seed_;
};

}  // namespace headgate::simulation
