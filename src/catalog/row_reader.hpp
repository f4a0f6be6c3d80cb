// What one row says, put over what is known already.
#pragma once

#include <string>
#include <string_view>

#include "headgate/catalog/entry.hpp"
#include "headgate/core/result.hpp"
#include "json_text.hpp"

namespace headgate::catalog {

inline constexpr core::Tokens most_tokens = 1'000'000'000;
inline constexpr std::size_t max_tiers = 16;

// What a row is about.
struct RowHead {
  std::string vendor;
  std::string model;
  Origin origin;  // of the row's price
};

// Nothing unless it is one JSON object, no name twice in it.
std::optional<Json> parse_row(std::string_view line);
core::Error no_row();
core::Result<RowHead> read_head(const Json& row);
// A price is replaced whole and the former kept aside if it came from elsewhere; features,
// parameters and qualities are replaced one by one; null is unknown. Errors say what is wrong and
// what is expected, without a place.
core::Result<void> apply(const Json& row, Entry& entry);

// A name as vendors give them: visible ASCII, of bounded length.
bool is_name(std::string_view text);
bool is_modality(std::string_view text);
// Keeps the price that was in effect among those of other sources, unless it was one's own.
void put_price(Price price, Entry& entry);

core::Error wrong(std::string what);

}  // namespace headgate::catalog
