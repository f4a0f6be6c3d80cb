#include "headgate/health/pause.hpp"

namespace headgate::health {

core::Duration pause_of(std::optional<double> retry_after_seconds) {
  using Seconds = std::chrono::duration<double>;
  if (!retry_after_seconds) return unasked_pause;
  if (*retry_after_seconds >= Seconds(longest_pause).count()) return longest_pause;
  // Written so that "not a number" ends here too.
  if (!(*retry_after_seconds > 0)) return core::Duration::zero();
  return std::chrono::duration_cast<core::Duration>(Seconds(*retry_after_seconds));
}

}  // namespace headgate::health
