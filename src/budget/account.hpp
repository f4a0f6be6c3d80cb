// One budget and what is counted against it.
#pragma once

#include <optional>

#include "headgate/budget/calendar_tally.hpp"
#include "headgate/budget/settings.hpp"
#include "headgate/budget/sliding_tally.hpp"
#include "headgate/core/result.hpp"

namespace headgate::budget {

// Value.
class Account {
 public:
  Account(Budget budget, core::Duration scheduler_window);

  const Budget& budget() const { return budget_; }
  // The same spending is counted, whatever the limit.
  bool continues(const Budget& other) const;
  void adopt(Budget budget, core::Duration scheduler_window);

  void add(const Tally& tally, Now now);
  const Tally& spent(Now now);
  const Tally& recent(Now now) { return recent_.total(now.steady); }

  void hold(core::Money amount) { reserved_ += amount; }
  void give_back(core::Money amount) { reserved_ -= amount; }
  core::Money reserved() const { return reserved_; }

  bool is_full(Now now) { return spent(now).spent >= budget_.limit; }
  // A lone request may pass the limit by what it declared; next to others, all must fit. `worst`
  // of nothing: its price is not known.
  bool has_room(std::optional<core::Money> worst, Now now);
  // Until spending alone is below the limit again; none: it is.
  std::optional<core::Duration> until_room(Now now);
  // Smoothed towards the target while there are few successes. 1: on target.
  std::optional<double> over_target(Now now);

  core::Error refusal(std::optional<core::Money> worst, Now now);

 private:
  Budget budget_;
  std::variant<SlidingTally, CalendarTally> window_;
  SlidingTally recent_;
  core::Money reserved_;
};

}  // namespace headgate::budget
