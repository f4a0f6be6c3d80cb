// Names of features: eight bytes at a time, mixed. The trainer and the gateway must agree on them for good.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace headgate::classify {

inline constexpr std::uint64_t hash_start = 0xCBF29CE484222325U;

constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t hash = (a ^ (b + 0x9E3779B97F4A7C15U + (a << 6) + (a >> 2))) * 0xFF51AFD7ED558CCDU;
  return hash ^ (hash >> 33);
}

// As a little-endian machine reads them: the names of features are the same on all.
inline std::uint64_t eight_bytes(const char* from) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return std::endian::native == std::endian::little ? value : __builtin_bswap64(value);
}

// Of 1 byte or more; seven behind it are read, too, and do not count.
inline std::uint64_t hash_padded(const char* text, std::size_t size) {
  std::uint64_t hash = hash_start;
  for (; size > 8; text += 8, size -= 8) hash = mix(hash, eight_bytes(text));
  return mix(hash, eight_bytes(text) & ~std::uint64_t{0} >> (64 - 8 * size));
}

// The same of any text.
inline std::uint64_t hash_text(std::string_view text) {
  std::string padded(text);
  padded.append(8, '\0');
  return hash_padded(padded.data(), std::max<std::size_t>(text.size(), 1));
}

}  // namespace headgate::classify
