// A calendar day in UTC: prices and deprecations are dated, not timed. Written `2026-08-06`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace headgate::catalog {

using Day = std::chrono::sys_days;

std::optional<Day> day_from(std::string_view text);
std::string to_text(Day day);

}  // namespace headgate::catalog
