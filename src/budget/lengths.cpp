#include "headgate/budget/lengths.hpp"

#include <bit>

namespace headgate::budget {
namespace {

std::size_t place(core::Tokens input, std::size_t sizes) {
  return std::min(static_cast<std::size_t>(std::bit_width(input)), sizes - 1);
}

}  // namespace

double Lengths::verbosity() const {
  const double usual = usual_.value().value_or(0);
  return usual > 0 ? *output_.value() / usual : 1;
}

std::optional<double> UsualLengths::of(std::optional<core::Tokens> input) const {
  const auto alike = input ? by_size_[place(*input, sizes)].value() : std::nullopt;
  return alike ? alike : all_.value();
}

void UsualLengths::add(std::optional<core::Tokens> input, double length) {
  all_.add(length);
  if (input) by_size_[place(*input, sizes)].add(length);
}

}  // namespace headgate::budget
