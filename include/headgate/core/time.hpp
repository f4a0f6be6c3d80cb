// Time is an argument in everything that decides; only the shell reads a clock.
#pragma once

#include <algorithm>
#include <chrono>

namespace headgate::core {

using Clock = std::chrono::steady_clock;  // deadlines, windows: immune to wall clock steps
using TimePoint = Clock::time_point;
using Duration = Clock::duration;
using WallTime = std::chrono::system_clock::time_point;  // what is shown to people
using std::chrono::milliseconds;

inline constexpr TimePoint no_deadline = TimePoint::max();

// Saturates, so that an unlimited timeout stays unlimited.
inline TimePoint after(TimePoint now, Duration wait) { return wait >= no_deadline - now ? no_deadline : now + wait; }

}  // namespace headgate::core
