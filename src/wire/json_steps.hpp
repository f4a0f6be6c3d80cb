// Looking up and comparing what strangers wrote, at a price for each look, until the time is up.
#pragma once

#include <cmath>
#include <optional>
#include <string>

#include "headgate/wire/json_schema.hpp"

namespace headgate::wire {

// Each is some ten nanoseconds: a millisecond or two at worst.
inline constexpr std::size_t most_steps = 100'000;

constexpr Fit of(bool fits) { return fits ? Fit::fits : Fit::breaks; }

// Of one judgement. What is asked after the time is up is unknown, or not found.
class Steps {
 public:
  // False when the time is up.
  bool spend(std::size_t steps) {
    steps_ += steps;
    return steps_ <= most_steps;
  }
  bool are_up() const { return steps_ > most_steps; }

  Fit equal(JsonValue a, JsonValue b) {
    if (!spend(1)) return Fit::unknown;
    if (a.kind() != b.kind()) return Fit::breaks;
    if (!a.is_array() && !a.is_object() && !spend(price_of(a) + price_of(b))) return Fit::unknown;
    switch (a.kind()) {
      case JsonKind::string: return of(a.string(scratch_) == b.string(other_scratch_));
      case JsonKind::boolean: return of(a.boolean() == b.boolean());
      case JsonKind::number: return same_number(a, b);
      case JsonKind::null: return Fit::fits;
      default: return a.is_empty() && b.is_empty() ? Fit::fits : Fit::unknown;  // hardly anybody lists containers
    }
  }

  static Fit same_number(JsonValue a, JsonValue b) {
    if (a.source() == b.source()) return Fit::fits;
    const auto x = a.number(), y = b.number();
    if (!x || !y) return Fit::unknown;
    if (*x != *y) return Fit::breaks;
    return std::abs(*x) < 0x1p53 ? Fit::fits : Fit::unknown;
  }

  static std::size_t price_of(JsonValue scalar) { return 1 + scalar.range().size / 16; }

  std::optional<double> number_of(JsonValue value) {
    spend(price_of(value));
    return value.number();
  }

  // The member of that name, at the price of looking for it. None: the time is up.
  std::optional<JsonValue> find(JsonValue object, JsonValue name) {
    JsonValue found;
    if (!spend(1)) return std::nullopt;
    for (const auto member : object.members()) {
      if (!spend(1)) return std::nullopt;
      if (same_name(member.name, name)) found = member.value;
    }
    return found;
  }

  JsonValue find(JsonValue object, std::string_view name) {
    JsonValue found;
    if (!spend(1)) return found;
    for (const auto member : object.members()) {
      if (!spend(member.name.is_escaped() ? price_of(member.name) : 1)) return {};
      if (member.name.is(name)) found = member.value;
    }
    return found;
  }

  bool same_name(JsonValue a, JsonValue b) {
    const bool is_plain = !a.is_escaped() && !b.is_escaped();
    if (is_plain && a.range().size != b.range().size) return false;
    spend(price_of(a) + price_of(b));
    return is_plain ? a.source() == b.source() : a.string(scratch_) == b.string(other_scratch_);
  }

  std::optional<double> size_of(JsonValue value, JsonKind kind) {
    if (value.kind() != kind) return std::nullopt;
    std::size_t count = 0;
    if (kind == JsonKind::string) count = characters(value.string(scratch_));
    for (const auto item : value.items()) count += item.kind() != JsonKind::missing;
    for (const auto member : value.members()) count += member.name.is_string();
    spend(kind == JsonKind::string ? price_of(value) : 1 + count);
    return static_cast<double>(count);
  }

 private:
  static std::size_t characters(std::string_view utf8) {
    std::size_t count = 0;
    for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    return count;
  }

  std::size_t steps_ = 0;
  std::string scratch_, other_scratch_;
};

}  // namespace headgate::wire
