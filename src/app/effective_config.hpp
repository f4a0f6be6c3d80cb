// The settings in use, as JSON for whoever operates the daemon.
#pragma once

#include <string>
#include <vector>

#include "headgate/config/settings.hpp"

namespace headgate::app {

// What config::effective says, with `models` as requests are decided by them; and under `origin` the file, and
// who said each price.
std::string describe(config::Settings settings, const std::vector<routing::Model>& models, const std::string& file);

}  // namespace headgate::app
