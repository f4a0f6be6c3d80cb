#include "headgate/core/money.hpp"

namespace headgate::core {
namespace {

constexpr int places = 12;

}  // namespace

std::optional<Money> Money::parse(std::string_view text) {
  if (text.starts_with('$')) text.remove_prefix(1);
  std::int64_t amount = 0;
  int behind_point = -1;  // digits seen behind the point; -1: no point yet
  bool digits = false;
  for (const char c : text) {
    if (c == '.' && behind_point < 0 && digits) {
      behind_point = 0;
      digits = false;
      continue;
    }
    if (c < '0' || c > '9' || behind_point == places) return std::nullopt;
    digits = true;
    if (behind_point >= 0) ++behind_point;
    if (__builtin_mul_overflow(amount, 10, &amount) || __builtin_add_overflow(amount, c - '0', &amount))
      return std::nullopt;
  }
  if (!digits) return std::nullopt;
  for (int place = behind_point < 0 ? 0 : behind_point; place < places; ++place)
    if (__builtin_mul_overflow(amount, 10, &amount)) return std::nullopt;
  return Money(amount);
}

std::string Money::to_string() const {
  const bool negative = amount_ < 0;
  const auto magnitude = negative ? 0 - static_cast<std::uint64_t>(amount_) : static_cast<std::uint64_t>(amount_);
  std::string text = std::to_string(magnitude / per_dollar);
  if (const auto rest = magnitude % per_dollar; rest != 0) {
    auto decimals = std::to_string(rest);
    decimals.insert(0, places - decimals.size(), '0');
    decimals.erase(decimals.find_last_not_of('0') + 1);
    text += '.' + decimals;
  }
  return negative ? '-' + text : text;
}

}  // namespace headgate::core
