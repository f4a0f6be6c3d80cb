// A circuit breaker: traffic flows (closed), is kept away (open), or is tried with a few requests
// (half-open). docs/breakers.md says how it decides.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "headgate/health/outcome.hpp"
#include "headgate/health/settings.hpp"
#include "headgate/health/window.hpp"

namespace headgate::health {

enum class State : std::uint8_t { closed, open, half_open };

enum class Forced : std::uint8_t { open, closed };

enum class Reason : std::uint8_t {
  consecutive_failures,
  failure_rate,
  slow_rate,
  probe_failed,
  probe_slow,
  open_time_over,
  probes_succeeded,
  forced,
  force_ended,
  credential_refused,  // of a Credential, which is told of in the same words
  credential_accepted,
};

std::string_view name_of(State state);
std::string_view name_of(Reason reason);

// Settled calls since the breaker last changed its state, no older than the window.
struct Calls {
  std::uint64_t all = 0;
  std::uint64_t failed = 0;
  std::uint64_t slow = 0;

  Calls& operator+=(const Calls& other) {
    all += other.all;
    failed += other.failed;
    slow += other.slow;
    return *this;
  }
  Calls& operator-=(const Calls& other) {
    all -= other.all;
    failed -= other.failed;
    slow -= other.slow;
    return *this;
  }
  bool operator==(const Calls&) const = default;
};

// For the shell to log, count and publish.
struct Transition {
  State from = State::closed;
  State to = State::closed;
  Reason reason = Reason::forced;
  core::TimePoint at{};
  core::TimePoint until = core::no_deadline;  // of an open or forced state: its end
  Calls calls;                                // what was seen before
};

// The right to one call. Value, movable only. Given back by settle or release; one that is lost
// costs nothing but, if it was a probe's, the slot until the lease ends.
class Permit {
 public:
  Permit(Permit&& other) noexcept : generation_(std::exchange(other.generation_, 0)), probe_(other.probe_) {}
  Permit& operator=(Permit&& other) noexcept {
    generation_ = std::exchange(other.generation_, 0);
    probe_ = other.probe_;
    return *this;
  }
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;

  bool is_probe() const { return probe_ != 0; }

 private:
  friend class Breaker;
  Permit(std::uint64_t generation, std::uint64_t probe) : generation_(generation), probe_(probe) {}

  std::uint64_t generation_;  // 0: settled, or moved away
  std::uint64_t probe_;       // 0: an ordinary call's
};

// What others may know of a breaker.
struct Standing {
  State state = State::closed;  // half_open also when its open time is over and nobody came yet
  bool forced = false;
  bool admits = true;                  // a caller that insists on the whole share would get a permit
  std::optional<double> failure_rate;  // none before the first call
  double share = 1;                    // of its usual traffic: less than 1 while it comes back, 0 while it admits none
  core::TimePoint reopens_at{};        // while open
};

// Value; constant time and memory for every call. Time goes in as an argument and should not run
// backwards; when it does a little, between threads, nothing worse happens than a late decision.
class Breaker {
 public:
  // The seed decides the jitter of open times.
  Breaker(const Settings& settings, std::uint64_t seed);

  // `draw` is uniform in [0, 1) and decides who belongs to the share of a slow start; 0 always does.
  std::optional<Permit> acquire(core::TimePoint now, double draw = 0);
  // `took`: until the first content came, or the attempt failed. False: the result came too late to
  // count, or says nothing.
  bool settle(Permit&& permit, core::TimePoint now, Outcome outcome, core::Duration took);
  // For a call that was not made or not finished.
  void release(Permit&& permit);

  // By hand, until a time or until end_force. After a forced open time comes a probe; a breaker that
  // was forced closed starts afresh.
  void force(Forced to, core::TimePoint now, core::TimePoint until = core::no_deadline);
  void end_force(core::TimePoint now);

  // A reload. The state stays; a window of another length starts empty.
  void replace(const Settings& settings, core::TimePoint now);

  Standing standing(core::TimePoint now) const;
  // When a call may get through: `now` unless open, no_deadline when forced open without end.
  core::TimePoint reopens_at(core::TimePoint now) const;

  // Oldest first. Each call adds one at most; of more than four not taken the oldest are forgotten.
  std::optional<Transition> take_transition();

 private:
  struct Slot {
    std::uint64_t probe = 0;
    core::TimePoint expires{};
  };

  bool hear_probe(core::TimePoint now, bool failed, bool slow);
  bool hear_call(core::TimePoint now, bool failed, bool slow);
  std::optional<Reason> reason_to_open(core::TimePoint now);
  std::optional<Reason> reason_in(const Calls& calls, std::uint64_t enough) const;
  std::optional<Permit> acquire_probe(core::TimePoint now);
  unsigned probe_limit() const;
  unsigned probes_under_way(core::TimePoint now) const;
  double share(core::TimePoint now) const;
  bool force_lapsed(core::TimePoint now) const { return forced_ && now >= until_; }
  bool open_time_over(core::TimePoint now) const { return state_ == State::open && now >= until_; }

  void open(Reason reason, core::TimePoint now);
  void close(Reason reason, core::TimePoint now);
  void enter(State state, Reason reason, core::TimePoint now, core::TimePoint until);
  void lapse(core::TimePoint now);
  core::Duration next_open_time(core::TimePoint now);
  double next_random();

  Settings settings_;
  State state_ = State::closed;
  bool forced_ = false;
  bool slow_start_ = false;
  std::uint64_t generation_ = 1;  // results of permits from before the last change do not count
  core::TimePoint until_ = core::no_deadline;
  core::TimePoint closed_at_{};
  core::Duration open_time_{};  // the last one, without jitter; 0: none yet

  Window<Calls> window_;
  std::uint64_t failures_in_a_row_ = 0;
  Calls stretch_;  // the newest calls of the window: a breaker that was fine for long must not be slow to notice
  core::TimePoint stretch_began_{};

  std::array<Slot, max_half_open_probes> slots_{};
  std::uint64_t probes_ = 0;
  unsigned good_probes_ = 0;

  std::uint64_t random_;
  std::array<Transition, 4> transitions_{};
  std::size_t first_transition_ = 0;
  std::size_t transition_count_ = 0;
};

}  // namespace headgate::health
