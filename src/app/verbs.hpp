// One file a verb. Each adds itself to the command line and sets what is to be done; the exit codes
// are 0 fine, 1 warnings under --strict, 2 errors.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace headgate::app {

// What all verbs share, filled when the command line is read.
struct Invocation {
  std::string config;
  bool json = false;
  std::function<int()> action;
};

void add_serve(CLI::App& app, Invocation& invocation);  // and demo
void add_check(CLI::App& app, Invocation& invocation);
void add_schema(CLI::App& app, Invocation& invocation);
void add_explain(CLI::App& app, Invocation& invocation);
void add_drill(CLI::App& app, Invocation& invocation);
void add_key(CLI::App& app, Invocation& invocation);
void add_catalog(CLI::App& app, Invocation& invocation);
void add_import(CLI::App& app, Invocation& invocation);
void add_healthcheck(CLI::App& app, Invocation& invocation);
void add_version(CLI::App& app, Invocation& invocation);

// A verb that takes --config and --json.
CLI::App* add_verb(CLI::App& app, Invocation& invocation, const std::string& name, const std::string& purpose);

}  // namespace headgate::app
