#include <cstdio>

#include "verbs.hpp"
#include "version.hpp"

namespace headgate::app {

void add_version(CLI::App& app, Invocation& invocation) {
  auto* verb = add_verb(app, invocation, "version", "Print the version");
  verb->callback([&invocation] {
    invocation.action = [&invocation] {
      std::printf(invocation.json ? "{\"version\":\"%s\"}\n" : "headgate %s\n", std::string(version).c_str());
      return 0;
    };
  });
}

}  // namespace headgate::app
