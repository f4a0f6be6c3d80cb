// When the next drill is due, and when it should have been long ago. Pure.
#pragma once

#include <optional>

#include "headgate/core/time.hpp"

namespace headgate::app {

// Value.
struct DrillHistory {
  std::optional<core::WallTime> last_success;  // its end
  std::optional<core::WallTime> last_end;      // of any, or of a try that came to nothing
  core::WallTime since{};                      // when somebody began to keep count
};

// `every` after the last success, and up to a tenth of it later, so that gateways that began together do not
// drill together: `jitter` is uniform in [0, 1). The first comes soon. After a failure the next waits a seventh
// of `every`: days, when others are weeks apart.
core::WallTime next_drill(const DrillHistory& history, core::Duration every, core::WallTime now, double jitter);

// One and a half times `every` has passed without a success.
bool is_overdue(const DrillHistory& history, core::Duration every, core::WallTime now);

}  // namespace headgate::app
