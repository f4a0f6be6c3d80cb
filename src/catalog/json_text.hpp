// JSON as nlohmann's values, without exceptions.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace headgate::catalog {

using Json = nlohmann::json;

enum class DoubleNames { refused, last_wins };

// Nothing when the text is no JSON, or names a member twice where that is refused.
std::optional<Json> parse_json(std::string_view text, DoubleNames names);

// As it may stand in an error: escaped, and not longer than a line.
std::string shown(const Json& json);

// Null when there is no such member, or `json` is no object.
inline const Json* member(const Json& json, std::string_view name) {
  const auto* object = json.get_ptr<const Json::object_t*>();
  if (object == nullptr) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &found->second;
}

inline const std::string* text_of(const Json* json) {
  return json == nullptr ? nullptr : json->get_ptr<const std::string*>();
}

inline std::optional<double> number_of(const Json* json) {
  if (json == nullptr || !json->is_number()) return std::nullopt;
  const double value = json->get<double>();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// Whole numbers, also when written as 32000.0.
inline std::optional<std::uint64_t> count_of(const Json* json, std::uint64_t most) {
  const auto value = number_of(json);
  if (!value || *value < 0 || *value > static_cast<double>(most) || *value != std::floor(*value)) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

}  // namespace headgate::catalog
