#include <cstdio>

#include "headgate/config/schema.hpp"
#include "verbs.hpp"

namespace headgate::app {

void add_schema(CLI::App& app, Invocation& invocation) {
  auto* verb = add_verb(app, invocation, "schema", "Print the JSON Schema of the configuration");
  const auto format = std::make_shared<std::string>("json");
  verb->add_option("--format", *format, "json, or markdown for the reference")
      ->check(CLI::IsMember({"json", "markdown"}));
  verb->callback([&invocation, format] {
    invocation.action = [format] {
      const std::string text(*format == "json" ? std::string(config::schema()) : config::reference());
      std::fwrite(text.data(), 1, text.size(), stdout);
      return 0;
    };
  });
}

}  // namespace headgate::app
