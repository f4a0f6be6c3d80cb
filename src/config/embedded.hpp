// Files of config/ that the binary carries.
#pragma once

#include <string_view>

namespace headgate::config::embedded {

std::string_view schema();
std::string_view starter();
std::string_view simulated();
std::string_view demo();

}  // namespace headgate::config::embedded
