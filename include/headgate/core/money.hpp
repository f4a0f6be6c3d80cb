// US dollars as a whole number of picodollars (1e-12): the price of one token of the cheapest model
// is still exact, and an account reaches 9.2 million dollars.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace headgate::core {

// Value. Sums and products stop at the ends of the range instead of wrapping around.
class Money {
 public:
  static constexpr std::int64_t per_dollar = 1'000'000'000'000;

  constexpr Money() = default;
  static constexpr Money picodollars(std::int64_t amount) { return Money(amount); }
  static constexpr Money dollars(std::int64_t amount) { return Money(per_dollar) * amount; }
  static constexpr Money most() { return Money(std::numeric_limits<std::int64_t>::max()); }

  // `0.002` or `$0.002`: plain decimal, no sign, at most 12 digits behind the point. Nothing on any
  // other text and above most().
  static std::optional<Money> parse(std::string_view text);

  constexpr std::int64_t in_picodollars() const { return amount_; }
  // For scores and metrics, never for accounts.
  constexpr double in_dollars() const { return static_cast<double>(amount_) / static_cast<double>(per_dollar); }
  // Exact plain decimal without a dollar sign: `0.0021`.
  std::string to_string() const;

  constexpr Money operator-() const { return Money() - *this; }

  friend constexpr Money operator+(Money a, Money b) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(a.amount_, b.amount_, &sum) ? end_towards(a.amount_) : Money(sum);
  }
  friend constexpr Money operator-(Money a, Money b) {
    std::int64_t difference = 0;
    return __builtin_sub_overflow(a.amount_, b.amount_, &difference) ? end_towards(-(b.amount_ >> 1))
                                                                     : Money(difference);
  }
  friend constexpr Money operator*(Money a, std::int64_t times) {
    std::int64_t product = 0;
    return __builtin_mul_overflow(a.amount_, times, &product) ? end_towards((a.amount_ < 0) == (times < 0) ? 1 : -1)
                                                              : Money(product);
  }
  constexpr Money& operator+=(Money other) { return *this = *this + other; }
  constexpr Money& operator-=(Money other) { return *this = *this - other; }
  friend constexpr auto operator<=>(Money, Money) = default;

 private:
  constexpr explicit Money(std::int64_t amount) : amount_(amount) {}
  static constexpr Money end_towards(std::int64_t sign) {
    return Money(sign < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max());
  }

  std::int64_t amount_ = 0;
};

}  // namespace headgate::core
