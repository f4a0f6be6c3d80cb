// The vendors that speak OpenAI's dialect, one row each. A vendor's quirk is a column here, never an
// `if` elsewhere.
#pragma once

#include <span>
#include <string_view>

namespace headgate::providers {

struct Vendor {
  std::string_view name;      // `type` in the configuration
  std::string_view base_url;  // empty: must be configured
  std::string_view key_env;   // where the key is looked for when none is configured
  bool key_required;
  // Whether the surface takes stream_options.include_usage. Where it does not, the last chunk
  // carries usage by itself or nobody knows it.
  bool takes_stream_options;
};

std::span<const Vendor> vendors();
// Null when the type is unknown. "simulated" is a row too: it has no base URL and needs no key.
const Vendor* find_vendor(std::string_view type);

}  // namespace headgate::providers
