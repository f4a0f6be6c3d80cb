#include "headgate/health/settings.hpp"

#include <limits>

namespace headgate::health {

Settings for_provider(Settings target) {
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  const auto in_a_row = target.consecutive_failures;
  target.consecutive_failures = in_a_row > most / 2 ? most : 2 * in_a_row;
  target.failure_rate = (1 + target.failure_rate) / 2;
  target.slow_rate = (1 + target.slow_rate) / 2;
  return target;
}

}  // namespace headgate::health
