// Any bytes as a LiteLLM file: what is carried over can be loaded wherever its keys are, and either
// there is a file or an error that says why not.
#include "headgate/config/import_litellm.hpp"

#include "headgate/config/load.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace headgate;
  const auto imported = config::import_litellm(test::as_text(data, size), "fuzz.yaml");
  test::require(imported.yaml.has_value() != config::has_errors(imported.found));
  config::to_text(imported.found);
  config::to_json(imported.found);
  if (!imported.yaml) return 0;
  config::Environment environment;
  environment.variable = [](const std::string&) { return std::optional<std::string>("key"); };
  test::require(config::load(*imported.yaml, "headgate.yaml", environment).settings.has_value());
  return 0;
}
