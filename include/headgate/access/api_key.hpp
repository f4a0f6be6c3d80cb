// A tenant's API key: hg_<id>_<secret><crc>. The check digits turn typing errors and guesses away
// before anything is hashed or looked up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "headgate/core/secret.hpp"

namespace headgate::access {

struct KeyParts {
  std::string_view id;      // 12 characters, public
  std::string_view secret;  // 32 characters of base62: 190 bits
};

// Empty unless form and check digits are right.
std::optional<KeyParts> parse_key(std::string_view key);

struct MintedKey {
  std::string id;
  core::Secret key;  // whole, to be shown once
};
// Random bytes from OpenSSL's generator.
MintedKey mint_key();

using Digest = std::array<std::uint8_t, 32>;
// HMAC-SHA-256 of the whole key under the server's pepper.
Digest digest_key(std::string_view pepper, std::string_view key);
bool equal_in_constant_time(const Digest& a, const Digest& b);
std::string to_hex(const Digest& digest);
std::optional<Digest> digest_from_hex(std::string_view hex);

}  // namespace headgate::access
