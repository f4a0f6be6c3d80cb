#include "headgate/dialects/unsaid.hpp"

#include <algorithm>

namespace headgate::dialects {
namespace {

// Of every dialect: hints to a provider about its own work, and what a client tells of itself.
constexpr std::string_view harmless_everywhere[] = {"client_metadata",        "context_management",
                                                    "safetySettings",         "labels",
                                                    "tools[].input_examples", "tools[].eager_input_streaming"};

// "tools[].input_examples" for "tools[3].input_examples".
std::string without_indices(std::string_view path) {
  std::string name;
  bool inside = false;
  for (const char c : path) {
    if (c == ']') inside = false;
    if (!inside) name += c;
    if (c == '[') inside = true;
  }
  return name;
}

bool holds(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

core::Error cannot_say(std::string_view param) {
  return core::Error(
             core::Code::capability_unavailable,
             "`" + std::string(param) + "` cannot be asked of the model's API; leave it out or ask another model.")
      .with_param(std::string(param))
      .with_retry(core::Retry::next_target);
}

core::Result<void> leave_behind(std::span<const chat::Extra> extras, std::span<const std::string_view> harmless,
                                std::vector<std::string>& changed) {
  for (const auto& extra : extras) {
    const auto name = without_indices(extra.path);
    if (!holds(harmless, name) && !holds(harmless_everywhere, name)) return cannot_say(extra.path);
    changed.push_back(extra.path);
  }
  return {};
}

}  // namespace headgate::dialects
