// Text of others on a terminal: what would steer it is shown as \xNN.
#pragma once

#include <string>
#include <string_view>

namespace headgate::app {

// Control characters of ASCII and of Latin 1, which some terminals obey too.
void append_printable(std::string& out, std::string_view text);

}  // namespace headgate::app
