#include <cstdio>
#include <exception>

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

int main(int argc, char** argv) {
  using namespace headgate::app;
  CLI::App app("Headgate: a gateway in front of your LLM providers.", "headgate");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  Invocation invocation;
  add_serve(app, invocation);
  add_check(app, invocation);
  add_schema(app, invocation);
  add_explain(app, invocation);
  add_key(app, invocation);
  add_catalog(app, invocation);
  add_healthcheck(app, invocation);
  add_version(app, invocation);
  try {
    app.parse(argc, argv);
    return invocation.action();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "headgate: %s\n", error.what());
    return 2;
  }
}
