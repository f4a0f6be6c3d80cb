// The known name that a mistyped one was probably meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headgate::core {

// Empty when nothing is near: more than a third of the letters would have to change.
std::string nearest(std::string_view typed, const std::vector<std::string>& known);

}  // namespace headgate::core
