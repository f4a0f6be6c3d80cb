// Alarms about prices in use: at the start, after a reload and once a day, as log lines and as a metric.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/catalog/age.hpp"
#include "headgate/metrics/metrics.hpp"
#include "headgate/routing/settings.hpp"
#include "log.hpp"

namespace headgate::app {

struct UsedAlarm {
  std::string name;  // of the model, as configured
  catalog::Alarm alarm;
};

// Of models with their facts. Simulated ones have no price, and need none.
std::vector<UsedAlarm> alarms_of_used(const std::vector<routing::Model>& models, const catalog::AgeSettings& settings,
                                      core::WallTime now);

// Confined to the control loop.
class CatalogAlarms {
 public:
  using Warn = std::function<void(std::string_view message, const LogFields& fields)>;

  CatalogAlarms(Warn warn, metrics::Registry& registry);

  // One line for each concern that there is.
  void tell(const std::vector<routing::Model>& models, const catalog::AgeSettings& settings, core::WallTime now);
  // The same, once a day has passed since the last time.
  void look(const std::vector<routing::Model>& models, const catalog::AgeSettings& settings, core::WallTime now);

 private:
  Warn warn_;
  metrics::Registry& registry_;
  std::optional<core::WallTime> told_;
};

}  // namespace headgate::app
