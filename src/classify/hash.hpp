// Names of features: FNV-1a over bytes, mixed. The trainer and the gateway must agree on them for good.
#pragma once

#include <cstdint>
#include <string_view>

namespace headgate::classify {

inline constexpr std::uint64_t hash_start = 0xCBF29CE484222325U;

constexpr std::uint64_t hash_byte(std::uint64_t hash, char byte) {
  return (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
}

constexpr std::uint64_t hash_text(std::string_view text) {
  std::uint64_t hash = hash_start;
  for (const char byte : text) hash = hash_byte(hash, byte);
  return hash;
}

constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t hash = (a ^ (b + 0x9E3779B97F4A7C15U + (a << 6) + (a >> 2))) * 0xFF51AFD7ED558CCDU;
  return hash ^ (hash >> 33);
}

}  // namespace headgate::classify
