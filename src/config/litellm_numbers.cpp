#include "litellm_numbers.hpp"

#include <charconv>
#include <chrono>

#include "headgate/core/money.hpp"
#include "values.hpp"

namespace headgate::config::litellm {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::size_t most_digits = 40;
constexpr int most_exponent = 40;

struct Scientific {
  std::string digits;  // without zeros at its ends
  int point = 0;       // how many of them stand in front of it; may lie outside
};

std::size_t take_digits(std::string_view& rest, std::string& out) {
  const std::size_t count = std::min(rest.find_first_not_of(digits), rest.size());
  out += rest.substr(0, count);
  rest.remove_prefix(count);
  return count;
}

std::optional<int> exponent(std::string_view text) {
  if (text.empty()) return 0;
  text.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value >= -most_exponent && value <= most_exponent ? std::optional(value) : std::nullopt;
}

void trim(Scientific& number) {
  const std::size_t zeros = std::min(number.digits.find_first_not_of('0'), number.digits.size());
  number.digits.erase(0, zeros);
  number.point -= static_cast<int>(zeros);
  while (number.digits.ends_with('0')) number.digits.pop_back();
}

std::optional<Scientific> parse(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.size() > most_digits) return std::nullopt;
  Scientific number;
  number.point = static_cast<int>(take_digits(text, number.digits));
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    take_digits(text, number.digits);
  }
  if (number.digits.empty() || (!text.empty() && text[0] != 'e' && text[0] != 'E')) return std::nullopt;
  const auto power = exponent(text);
  if (!power) return std::nullopt;
  number.point += *power;
  trim(number);
  return number;
}

std::string plain(const Scientific& number) {
  if (number.digits.empty()) return "0";
  const int length = static_cast<int>(number.digits.size());
  if (number.point <= 0) return "0." + std::string(static_cast<std::size_t>(-number.point), '0') + number.digits;
  const auto whole = static_cast<std::size_t>(number.point);
  if (number.point >= length) return number.digits + std::string(whole - number.digits.size(), '0');
  return number.digits.substr(0, whole) + "." + number.digits.substr(whole);
}

bool is_number(const Node& node) {
  return node.is_scalar() && (node.scalar() == Node::Scalar::integer || node.scalar() == Node::Scalar::number);
}

}  // namespace

std::optional<std::string> decimal(const Node& node, int shift) {
  if (!is_number(node)) return std::nullopt;
  auto number = parse(node.text);
  if (!number) return std::nullopt;
  number->point += shift;
  return plain(*number);
}

std::optional<std::string> dollars(const Node& node, int shift) {
  auto amount = decimal(node, shift);
  if (!amount || check_kind("money", "$" + *amount) || !core::Money::parse(*amount)) return std::nullopt;
  return amount;
}

std::optional<std::string> seconds(const Node& node) {
  const auto milliseconds = decimal(node, 3);
  if (!milliseconds) return std::nullopt;
  const bool whole = milliseconds->size() > 3 && milliseconds->ends_with("000");
  const std::string text = whole ? milliseconds->substr(0, milliseconds->size() - 3) + "s" : *milliseconds + "ms";
  const auto parsed = parse_duration(text);
  const bool fits = parsed && *parsed >= core::milliseconds(1) && text.find('.') == text.npos;
  return fits ? std::optional(text) : std::nullopt;
}

std::optional<std::string> window(const Node& node) {
  if (!node.is_scalar()) return std::nullopt;
  std::string text = node.text;
  int weeks = 0;
  if (text.ends_with('w')) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size() - 1, weeks);
    if (error != std::errc() || end != text.data() + text.size() - 1 || weeks < 1 || weeks > 520) return std::nullopt;
    text = std::to_string(weeks * 7) + "d";
  }
  const auto parsed = parse_duration(text);
  const bool fits = parsed && *parsed >= core::milliseconds(1) && text.find('.') == text.npos;
  return fits && !text.ends_with("ms") ? std::optional(text) : std::nullopt;
}

std::optional<std::string> count(const Node& node) {
  if (!is_number(node) || node.scalar() != Node::Scalar::integer) return std::nullopt;
  auto text = decimal(node, 0);
  if (!text || *text == "0" || text->size() > 10 || std::stoll(*text) > 1'000'000'000) return std::nullopt;
  return text;
}

}  // namespace headgate::config::litellm
