#include "verbs.hpp"

namespace headgate::app {

CLI::App* add_verb(CLI::App& app, Invocation& invocation, const std::string& name, const std::string& purpose) {
  auto* verb = app.add_subcommand(name, purpose);
  verb->add_option("-c,--config", invocation.config,
                   "Configuration file (default: headgate.yaml here, else built-in settings)")
      ->envname("HEADGATE_CONFIG");
  verb->add_flag("--json", invocation.json, "Answer in JSON");
  return verb;
}

}  // namespace headgate::app
