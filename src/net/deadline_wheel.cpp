#include "headgate/net/deadline_wheel.hpp"

namespace headgate::net {

void DeadlineWheel::arm(Alarm& alarm, core::TimePoint deadline) {
  alarm.deadline_ = deadline;
  if (alarm.is_linked()) {
    if (alarm.filed_ <= deadline) return;  // found early in its slot, it is filed again
    alarm.unlink();
  }
  if (deadline != core::no_deadline) file(alarm);
}

void DeadlineWheel::file(Alarm& alarm) {
  // A deadline in the past belongs to the slot that is swept next.
  alarm.filed_ = std::max(alarm.deadline_, swept_);
  wheel_[slot_of(alarm.filed_)].push_back(alarm);
}

void DeadlineWheel::sweep(Slot& slot, core::TimePoint now) {
  Slot due;
  due.swap(slot);
  while (!due.empty()) {
    Alarm& alarm = due.front();
    due.pop_front();
    if (alarm.deadline_ <= now) {
      alarm.deadline_ = core::no_deadline;
      alarm.ring();
    } else if (alarm.deadline_ != core::no_deadline) {
      file(alarm);
    }
  }
}

void DeadlineWheel::advance(core::TimePoint now) {
  const auto first = swept_.time_since_epoch() / tick;
  const auto last = now.time_since_epoch() / tick;
  swept_ = now;
  // A worker that slept through a whole turn sweeps each slot once.
  const auto count = std::min<decltype(last)>(last - first, slots);
  for (auto i = last - count; i < last; ++i) sweep(wheel_[static_cast<std::size_t>(i) % slots], now);
}

}  // namespace headgate::net
