// Where below its base URL a vendor takes which request.
#pragma once

#include <string>
#include <string_view>

#include "headgate/providers/adapter.hpp"

namespace headgate::providers {

// As one segment: nothing in it leads elsewhere.
void append_encoded(std::string& out, std::string_view text);

void append_path(std::string& out, Paths paths, const Post& post);

}  // namespace headgate::providers
