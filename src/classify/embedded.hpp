// Files of config/classifier/ that the binary carries.
#pragma once

#include <string_view>

namespace headgate::classify::embedded {

std::string_view lexicon();
std::string_view weights();
std::string_view difficulty();

}  // namespace headgate::classify::embedded
