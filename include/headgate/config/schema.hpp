// The one description of the file: validation, editors and docs/configuration.md come from it.
#pragma once

#include <string>
#include <string_view>

namespace headgate::config {

// JSON Schema, draft-07: the bytes of config/headgate.schema.json.
std::string_view schema();

// Every key and every HG code as Markdown: the generated part of docs/configuration.md.
std::string reference();

}  // namespace headgate::config
