#include "headgate/health/retry_budget.hpp"

namespace headgate::health {

bool RetryBudget::allows_retry(core::TimePoint now) const {
  const auto recent = window_.total(now);
  const double seconds = std::chrono::duration<double>(window_.length()).count();
  const double allowed = settings_.ratio * static_cast<double>(recent.requests) + settings_.per_second * seconds;
  return static_cast<double>(recent.retries) + 1 <= allowed;
}

}  // namespace headgate::health
