// The running daemon: builds the object graph, keeps it in step with its files, and takes it down.
#pragma once

#include <optional>
#include <string>

#include "headgate/config/load.hpp"

namespace headgate::app {

struct ServeOptions {
  std::string config;  // path; empty: built-in settings
  bool demo = false;
  std::optional<config::LogLevel> log_level;
};

// Returns the exit code.
int serve(const ServeOptions& options);

// What a verb works with: the file's settings, or the built-in ones. Prints diagnostics to stderr;
// empty when there is an error.
std::optional<config::Settings> settings_for(const std::string& config_path);

// The file that is meant when none is named: ./headgate.yaml if it is there, else none.
std::string config_path_or_default(const std::string& named);

}  // namespace headgate::app
