// What HTTP and Headgate allow as a header.
#pragma once

#include <string>
#include <string_view>

namespace headgate::config {

std::string lower(std::string_view text);
bool is_header_name(std::string_view name);
bool is_header_value(std::string_view value);
bool is_credential(std::string_view name);
// Written by Headgate itself, or about one connection only.
bool is_reserved_header(std::string_view name);

}  // namespace headgate::config
