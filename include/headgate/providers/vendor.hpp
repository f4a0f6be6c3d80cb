// The vendors that speak OpenAI's dialect, one row each. A vendor's quirk is a column here, never an
// `if` elsewhere.
#pragma once

#include <span>
#include <string_view>

#include "headgate/wire/openai_continuation.hpp"

namespace headgate::providers {

struct Vendor {
  std::string_view name;      // `type` in the configuration
  std::string_view base_url;  // empty: must be configured
  std::string_view key_env;   // where the key is looked for when none is configured
  bool key_required;
  // Whether the surface takes stream_options.include_usage. Where it does not, the last chunk
  // carries usage by itself or nobody knows it.
  bool takes_stream_options;
  wire::openai::Prefill prefill;       // how it goes on with an answer that was begun, where its models can
  std::string_view prefill_path = {};  // of its own base URL, if it does so elsewhere
};

std::span<const Vendor> vendors();
// Null when the type is unknown. "simulated" is a row too: it has no base URL and needs no key.
const Vendor* find_vendor(std::string_view type);

}  // namespace headgate::providers
