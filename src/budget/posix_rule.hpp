// The rule at the end of a zone file that says how time goes on: `CET-1CEST,M3.5.0,M10.5.0/3`.
#pragma once

#include <optional>
#include <string_view>

#include "headgate/budget/zone.hpp"

namespace headgate::budget {

struct YearlyChange {
  enum class Kind { month_week_day, julian, day_of_year } kind = Kind::month_week_day;
  int month = 1, week = 1, weekday = 0;  // of month_week_day; week 5 is the last
  int day = 0;                           // of the others
  std::chrono::seconds time{7200};       // local, since the day's begin
};

struct PosixRule {
  std::chrono::seconds standard{};
  struct Daylight {
    std::chrono::seconds offset{};
    YearlyChange begin, end;
  };
  std::optional<Daylight> daylight;

  // The two changes of a year, unordered. Only with daylight.
  std::pair<Zone::Change, Zone::Change> changes_in(std::chrono::year year) const;
};

// POSIX.1-2017 section 8.3 with the hours of RFC 8536 section 3.3.1. None: malformed.
std::optional<PosixRule> parse_posix_rule(std::string_view text);

}  // namespace headgate::budget
