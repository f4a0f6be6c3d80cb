// How settings are written: values as the file has them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include "headgate/config/settings.hpp"

namespace headgate::config::written {

using Json = nlohmann::ordered_json;

std::string duration(core::Duration length);  // 90d, 1500ms: in the largest unit that needs no fraction
std::string size(std::size_t bytes);          // 32MiB
std::string address(const server::Address& address);
std::string money(core::Money amount);
std::string clock(std::chrono::minutes time);

template <typename Enum, std::size_t N>
std::string word(Enum value, const std::array<std::string_view, N>& names) {
  return std::string(names[static_cast<std::size_t>(value)]);
}

// Leaves out what has no value.
template <typename T, typename Write>
void put(Json& into, const char* key, const std::optional<T>& value, Write write) {
  if (value) into[key] = write(*value);
}
template <typename T>
void put(Json& into, const char* key, const std::optional<T>& value) {
  if (value) into[key] = *value;
}
inline void put(Json& into, const char* key, const std::string& value) {
  if (!value.empty()) into[key] = value;
}

Json models(const Settings& settings);
Json rules(const Settings& settings);

}  // namespace headgate::config::written
