// Whether what is configured can be counted with the prices that are known.
#pragma once

#include <string>

#include "headgate/catalog/catalog.hpp"
#include "headgate/config/diagnostic.hpp"
#include "headgate/config/settings.hpp"
#include "headgate/core/time.hpp"

namespace headgate::config {

// Warnings, about `file` as a whole: models of unknown price that a budget counts or a rule limits by
// cost, and models whose price is older than allowed.
Diagnostics check_prices(const Settings& settings, const catalog::Catalog& known, core::WallTime now,
                         const std::string& file = {});

}  // namespace headgate::config
