// The price of a row: dollars for a million tokens, as decimals in strings.
#pragma once

#include "headgate/catalog/price.hpp"
#include "headgate/core/result.hpp"
#include "json_text.hpp"

namespace headgate::catalog {

core::Result<Price> read_price(const Json& json, Origin origin);

// The price of one token from that of a million; nothing when it is no plain decimal, has more than
// six digits behind the point, or is out of all proportion.
std::optional<core::Money> rate_from(std::string_view dollars_per_million);
std::string to_text(core::Money rate);

}  // namespace headgate::catalog
