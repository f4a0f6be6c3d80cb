// A tally of the current day, week or month of a time zone. The last few periods are remembered, so
// that a wall clock stepping over a boundary and back finds the total it had left: nothing is
// counted twice, and nothing starts again from zero.
#pragma once

#include <array>
#include <memory>

#include "headgate/budget/calendar.hpp"
#include "headgate/budget/tally.hpp"

namespace headgate::budget {

// Value.
class CalendarTally {
 public:
  // No zone: UTC.
  CalendarTally(Period period, std::shared_ptr<const Zone> zone) : period_(period), zone_(std::move(zone)) {}

  void add(core::WallTime at, const Tally& tally) { slot(at).tally += tally; }
  const Tally& total(core::WallTime now) { return slot(now).tally; }
  Span span(core::WallTime now) { return slot(now).span; }

 private:
  struct Slot {
    Span span{Seconds::min(), Seconds::min()};
    Tally tally;
  };

  Slot& slot(core::WallTime time);
  Slot& open(Seconds time);

  Period period_;
  std::shared_ptr<const Zone> zone_;
  std::array<Slot, 4> slots_;
  std::size_t current_ = 0, used_ = 0;
};

}  // namespace headgate::budget
