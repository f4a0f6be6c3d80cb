// How long a provider asks to be left alone.
#pragma once

#include <optional>
#include <string_view>

#include "headgate/core/time.hpp"

namespace headgate::wire {

// Seconds from `retry-after-ms` or else `retry-after`, which holds seconds or an HTTP date. Empty
// when there is none that makes sense; never more than 60, never less than 0.
std::optional<double> read_retry_after(std::string_view retry_after, std::string_view retry_after_ms,
                                       core::WallTime now);

}  // namespace headgate::wire
