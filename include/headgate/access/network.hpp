// IP addresses and networks. An IPv4 address inside an IPv6 one (::ffff:10.0.0.1) is the IPv4 address:
// which of the two a listener reports depends on how it was opened.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "headgate/core/result.hpp"

namespace headgate::access {

// Value.
class Address {
 public:
  using Bytes = std::array<std::uint8_t, 16>;  // in the order of the network; IPv4 in the last four, mapped

  Address() = default;  // ::
  explicit Address(const Bytes& bytes) : bytes_(bytes) {}
  explicit Address(const std::array<std::uint8_t, 4>& bytes);
  // 10.0.0.1 or 2001:db8::1, and nothing around it.
  static std::optional<Address> parse(std::string_view text);

  bool is_v4() const;
  const Bytes& bytes() const { return bytes_; }
  std::string to_string() const;
  friend auto operator<=>(const Address&, const Address&) = default;

 private:
  Bytes bytes_{};
};

// All addresses that begin with the same bits. Value.
class Network {
 public:
  // The one of so many bits in which the address lies: at most 32 for IPv4, 128 for IPv6.
  Network(const Address& address, unsigned length);
  // 10.0.0.0/8 or ::/0. Error: what is wrong with it and what to write, without the text itself.
  static core::Result<Network> parse(std::string_view text);

  const Address& first() const { return first_; }
  // Bits that are fixed; those of IPv4 are counted behind the 96 of the mapping.
  unsigned depth() const { return depth_; }
  // The address behind the last one; none behind the end of all.
  std::optional<Address> next() const;
  // IPv4 and IPv6 lie apart: ::/0 holds no IPv4 address.
  bool holds(const Address& address) const;
  std::string to_string() const;
  friend bool operator==(const Network&, const Network&) = default;

 private:
  Address first_;
  unsigned depth_ = 0;
};

}  // namespace headgate::access
