#include "headgate/dialects/unsaid.hpp"

#include <algorithm>

namespace headgate::dialects {

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
    if (std::find(harmless.begin(), harmless.end(), extra.path) == harmless.end()) return cannot_say(extra.path);
    changed.push_back(extra.path);
  }
  return {};
}

}  // namespace headgate::dialects
