// The outside world as far as a configuration may look at it, so that tests and fuzzers bring
// their own. An empty function means there is nothing there.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "headgate/budget/zone.hpp"
#include "headgate/core/result.hpp"

namespace headgate::config {

struct FileRead {
  std::optional<std::string> text;  // empty: `error` says why
  std::string error;
  unsigned mode = 0600;  // permission bits
};

struct Environment {
  // Where not, whatever stands in for a secret must do.
  bool secrets_at_hand = true;
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // Reads at most `limit` bytes; a longer file is an error.
  std::function<FileRead(const std::string& path, std::size_t limit)> read_file;
  // Whether a tenant key exists under data_dir. Without this function a network address is not
  // refused for want of keys: `key create` must be able to load the file before there is one.
  std::function<bool(const std::string& data_dir)> has_tenant_keys;
  // A time zone by its name, such as `Europe/Berlin`. Without this function only UTC is known.
  std::function<core::Result<std::shared_ptr<const budget::Zone>>(const std::string& name)> load_zone;
};

// The process environment and the file system; has_tenant_keys and load_zone are left to the caller.
Environment system_environment();

}  // namespace headgate::config
