// Looks at the bytes before the YAML parser does: size, encoding, tabs.
#pragma once

#include <string_view>

#include "report.hpp"

namespace headgate::config {

bool preflight(std::string_view text, Report& report);

}  // namespace headgate::config
