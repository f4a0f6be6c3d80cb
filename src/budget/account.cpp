#include "account.hpp"

#include <cmath>

namespace headgate::budget {
namespace {

using core::Money;

constexpr std::size_t recent_buckets = 20;
constexpr double prior_successes = 5;

std::variant<SlidingTally, CalendarTally> tally_for(const Window& window) {
  if (const auto* calendar = std::get_if<CalendarWindow>(&window))
    return CalendarTally(calendar->period, calendar->zone);
  return SlidingTally(std::get<SlidingWindow>(window).length);
}

std::string in_words(core::Duration wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 120 * 60) return std::to_string((seconds + 59) / 60) + " min";
  if (seconds < 48 * 3600) return std::to_string((seconds + 3599) / 3600) + " h";
  return std::to_string((seconds + 86399) / 86400) + " days";
}

std::string in_words(const Window& window) {
  if (const auto* calendar = std::get_if<CalendarWindow>(&window))
    return "a " + std::string(name_of(calendar->period)) + ", " + calendar->zone_name;
  return "in " + in_words(std::get<SlidingWindow>(window).length);
}

}  // namespace

Account::Account(Budget budget, core::Duration scheduler_window)
    : budget_(std::move(budget)), window_(tally_for(budget_.window)), recent_(scheduler_window, recent_buckets) {}

bool Account::continues(const Budget& other) const {
  return budget_.name == other.name && budget_.scope == other.scope && budget_.window == other.window;
}

void Account::adopt(Budget budget, core::Duration scheduler_window) {
  const SlidingTally fresh(scheduler_window, recent_buckets);
  if (fresh.bucket_width() != recent_.bucket_width()) recent_ = fresh;
  budget_ = std::move(budget);
}

void Account::add(const Tally& tally, Now now) {
  recent_.add(now.steady, tally);
  if (auto* calendar = std::get_if<CalendarTally>(&window_))
    calendar->add(now.wall, tally);
  else
    std::get<SlidingTally>(window_).add(now.steady, tally);
}

const Tally& Account::spent(Now now) {
  if (auto* calendar = std::get_if<CalendarTally>(&window_)) return calendar->total(now.wall);
  return std::get<SlidingTally>(window_).total(now.steady);
}

bool Account::has_room(std::optional<Money> worst, Now now) {
  if (worst == Money()) return true;  // known to be free
  const Money spent = this->spent(now).spent;
  if (spent < budget_.limit && reserved_ == Money()) return true;
  return worst && spent + reserved_ + *worst <= budget_.limit;
}

std::optional<core::Duration> Account::until_room(Now now) {
  const Money spent = this->spent(now).spent;
  if (spent < budget_.limit) return std::nullopt;
  if (budget_.limit <= Money()) return core::Duration::max();
  if (auto* calendar = std::get_if<CalendarTally>(&window_)) return calendar->span(now.wall).end - now.wall;
  const auto freed =
      std::get<SlidingTally>(window_).when_freed(now.steady, spent - budget_.limit + Money::picodollars(1));
  return freed ? *freed - now.steady : core::Duration::max();
}

std::optional<double> Account::over_target(Now now) {
  if (!budget_.target_cost_per_success) return std::nullopt;
  const double target = budget_.target_cost_per_success->in_dollars();
  if (target <= 0) return std::nullopt;
  const Tally& tally = recent(now);
  return (tally.spent.in_dollars() / target + prior_successes) / (tally.priced_successes() + prior_successes);
}

core::Error Account::refusal(std::optional<Money> worst, Now now) {
  const auto wait = until_room(now);
  std::string message =
      "The budget \"" + budget_.name + "\" ($" + budget_.limit.to_string() + " " + in_words(budget_.window) + ") ";
  core::Error error(core::Code::budget_exceeded);
  if (!wait) {
    message += worst ? "has no room for a request that may cost $" + worst->to_string() +
                           " beside those under way. Lower the output limit, or send it again when they have ended."
                     : "has no room for a request of unknown price beside those under way.";
    error.with_retry_after(1);
  } else if (*wait == core::Duration::max()) {
    message += "never has room. Ask whoever set it.";
  } else {
    message += "is spent. It has room again in " + in_words(*wait) + ".";
    error.with_retry_after(std::chrono::duration<double>(*wait).count());
  }
  // A cheaper candidate, or one that this budget does not cover, may still be admitted.
  const bool is_final =
      wait && budget_.on_exhausted == OnExhausted::refuse && budget_.scope.holds_for_every_candidate();
  return error.with_message(std::move(message)).with_retry(is_final ? core::Retry::never : core::Retry::next_target);
}

}  // namespace headgate::budget
