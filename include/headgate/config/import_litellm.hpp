// LiteLLM's config.yaml -> a file of ours, and all that could not be carried over.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "headgate/config/diagnostic.hpp"

namespace headgate::config {

struct Imported {
  std::optional<std::string> yaml;  // empty when there is an error in `found`
  // By position. Warnings: left out. Notes: carried over in another form. Errors: unreadable, or
  // nothing to carry over.
  Diagnostics found;
};

// Never throws for what is in the text, and never puts a literal key into what it says.
// `file_name` is only shown.
Imported import_litellm(std::string_view text, const std::string& file_name);

}  // namespace headgate::config
