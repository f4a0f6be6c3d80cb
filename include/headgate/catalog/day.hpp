// A calendar day in UTC: prices and deprecations are dated, not timed. Written `2026-08-06`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace headgate::catalog {

using Day = std::chrono::sys_days;

// Nothing unless the text is a real day of the years 1970 to 2199.
std::optional<Day> day_from(std::string_view text);
std::string to_text(Day day);

}  // namespace headgate::catalog
