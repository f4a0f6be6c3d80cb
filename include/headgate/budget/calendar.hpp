// Days, weeks and months as people in a time zone count them: 23 to 25 hours a day where clocks are
// changed. The periods of a zone follow each other without gap or overlap.
#pragma once

#include <cstdint>
#include <string_view>

#include "headgate/budget/zone.hpp"

namespace headgate::budget {

enum class Period : std::uint8_t { day, week, month };  // weeks begin on Monday

std::string_view name_of(Period period);

struct Span {
  Seconds begin, end;  // end excluded
  bool holds(Seconds time) const { return begin <= time && time < end; }
};

// A period begins at the first moment at which the zone's clocks show its first date or a later
// one. So an hour that happens twice belongs to one period, a date that a zone left out is empty.
Span period_at(const Zone& zone, Period period, Seconds time);

}  // namespace headgate::budget
