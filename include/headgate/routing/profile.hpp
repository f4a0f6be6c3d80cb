// What is known of a request before a model is chosen. Texts are borrowed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/catalog/entry.hpp"
#include "headgate/core/capability.hpp"
#include "headgate/core/money.hpp"
#include "headgate/core/time.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::routing {

enum class Sort : std::uint8_t { price, throughput, latency };

// What the client asks beyond the model's name. Hints narrow what rules and keys allow, never widen it.
struct Hints {
  std::span<const std::string> order, only, ignore;  // providers
  std::optional<Sort> sort;
  std::optional<core::Money> max_input_price, max_output_price;  // of one token
  std::optional<core::Money> max_cost;                           // of this request
  std::optional<core::milliseconds> deadline;
  bool require_parameters = false;  // nothing is adapted
  bool deny_data_collection = false;
  bool allow_fallbacks = true;
};

struct HeaderValue {
  std::string_view name;  // lower case
  std::string_view value;
};

struct Profile {
  std::string_view model;                                   // as asked, with its suffix
  std::span<const std::string> fallbacks;                   // the client's own list, tried after it
  std::optional<catalog::Kind> kind = catalog::Kind::chat;  // none: nothing that the catalog knows
  std::optional<core::Capability> capability;
  std::optional<float> difficulty;  // 0 to 1: how much a strong model would gain; none: nobody asked
  core::FeatureSet needs;
  bool stream = false;
  core::Tokens input_tokens = 0;              // estimate
  core::Tokens most_input_tokens = 0;         // hardly ever exceeded
  std::optional<core::Tokens> output_tokens;  // at most, as the client asks
  unsigned choices = 1;
  std::string_view tenant;
  std::string_view zone;
  core::WallTime wall{};
  std::span<const HeaderValue> headers;  // those that rules look at
  Hints hints;
};

}  // namespace headgate::routing
