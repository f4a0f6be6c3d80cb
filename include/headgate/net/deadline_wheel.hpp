// Deadlines of a whole worker, checked by one coarse tick. Re-arming a deadline later than before,
// which every read and write does, is one store.
#pragma once

#include <array>
#include <boost/intrusive/list.hpp>

#include "headgate/core/time.hpp"

namespace headgate::net {

// Something that must hear when its time is up. It may be destroyed while armed. Worker-confined.
class Alarm : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  core::TimePoint deadline() const { return deadline_; }

 protected:
  Alarm() = default;
  virtual ~Alarm() = default;

 private:
  friend class DeadlineWheel;
  virtual void ring() = 0;
  core::TimePoint deadline_ = core::no_deadline;
  core::TimePoint filed_ = core::no_deadline;  // what its slot was chosen by
};

// Rings late by at most one tick, never early. Worker-confined.
class DeadlineWheel {
 public:
  static constexpr core::milliseconds tick{50};

  explicit DeadlineWheel(core::TimePoint now) : swept_(now) {}

  void arm(Alarm& alarm, core::TimePoint deadline);
  void disarm(Alarm& alarm) { alarm.deadline_ = core::no_deadline; }
  // `wait` from now, without reading the clock: late by at most one more tick, and early only by as
  // much as the loop itself was held up.
  core::TimePoint in(core::Duration wait) const { return core::after(swept_ + tick, wait); }
  // Rings every alarm that is due.
  void advance(core::TimePoint now);

 private:
  static constexpr std::size_t slots = 1024;
  using Slot = boost::intrusive::list<Alarm, boost::intrusive::constant_time_size<false>>;

  static std::size_t slot_of(core::TimePoint time) {
    return static_cast<std::size_t>(time.time_since_epoch() / tick) % slots;
  }
  void file(Alarm& alarm);
  void sweep(Slot& slot, core::TimePoint now);

  std::array<Slot, slots> wheel_;
  core::TimePoint swept_;
};

}  // namespace headgate::net
