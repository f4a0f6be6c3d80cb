#include "headgate/budget/calendar_tally.hpp"

#include <algorithm>

namespace headgate::budget {

CalendarTally::Slot& CalendarTally::slot(core::WallTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  if (slots_[current_].span.holds(second)) return slots_[current_];
  for (std::size_t i = 0; i < used_; ++i)
    if (slots_[i].span.holds(second)) return slots_[current_ = i];
  return open(second);
}

CalendarTally::Slot& CalendarTally::open(Seconds time) {
  static const Zone utc;
  const Slot fresh{period_at(zone_ ? *zone_ : utc, period_, time), {}};
  if (used_ < slots_.size()) {
    slots_[used_] = fresh;
    return slots_[current_ = used_++];
  }
  const auto oldest =
      std::min_element(slots_.begin(), slots_.end(), [](auto& a, auto& b) { return a.span.begin < b.span.begin; });
  // Further back than can be remembered: rather too much in the oldest than a period begun anew.
  if (fresh.span.begin > oldest->span.begin) *oldest = fresh;
  current_ = static_cast<std::size_t>(oldest - slots_.begin());
  return *oldest;
}

}  // namespace headgate::budget
