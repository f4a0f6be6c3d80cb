// How the report of a drill looks on a terminal.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace headgate::app {

// `report` as the admin surface gives it. Throws when it is something else.
std::string drill_table(const nlohmann::ordered_json& report);

}  // namespace headgate::app
