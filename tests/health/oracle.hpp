// The breaker's rules once more, slow and plain: it keeps every call of the present state and counts
// them afresh each time. Only the end of an open time is taken from the breaker, after its bounds were
// checked, since jitter is the breaker's own.
#pragma once

#include <cmath>
#include <vector>

#include "headgate/health/breaker.hpp"

namespace headgate::health {

class Oracle {
 public:
  struct Ticket {
    int period;
    int probe;  // -1: an ordinary call's
  };

  explicit Oracle(const Settings& settings) : settings_(settings) {}

  State state() const { return state_; }
  core::Duration open_time() const { return open_time_; }
  void open_until(core::TimePoint until) { until_ = until; }

  std::optional<Ticket> acquire(core::TimePoint now, double draw) {
    if (forced_ && now >= until_) return end_force(now), acquire(now, draw);
    if (state_ == State::open && now >= until_) change(State::half_open);
    if (state_ == State::open) return std::nullopt;
    if (state_ == State::closed) {
      if (draw >= share(now)) return std::nullopt;
      return Ticket{period_, -1};
    }
    unsigned busy = 0;
    for (const auto& probe : probes_)
      if (!probe.done && now < probe.expires) ++busy;
    if (busy >= settings_.half_open_probes) return std::nullopt;
    probes_.push_back({now + settings_.probe_lease, false});
    return Ticket{period_, static_cast<int>(probes_.size()) - 1};
  }

  void settle(Ticket ticket, core::TimePoint now, Outcome outcome, core::Duration took) {
    if (ticket.period != period_) return;
    release(ticket);
    if (outcome != Outcome::success && outcome != Outcome::failure) return;
    calls_.push_back({now, outcome == Outcome::failure, took >= settings_.slow_call});
    const bool bad = calls_.back().failed || calls_.back().slow;
    if (state_ == State::half_open && bad) return open(now);
    if (state_ == State::half_open && ++good_probes_ >= settings_.half_open_probes) return close(now, true);
    if (state_ == State::closed && !forced_ && should_open(now)) open(now);
  }

  void release(Ticket ticket) {
    if (ticket.period == period_ && ticket.probe >= 0) probes_[static_cast<std::size_t>(ticket.probe)].done = true;
  }

  void force(Forced to, core::TimePoint until) {
    change(to == Forced::open ? State::open : State::closed);
    forced_ = true;
    until_ = until;
  }

  void end_force(core::TimePoint now) {
    if (!forced_) return;
    state_ == State::open ? change(State::half_open) : close(now, false);
  }

  void replace(const Settings& settings, core::TimePoint now) {
    if (settings.window != settings_.window) window_from_ = calls_.size();
    settings_ = settings;
    if (state_ == State::open && !forced_) until_ = std::min(until_, now + settings.max_open);
  }

  double share(core::TimePoint now) const {
    if (!slow_start_ || now >= closed_at_ + settings_.slow_start) return 1;
    const double part = std::chrono::duration<double>(now - closed_at_) / settings_.slow_start;
    return settings_.first_share + (1 - settings_.first_share) * part;
  }

  std::optional<double> failure_rate(core::TimePoint now) const {
    const auto calls = in_window(now);
    if (calls.empty()) return std::nullopt;
    return static_cast<double>(count(calls, &Call::failed)) / static_cast<double>(calls.size());
  }

 private:
  struct Call {
    core::TimePoint at;
    bool failed;
    bool slow;
  };
  struct Probe {
    core::TimePoint expires;
    bool done;
  };

  static std::size_t count(const std::vector<Call>& calls, bool Call::*what) {
    std::size_t sum = 0;
    for (const auto& call : calls) sum += call.*what ? 1 : 0;
    return sum;
  }

  std::vector<Call> in_window(core::TimePoint now) const {
    const auto bucket = [width = settings_.window / 10](core::TimePoint at) { return at.time_since_epoch() / width; };
    std::vector<Call> recent;
    for (std::size_t i = window_from_; i < calls_.size(); ++i)
      if (bucket(calls_[i].at) > bucket(now) - 10) recent.push_back(calls_[i]);
    return recent;
  }

  bool too_bad(const std::vector<Call>& calls, std::size_t enough) const {
    const auto all = static_cast<double>(calls.size());
    const auto reaches = [&](bool Call::*what, double rate) {
      return static_cast<double>(count(calls, what)) >= rate * all - 1e-6;
    };
    return calls.size() >= enough &&
           (reaches(&Call::failed, settings_.failure_rate) || reaches(&Call::slow, settings_.slow_rate));
  }

  bool should_open(core::TimePoint now) const {
    std::size_t in_a_row = 0;
    while (in_a_row < calls_.size() && calls_[calls_.size() - 1 - in_a_row].failed) ++in_a_row;
    if (in_a_row >= settings_.consecutive_failures || too_bad(in_window(now), settings_.min_requests)) return true;
    std::vector<Call> stretch;  // as many as twice the least, no longer than the window, one after the other
    for (std::size_t i = window_from_; i < calls_.size(); ++i) {
      const auto& call = calls_[i];
      if (stretch.size() == 2 * settings_.min_requests) stretch.clear();
      if (!stretch.empty() && call.at - stretch.front().at > settings_.window) stretch.clear();
      stretch.push_back(call);
    }
    return too_bad(stretch, 2 * settings_.min_requests);
  }

  void open(core::TimePoint now) {
    const bool stable = state_ == State::closed && now - closed_at_ >= settings_.stable;
    open_time_ = open_time_.count() == 0 || stable ? settings_.open_for : std::min(2 * open_time_, settings_.max_open);
    change(State::open);
  }

  void close(core::TimePoint now, bool slowly) {
    change(State::closed);
    closed_at_ = now;
    slow_start_ = slowly;
  }

  void change(State state) {
    state_ = state;
    ++period_;
    forced_ = slow_start_ = false;
    good_probes_ = 0;
    window_from_ = 0;
    calls_.clear();
    probes_.clear();
  }

  Settings settings_;
  State state_ = State::closed;
  bool forced_ = false;
  bool slow_start_ = false;
  int period_ = 0;
  unsigned good_probes_ = 0;
  core::TimePoint until_{};
  core::TimePoint closed_at_{};
  core::Duration open_time_{};
  std::size_t window_from_ = 0;
  std::vector<Call> calls_;  // of this period, all of them
  std::vector<Probe> probes_;
};

}  // namespace headgate::health
