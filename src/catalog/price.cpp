#include "headgate/catalog/price.hpp"

#include <algorithm>
#include <limits>

namespace headgate::catalog {
namespace {

using core::Money;
using core::Tokens;

Money times(Money rate, Tokens tokens) {
  constexpr auto most = static_cast<Tokens>(std::numeric_limits<std::int64_t>::max());
  return rate * static_cast<std::int64_t>(std::min(tokens, most));
}

// Adds up until a price is missing.
class Sum {
 public:
  void add(const std::optional<Money>& rate, Tokens tokens) {
    if (tokens == 0) return;
    known_ = known_ && rate.has_value();
    if (known_) sum_ += times(*rate, tokens);
  }
  std::optional<Money> total() const { return known_ ? std::optional(sum_) : std::nullopt; }

 private:
  Money sum_;
  bool known_ = true;
};

std::optional<Money> or_else(const std::optional<Money>& rate, const std::optional<Money>& otherwise) {
  return rate ? rate : otherwise;
}

}  // namespace

Rates Rates::over(const Rates& other) const {
  Rates both = other;
  for (std::size_t i = 0; i < of_one_token_.size(); ++i)
    if (of_one_token_[i]) both.of_one_token_[i] = of_one_token_[i];
  return both;
}

Rates Price::rates_for(Tokens all_input) const {
  const auto next = std::find_if(tiers.begin(), tiers.end(), [=](const Tier& tier) { return all_input <= tier.above; });
  return next == tiers.begin() ? rates : std::prev(next)->rates.over(rates);
}

std::optional<Money> Price::cost(const core::Usage& usage) const {
  if (free) return Money();
  if (!usage.input) return std::nullopt;
  const Rates rates_now = rates_for(usage.all_input());
  const auto& input = rates_now[Rate::input];
  const auto& output = rates_now[Rate::output];
  if (!usage.output && output) return std::nullopt;
  Sum sum;
  sum.add(input, *usage.input);
  sum.add(or_else(rates_now[Rate::cache_read], input), usage.cache_read.value_or(0));
  sum.add(or_else(rates_now[Rate::cache_write], input), usage.cache_write.value_or(0));
  sum.add(output, usage.output.value_or(0));
  sum.add(or_else(rates_now[Rate::reasoning], output), usage.reasoning.value_or(0));
  return sum.total();
}

std::optional<Money> Price::worst_cost(Tokens input, Tokens max_output) const {
  if (free) return Money();
  std::optional<Money> dearest_input, dearest_output;
  bool known = true;
  const auto look_at = [&](const Rates& now) {
    known = known && now[Rate::input].has_value() && (now[Rate::output].has_value() || max_output == 0);
    for (const auto rate : {Rate::input, Rate::cache_read, Rate::cache_write})
      dearest_input = std::max(dearest_input, now[rate]);
    for (const auto rate : {Rate::output, Rate::reasoning}) dearest_output = std::max(dearest_output, now[rate]);
  };
  look_at(rates);
  for (const auto& tier : tiers)
    if (input > tier.above) look_at(tier.rates.over(rates));
  if (!known) return std::nullopt;
  return times(*dearest_input, input) + (max_output == 0 ? Money() : times(*dearest_output, max_output));
}

}  // namespace headgate::catalog
