// Which facts can no longer be relied on: alarms, given the day.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/catalog/catalog.hpp"
#include "headgate/core/time.hpp"

namespace headgate::catalog {

enum class Concern : std::uint8_t {
  unknown_price,     // spending cannot be counted
  old_price,         // stated longer ago than allowed, or nobody knows when
  past_deprecation,  // the vendor may refuse it any day
  disagreement,      // another source states another price
};
inline constexpr std::array<std::string_view, 4> concern_names{"unknown_price", "old_price", "past_deprecation",
                                                               "disagreement"};

struct Alarm {
  Concern concern;
  std::string vendor;
  std::string model;
  std::string text;  // a sentence: what, since when, what to do
};

struct AgeSettings {
  std::chrono::days price{90};
};

std::vector<Alarm> alarms(const Entry& entry, core::WallTime now, const AgeSettings& settings);
// Of all entries.
std::vector<Alarm> age(const Catalog& catalog, core::WallTime now, const AgeSettings& settings);

// How long ago the price was stated; nothing when it is unknown, undated, free or one's own.
std::optional<std::chrono::seconds> price_age(const Entry& entry, core::WallTime now);

}  // namespace headgate::catalog
