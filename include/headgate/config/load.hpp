// YAML text -> Settings of every component, or diagnostics with line and column.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "headgate/config/diagnostic.hpp"
#include "headgate/config/environment.hpp"
#include "headgate/config/settings.hpp"

namespace headgate::config {

struct LoadResult {
  std::optional<Settings> settings;  // empty when there is an error among the diagnostics
  Diagnostics diagnostics;           // by position; warnings come with settings too
};

// Never throws for what is in the text. `file_name` is only shown.
LoadResult load(std::string_view text, const std::string& file_name, const Environment& environment);

LoadResult load_file(const std::string& path, const Environment& environment);

// Without a file: every provider whose key is in the environment, with a few of its models; with
// no key at all, simulated providers, so that the first reply always comes.
Settings defaults(const Environment& environment);

// Simulated providers with visible outages.
Settings demo(const Environment& environment);

}  // namespace headgate::config
