// A time zone as a list of moments at which the distance to UTC changes. The standard library's own
// does not exist before GCC 14. The bytes come from whoever may read files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/result.hpp"
#include "headgate/core/time.hpp"

namespace headgate::budget {

using Seconds = std::chrono::sys_seconds;

// Value. The default one is UTC.
class Zone {
 public:
  // A time in which the offset stays the same, `end` excluded.
  struct Stretch {
    Seconds begin, end;
    std::chrono::seconds offset;  // local = UTC + offset
  };
  struct Change {
    Seconds at;
    std::chrono::seconds offset;  // from then on
  };

  Zone() = default;
  // `changes` rise in time.
  Zone(std::chrono::seconds first_offset, std::vector<Change> changes)
      : first_offset_(first_offset), changes_(std::move(changes)) {}

  Stretch at(Seconds time) const;

 private:
  std::chrono::seconds first_offset_{};
  std::vector<Change> changes_;
};

// Reads a compiled zone file (TZif, RFC 8536), version 2 or later. Daylight saving rules for the
// future are written out until the year 2200; after that the last offset stays. `name` is for the
// message of the error. Error: invalid_request.
core::Result<Zone> parse_zone(std::string_view bytes, std::string_view name);

}  // namespace headgate::budget
