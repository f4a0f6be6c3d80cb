// What a client would like of routing: the `provider` object that OpenRouter's clients send.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headgate/core/money.hpp"
#include "headgate/core/result.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::wire::openai {

inline constexpr std::size_t max_hint_names = 32;
inline constexpr std::size_t max_hint_name = 64;

// Value.
struct Hints {
  enum class Sort : std::uint8_t { price, throughput, latency };

  std::vector<std::string> order, only, ignore;  // names of providers
  std::optional<Sort> sort;
  std::optional<core::Money> max_prompt_price, max_completion_price;  // for a million tokens
  bool require_parameters = false;                                    // rather no answer than one of an adapted request
  bool deny_data_collection = false;
  bool allow_fallbacks = true;
};

// Of the document of a request. Members of `provider` that are not above are ignored.
// Error: invalid_request (param `provider`).
core::Result<Hints> read_hints(JsonValue document);

}  // namespace headgate::wire::openai
