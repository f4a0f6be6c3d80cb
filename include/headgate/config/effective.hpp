// Settings -> the file that says them: every key that is in effect, defaults too.
#pragma once

#include <string>

#include "headgate/config/settings.hpp"

namespace headgate::config {

// JSON that can be read as a configuration again. What has no value is left out, as are the values of
// headers; keys of providers are named by their source. Facts of models are shown as far as a
// configuration can state them.
std::string effective(const Settings& settings);

}  // namespace headgate::config
