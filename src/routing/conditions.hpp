// Whether a request meets a rule's conditions.
#pragma once

#include "headgate/routing/profile.hpp"
#include "headgate/routing/settings.hpp"

namespace headgate::routing {

enum class Match : std::uint8_t {
  no,
  if_capability,  // all but the capability fits, and that is not known
  yes,
};

// `base` is the asked name without its suffix: a suffix does not lead around a rule.
Match match(const When& when, const Profile& profile, std::string_view base,
            std::optional<core::Capability> capability);

bool holds(const Hours& hours, core::WallTime wall);
// Of a week's minutes on the zone's clocks, from Monday.
bool holds_minute(const Hours& hours, int minute_of_week);

inline constexpr int minutes_per_day = 24 * 60, minutes_per_week = 7 * minutes_per_day;

// Whether a name is meant by `wanted`, which may end in `*`.
bool fits(std::string_view name, std::string_view wanted);

}  // namespace headgate::routing
