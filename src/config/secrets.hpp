// Follows a reference to a credential.
#pragma once

#include <string>

#include "headgate/config/environment.hpp"
#include "headgate/core/secret.hpp"
#include "values.hpp"

namespace headgate::config {

// `none` gives an empty secret.
Parsed<core::Secret> resolve(const SecretReference& reference, const std::string& data_dir,
                             const Environment& environment);

// Whether the environment variable is set to something that can be a key.
bool has_key(const std::string& variable, const Environment& environment);

}  // namespace headgate::config
