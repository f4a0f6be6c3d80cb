// Where below its base URL a vendor takes which request.
#pragma once

#include <string>

#include "headgate/providers/adapter.hpp"

namespace headgate::providers {

void append_path(std::string& out, Paths paths, const Post& post);

}  // namespace headgate::providers
