#include "drill_schedule.hpp"

namespace headgate::app {
namespace {

constexpr core::Duration first_within = std::chrono::minutes(10);
constexpr int retries_an_interval = 7;

core::WallTime plus(core::WallTime time, core::Duration wait, double factor = 1) {
  return time + std::chrono::duration_cast<core::WallTime::duration>(
                    std::chrono::duration<double, core::Duration::period>(wait) * factor);
}

core::WallTime after_success(const DrillHistory& history, core::Duration every, core::WallTime now, double jitter) {
  if (!history.last_success) return plus(history.since, std::min(every, first_within), 0.5 + jitter / 2);
  // A clock that was set back must not put the next one off for longer than that.
  return plus(std::min(*history.last_success, now), every, 1 + jitter / 10);
}

}  // namespace

core::WallTime next_drill(const DrillHistory& history, core::Duration every, core::WallTime now, double jitter) {
  const auto due = after_success(history, every, now, jitter);
  const bool failed = history.last_end && (!history.last_success || *history.last_success < *history.last_end);
  return failed ? std::max(due, plus(std::min(*history.last_end, now), every / retries_an_interval)) : due;
}

bool is_overdue(const DrillHistory& history, core::Duration every, core::WallTime now) {
  return now > plus(history.last_success.value_or(history.since), every, 1.5);
}

}  // namespace headgate::app
