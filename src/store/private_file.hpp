// Files that nobody but their owner may read.
#pragma once

#include <string>

#include "headgate/core/result.hpp"

namespace headgate::store {

// Makes the file when there is none. Errors: it cannot be made, is no plain file, or is open to others.
core::Result<void> make_private_file(const std::string& file);

}  // namespace headgate::store
