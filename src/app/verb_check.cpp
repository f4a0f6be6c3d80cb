#include <cstdio>

#include "compose.hpp"
#include "daemon.hpp"
#include "headgate/config/load.hpp"
#include "verbs.hpp"

namespace headgate::app {
namespace {

int check(const Invocation& invocation, const std::string& format, bool strict) {
  const auto path = config_path_or_default(invocation.config);
  if (path.empty()) {
    std::fputs("headgate: no configuration file. Name one with --config FILE.\n", stderr);
    return 2;
  }
  auto loaded = config::load_file(path, compose_environment());
  if (loaded.settings)
    for (auto& warning : price_warnings(*loaded.settings, path)) loaded.diagnostics.push_back(std::move(warning));
  const bool json = format == "json" || (format.empty() && invocation.json);
  const auto text = json                 ? config::to_json(loaded.diagnostics)
                    : format == "github" ? config::to_github(loaded.diagnostics)
                                         : config::to_text(loaded.diagnostics);
  std::fputs(text.c_str(), stdout);
  if (config::has_errors(loaded.diagnostics)) return 2;
  if (!json && format != "github") std::printf("%s: fine\n", path.c_str());
  return strict && !loaded.diagnostics.empty() ? 1 : 0;
}

}  // namespace

void add_check(CLI::App& app, Invocation& invocation) {
  auto* verb = add_verb(app, invocation, "check", "Look for mistakes in the configuration");
  const auto format = std::make_shared<std::string>();
  const auto strict = std::make_shared<bool>(false);
  verb->add_option("--format", *format, "text, json or github")->check(CLI::IsMember({"text", "json", "github"}));
  verb->add_flag("--strict", *strict, "Warnings count: exit code 1");
  verb->callback([&invocation, format, strict] {
    invocation.action = [&invocation, format, strict] { return check(invocation, *format, *strict); };
  });
}

}  // namespace headgate::app
