// Budgets, as configured. Values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "headgate/budget/calendar.hpp"
#include "headgate/budget/scope.hpp"
#include "headgate/core/money.hpp"
#include "headgate/core/time.hpp"

namespace headgate::budget {

struct SlidingWindow {
  core::Duration length;
  friend bool operator==(const SlidingWindow&, const SlidingWindow&) = default;
};

struct CalendarWindow {
  Period period;
  std::string zone_name = "UTC";
  std::shared_ptr<const Zone> zone;  // none: UTC
  friend bool operator==(const CalendarWindow& a, const CalendarWindow& b) {
    return a.period == b.period && a.zone_name == b.zone_name;
  }
};

using Window = std::variant<SlidingWindow, CalendarWindow>;

enum class OnExhausted : std::uint8_t {
  refuse,   // 429 budget_exceeded
  degrade,  // the limit is soft: past it only the cheapest candidate is admitted
};

enum class Unpriced : std::uint8_t { allow, refuse };

struct Budget {
  std::string name;
  Scope scope;
  core::Money limit;
  Window window = SlidingWindow{std::chrono::hours(24)};
  std::optional<core::Money> target_cost_per_success;
  OnExhausted on_exhausted = OnExhausted::refuse;
  Unpriced unpriced = Unpriced::allow;
};

struct Settings {
  std::vector<Budget> budgets;                      // at most max_budgets
  core::Duration lease = std::chrono::seconds(60);  // a reservation nobody extends is given back after this
  std::size_t max_reservations = 65'536;
  core::Duration scheduler_window = std::chrono::minutes(10);  // of cost per success
};

inline constexpr std::size_t max_budgets = 4096;
// How many budgets one attempt may be charged to.
inline constexpr std::size_t max_concerned = 32;

// Both clocks, read together: windows slide by the one, calendars turn by the other.
struct Now {
  core::TimePoint steady;
  core::WallTime wall;
};

}  // namespace headgate::budget
