#include "headgate/budget/calendar.hpp"

namespace headgate::budget {
namespace {

using namespace std::chrono;

constexpr seconds beyond_any_offset = hours(27);

// The first moment at which clocks show `date` or later.
Seconds first_moment(const Zone& zone, sys_days date) {
  const Seconds midnight(date);
  for (Seconds from = midnight - beyond_any_offset;;) {
    const auto stretch = zone.at(from);
    const auto reached = std::max(from, midnight - stretch.offset);
    if (reached < stretch.end) return reached;
    from = stretch.end;
  }
}

sys_days begin_of(Period period, sys_days date) {
  switch (period) {
    case Period::day: return date;
    case Period::week: return date - (weekday(date) - Monday);
    case Period::month: break;
  }
  const year_month_day parts(date);
  return sys_days(parts.year() / parts.month() / 1);
}

sys_days next_begin(Period period, sys_days begin) {
  switch (period) {
    case Period::day: return begin + days(1);
    case Period::week: return begin + days(7);
    case Period::month: break;
  }
  return begin_of(period, begin + days(31));
}

}  // namespace

std::string_view name_of(Period period) {
  switch (period) {
    case Period::day: return "day";
    case Period::week: return "week";
    case Period::month: return "month";
  }
  return "";
}

Span period_at(const Zone& zone, Period period, Seconds time) {
  const auto local = time + zone.at(time).offset;
  auto date = next_begin(period, begin_of(period, floor<days>(local)));
  Span span{first_moment(zone, begin_of(period, floor<days>(local))), first_moment(zone, date)};
  // Clocks that go back over midnight show the old date again, in the new period.
  while (time >= span.end) {
    date = next_begin(period, date);
    span = {span.end, first_moment(zone, date)};
  }
  return span;
}

}  // namespace headgate::budget
