// The settings in use, as JSON. Keys are named by their source, never shown.
#pragma once

#include <string>

#include "headgate/config/settings.hpp"

namespace headgate::app {

std::string describe(const config::Settings& settings);

}  // namespace headgate::app
