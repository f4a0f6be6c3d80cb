#include "headgate/health/breaker.hpp"

#include <algorithm>

namespace headgate::health {
namespace {

// A rate as it is written has no exact binary form: 7 of 10 must reach 0.7.
bool reaches(std::uint64_t part, std::uint64_t whole, double rate) {
  return part > 0 && static_cast<double>(part) >= (rate - 1e-9) * static_cast<double>(whole);
}

}  // namespace

std::string_view name_of(State state) {
  constexpr std::array<std::string_view, 3> names{"closed", "open", "half_open"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view name_of(Reason reason) {
  constexpr std::array<std::string_view, 11> names{
      "consecutive_failures", "failure_rate",       "slow_rate",          "probe_failed",
      "probe_slow",           "open_time_over",     "probes_succeeded",   "forced",
      "force_ended",          "credential_refused", "credential_accepted"};
  return names[static_cast<std::size_t>(reason)];
}

Breaker::Breaker(const Settings& settings, std::uint64_t seed)
    : settings_(settings), window_(settings.window), random_(seed) {}

std::optional<Permit> Breaker::acquire(core::TimePoint now, double draw) {
  lapse(now);
  if (state_ == State::half_open) return acquire_probe(now);
  if (state_ == State::open || draw >= share(now)) return std::nullopt;
  return Permit(generation_, 0);
}

std::optional<Permit> Breaker::acquire_probe(core::TimePoint now) {
  if (probes_under_way(now) >= probe_limit()) return std::nullopt;
  const auto free = std::find_if(slots_.begin(), slots_.end(),
                                 [now](const Slot& slot) { return slot.probe == 0 || now >= slot.expires; });
  *free = {++probes_, core::after(now, settings_.probe_lease)};
  return Permit(generation_, probes_);
}

unsigned Breaker::probe_limit() const { return std::clamp(settings_.half_open_probes, 1U, max_half_open_probes); }

unsigned Breaker::probes_under_way(core::TimePoint now) const {
  return static_cast<unsigned>(std::count_if(
      slots_.begin(), slots_.end(), [now](const Slot& slot) { return slot.probe != 0 && now < slot.expires; }));
}

bool Breaker::settle(Permit&& permit, core::TimePoint now, Outcome outcome, core::Duration took) {
  const bool current = permit.generation_ == generation_;
  release(std::move(permit));
  if (!current || (outcome != Outcome::success && outcome != Outcome::failure)) return false;
  const bool slow = settings_.slow_call > core::Duration::zero() && took >= settings_.slow_call;
  const bool failed = outcome == Outcome::failure;
  return state_ == State::half_open ? hear_probe(now, failed, slow) : hear_call(now, failed, slow);
}

void Breaker::release(Permit&& permit) {
  const Permit given = std::move(permit);
  if (given.generation_ != generation_ || given.probe_ == 0) return;
  for (auto& slot : slots_)
    if (slot.probe == given.probe_) slot = {};
}

bool Breaker::hear_probe(core::TimePoint now, bool failed, bool slow) {
  window_.add(now, {1, failed ? 1U : 0U, slow ? 1U : 0U});
  if (failed || slow)
    open(failed ? Reason::probe_failed : Reason::probe_slow, now);
  else if (++good_probes_ >= probe_limit())
    close(Reason::probes_succeeded, now);
  return true;
}

bool Breaker::hear_call(core::TimePoint now, bool failed, bool slow) {
  const Calls call{1, failed ? 1U : 0U, slow ? 1U : 0U};
  window_.add(now, call);
  failures_in_a_row_ = failed ? failures_in_a_row_ + 1 : 0;
  if (stretch_.all == 0 || now - stretch_began_ > settings_.window) stretch_ = {}, stretch_began_ = now;
  stretch_ += call;
  if (const auto reason = reason_to_open(now); reason && !forced_) open(*reason, now);
  return true;
}

std::optional<Reason> Breaker::reason_to_open(core::TimePoint now) {
  if (settings_.consecutive_failures > 0 && failures_in_a_row_ >= settings_.consecutive_failures)
    return Reason::consecutive_failures;
  const std::uint64_t enough = std::max(settings_.min_requests, 1U);
  if (const auto reason = reason_in(window_.total(now), enough)) return reason;
  if (stretch_.all < 2 * enough) return std::nullopt;
  return reason_in(std::exchange(stretch_, {}), 2 * enough);
}

std::optional<Reason> Breaker::reason_in(const Calls& calls, std::uint64_t enough) const {
  if (calls.all < enough) return std::nullopt;
  if (reaches(calls.failed, calls.all, settings_.failure_rate)) return Reason::failure_rate;
  if (reaches(calls.slow, calls.all, settings_.slow_rate)) return Reason::slow_rate;
  return std::nullopt;
}

void Breaker::open(Reason reason, core::TimePoint now) {
  open_time_ = next_open_time(now);
  const double part = std::clamp(settings_.jitter, 0.0, 1.0) * next_random();
  const auto cut = static_cast<core::Duration::rep>(part * static_cast<double>(open_time_.count()));
  enter(State::open, reason, now, core::after(now, open_time_ - core::Duration(cut)));
}

core::Duration Breaker::next_open_time(core::TimePoint now) {
  const bool was_stable = state_ == State::closed && now - closed_at_ >= settings_.stable;
  const auto most = std::max(settings_.max_open, core::Duration(1));
  if (open_time_ == core::Duration::zero() || was_stable)
    return std::clamp(settings_.open_for, core::Duration(1), most);
  return open_time_ > most / 2 ? most : 2 * open_time_;
}

void Breaker::close(Reason reason, core::TimePoint now) {
  enter(State::closed, reason, now, core::no_deadline);
  closed_at_ = now;
  slow_start_ = reason == Reason::probes_succeeded;
}

void Breaker::enter(State state, Reason reason, core::TimePoint now, core::TimePoint until) {
  if (transition_count_ == transitions_.size()) take_transition();
  transitions_[(first_transition_ + transition_count_++) % transitions_.size()] = {state_, state, reason,
                                                                                   now,    until, window_.total(now)};
  state_ = state;
  until_ = until;
  forced_ = slow_start_ = false;
  ++generation_;
  window_.clear();
  stretch_ = {};
  failures_in_a_row_ = good_probes_ = 0;
  slots_ = {};
}

// What time alone brings about; done by whoever comes next.
void Breaker::lapse(core::TimePoint now) {
  if (force_lapsed(now))
    end_force(now);
  else if (open_time_over(now))
    enter(State::half_open, Reason::open_time_over, now, core::no_deadline);
}

void Breaker::force(Forced to, core::TimePoint now, core::TimePoint until) {
  enter(to == Forced::open ? State::open : State::closed, Reason::forced, now, until);
  forced_ = true;
}

void Breaker::end_force(core::TimePoint now) {
  if (!forced_) return;
  if (state_ == State::open)
    enter(State::half_open, Reason::force_ended, now, core::no_deadline);
  else
    close(Reason::force_ended, now);
}

void Breaker::replace(const Settings& settings, core::TimePoint now) {
  if (settings.window != settings_.window) window_ = Window<Calls>(settings.window), stretch_ = {};
  settings_ = settings;
  if (state_ == State::open && !forced_) until_ = std::min(until_, core::after(now, settings.max_open));
}

double Breaker::share(core::TimePoint now) const {
  const auto passed = now - closed_at_;
  if (!slow_start_ || passed >= settings_.slow_start) return 1;
  const double first = std::clamp(settings_.first_share, 0.0, 1.0);
  const auto part = static_cast<double>(std::max(passed, core::Duration::zero()).count()) /
                    static_cast<double>(settings_.slow_start.count());
  return first + (1 - first) * part;
}

Standing Breaker::standing(core::TimePoint now) const {
  Standing standing;
  standing.forced = forced_ && !force_lapsed(now);
  standing.reopens_at = reopens_at(now);
  if (const auto calls = window_.total(now); calls.all > 0)
    standing.failure_rate = static_cast<double>(calls.failed) / static_cast<double>(calls.all);
  standing.state = open_time_over(now) ? State::half_open : state_;
  if (standing.state == State::closed) {
    standing.share = share(now);
    return standing;
  }
  standing.admits = standing.state == State::half_open && probes_under_way(now) < probe_limit();
  standing.share = standing.admits ? std::clamp(settings_.first_share, 0.0, 1.0) : 0;
  return standing;
}

core::TimePoint Breaker::reopens_at(core::TimePoint now) const {
  return state_ == State::open ? std::max(now, until_) : now;
}

std::optional<Transition> Breaker::take_transition() {
  if (transition_count_ == 0) return std::nullopt;
  --transition_count_;
  return transitions_[std::exchange(first_transition_, (first_transition_ + 1) % transitions_.size())];
}

// splitmix64: one step, of which the upper 53 bits make a number in [0, 1).
double Breaker::next_random() {
  random_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = random_;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  z ^= z >> 31U;
  return static_cast<double>(z >> 11U) * 0x1p-53;
}

}  // namespace headgate::health
