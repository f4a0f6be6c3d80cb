// Any bytes as a configuration, on a machine with nothing on it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "headgate/config/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace headgate::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const LoadResult result = load(text, "fuzz.yaml", Environment{});
  if (result.settings.has_value() == has_errors(result.diagnostics)) __builtin_trap();
  to_text(result.diagnostics);
  to_json(result.diagnostics);
  to_github(result.diagnostics);
  return 0;
}
