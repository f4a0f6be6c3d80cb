// Codes by the names that clients are told.
#pragma once

#include <optional>
#include <string_view>

#include "headgate/core/error.hpp"

namespace headgate::core {

std::optional<Code> code_named(std::string_view name);

}  // namespace headgate::core
