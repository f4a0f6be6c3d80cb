// The last drill as a file, data_dir/drills/last.json: its report, and when one passed last.
#pragma once

#include <optional>
#include <string>

#include "headgate/core/result.hpp"
#include "headgate/core/time.hpp"

namespace headgate::app {

// Value.
struct LastDrill {
  std::optional<core::WallTime> last_success;
  core::WallTime finished{};
  std::string report;  // JSON
};

// None: there is no file. Error: it cannot be read, or is damaged.
core::Result<std::optional<LastDrill>> read_last_drill(const std::string& data_dir);
// All or nothing.
core::Result<void> write_last_drill(const std::string& data_dir, const LastDrill& last);

}  // namespace headgate::app
