#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "files.hpp"
#include "headgate/config/environment.hpp"
#include "headgate/config/import_litellm.hpp"
#include "verbs.hpp"

namespace headgate::app {
namespace {

using config::Diagnostics;
using config::Severity;

constexpr std::size_t largest_file = 1u << 20;  // bytes; as for a configuration of ours

struct Asked {
  std::string file;
  std::string output;
  bool force = false;
  bool strict = false;
};

int refuse(const std::string& why) {
  std::fprintf(stderr, "headgate: %s\n", why.c_str());
  return 2;
}

Diagnostics of_severity(const Diagnostics& found, bool notes) {
  Diagnostics result;
  std::copy_if(found.begin(), found.end(), std::back_inserter(result),
               [notes](const auto& one) { return (one.severity == Severity::note) == notes; });
  return result;
}

nlohmann::ordered_json rows(const Diagnostics& found) { return nlohmann::ordered_json::parse(config::to_json(found)); }

void print_json(const config::Imported& imported) {
  const nlohmann::ordered_json answer{
      {"yaml", imported.yaml ? nlohmann::ordered_json(*imported.yaml) : nlohmann::ordered_json(nullptr)},
      {"left_out", rows(of_severity(imported.found, false))},
      {"notes", rows(of_severity(imported.found, true))}};
  std::printf("%s\n", answer.dump(2).c_str());
}

void print_text(const config::Imported& imported, const Asked& asked) {
  std::fputs(config::to_text(imported.found).c_str(), stderr);
  const auto left_out = of_severity(imported.found, false).size();
  if (!imported.yaml)
    std::fputs("headgate: nothing is carried over\n", stderr);
  else
    std::fprintf(stderr, "headgate: left out: %zu, carried over in another form: %zu\n", left_out,
                 imported.found.size() - left_out);
  if (imported.yaml && asked.output.empty()) std::fwrite(imported.yaml->data(), 1, imported.yaml->size(), stdout);
}

int import_file(const Asked& asked, bool json) {
  std::error_code ignored;
  if (!asked.output.empty() && !asked.force && std::filesystem::exists(asked.output, ignored))
    return refuse(asked.output + " is there already; --force replaces it");
  const auto file = config::system_environment().read_file(asked.file, largest_file);
  if (!file.text) return refuse("cannot read " + asked.file + ": " + file.error);
  const auto imported = config::import_litellm(*file.text, asked.file);
  if (imported.yaml && !asked.output.empty())
    if (const auto written = replace_file(asked.output, *imported.yaml); !written)
      return refuse(written.error().message());
  if (json)
    print_json(imported);
  else
    print_text(imported, asked);
  if (!imported.yaml) return 2;
  return asked.strict && !of_severity(imported.found, false).empty() ? 1 : 0;
}

}  // namespace

void add_import(CLI::App& app, Invocation& invocation) {
  auto* all = app.add_subcommand("import", "Turn the configuration of another gateway into one of ours");
  all->require_subcommand(1);
  const auto asked = std::make_shared<Asked>();
  auto* verb = add_verb(*all, invocation, "litellm", "Turn LiteLLM's config.yaml into ours; list what is left out");
  verb->add_option("file", asked->file, "LiteLLM's config.yaml")->required();
  verb->add_option("-o,--output", asked->output, "File to write (default: standard output)");
  verb->add_flag("--force", asked->force, "Replace the file that is there");
  verb->add_flag("--strict", asked->strict, "Exit code 1 if something was left out");
  verb->callback([&invocation, asked] {
    invocation.action = [&invocation, asked] { return import_file(*asked, invocation.json); };
  });
}

}  // namespace headgate::app
