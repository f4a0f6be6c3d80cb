#include "daemon.hpp"
#include "verbs.hpp"

namespace headgate::app {
namespace {

const std::map<std::string, config::LogLevel> levels{{"debug", config::LogLevel::debug},
                                                     {"info", config::LogLevel::info},
                                                     {"warn", config::LogLevel::warn},
                                                     {"error", config::LogLevel::error}};

void add(CLI::App& app, Invocation& invocation, const std::string& name, const std::string& purpose, bool demo) {
  auto* verb = add_verb(app, invocation, name, purpose);
  const auto level = std::make_shared<std::string>();
  verb->add_option("--log-level", *level, "Least level that is logged")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  verb->callback([&invocation, level, demo] {
    invocation.action = [&invocation, level, demo] {
      ServeOptions options{demo ? "" : config_path_or_default(invocation.config), demo, {}};
      if (!level->empty()) options.log_level = levels.at(*level);
      return serve(options);
    };
  });
}

}  // namespace

void add_serve(CLI::App& app, Invocation& invocation) {
  add(app, invocation, "serve", "Run the gateway", false);
  add(app, invocation, "demo", "Run it on simulated providers that fail now and then", true);
}

}  // namespace headgate::app
