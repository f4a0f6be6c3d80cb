// Follows a reference to a credential.
#pragma once

#include <string>

#include "headgate/config/environment.hpp"
#include "headgate/core/secret.hpp"
#include "values.hpp"

namespace headgate::config {

// A document is a file of its own, such as JSON; a line goes into a header.
enum class SecretForm { line, document };

// `none` gives an empty secret.
Parsed<core::Secret> resolve(const SecretReference& reference, const std::string& data_dir,
                             const Environment& environment, SecretForm form = SecretForm::line);

// Whether the environment variable is set to something that can be a key.
bool has_key(const std::string& variable, const Environment& environment);

}  // namespace headgate::config
