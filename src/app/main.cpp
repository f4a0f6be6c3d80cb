#include <algorithm>
#include <cstdio>
#include <exception>

#include "headgate/core/nearest.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace headgate::app {
namespace {

// CLI11 would only say that some verb is missing.
bool names_unknown_verb(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  std::vector<std::string> known;
  for (const auto* verb : app.get_subcommands({})) known.push_back(verb->get_name());
  const std::string word = argv[1];
  if (std::find(known.begin(), known.end(), word) != known.end()) return false;
  std::string text = "headgate: there is no verb ";
  append_printable(text, word);
  const auto closest = core::nearest(word, known);
  text += closest.empty() ? ". headgate --help lists what there is.\n" : "; did you mean " + closest + "?\n";
  std::fputs(text.c_str(), stderr);
  return true;
}

}  // namespace
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
  add_drill(app, invocation);
  add_key(app, invocation);
  add_catalog(app, invocation);
  add_import(app, invocation);
  add_healthcheck(app, invocation);
  add_version(app, invocation);
  if (names_unknown_verb(app, argc, argv)) return 2;
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
