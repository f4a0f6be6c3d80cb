// How the catalog looks on a terminal and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "headgate/catalog/age.hpp"
#include "headgate/catalog/diff.hpp"
#include "headgate/catalog/import.hpp"

namespace headgate::app {

using OrderedJson = nlohmann::ordered_json;

std::string entries_table(std::span<const catalog::Entry* const> entries);
OrderedJson entries_json(std::span<const catalog::Entry* const> entries);
// All that is known of one model.
std::string entry_text(const catalog::Entry& entry);

std::string differences_table(std::span<const catalog::Difference> differences);
OrderedJson differences_json(std::span<const catalog::Difference> differences);

// How many were left out for which reason.
std::string skipped_text(std::span<const catalog::Skipped> skipped);
OrderedJson skipped_json(std::span<const catalog::Skipped> skipped);

std::string alarms_table(std::span<const catalog::Alarm> alarms);
OrderedJson alarms_json(std::span<const catalog::Alarm> alarms);

}  // namespace headgate::app
