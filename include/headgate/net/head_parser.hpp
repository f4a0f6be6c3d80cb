// Heads of requests and responses, judged on their raw bytes (wire/http.hpp). A request must satisfy
// Beast's parser too.
#pragma once

#include <string_view>

#include "headgate/core/result.hpp"
#include "headgate/wire/http.hpp"

namespace headgate::net {

// Length of the head at the front of `bytes`, its blank line included; 0 when it is not there yet.
// `scanned` remembers how far earlier calls have looked.
std::size_t find_head_end(std::string_view bytes, std::size_t& scanned);

// Views point into `head`. Errors: invalid_request, headers_too_large.
core::Result<wire::RequestHead> parse_request_head(std::string_view head);
// Error: upstream_error, next target.
core::Result<wire::ResponseHead> parse_response_head(std::string_view head);

}  // namespace headgate::net
