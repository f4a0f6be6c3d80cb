// Time zones by their IANA name, from the system's files.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "headgate/budget/zone.hpp"

namespace headgate::store {

// `Europe/Berlin`. Error: invalid_request, when there is no such zone or its file is damaged.
core::Result<std::shared_ptr<const budget::Zone>> load_zone(std::string_view name,
                                                            const std::string& folder = "/usr/share/zoneinfo");

}  // namespace headgate::store
