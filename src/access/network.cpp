#include "headgate/access/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace headgate::access {
namespace {

constexpr unsigned v4_depth = 96;  // of ::ffff:0:0/96, where IPv4 lies
constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

// The address with all bits behind the first `depth` cleared.
Address cut(const Address& address, unsigned depth) {
  auto bytes = address.bytes();
  for (unsigned i = 0; i < bytes.size(); ++i) {
    const unsigned kept = std::clamp(depth, i * 8, i * 8 + 8) - i * 8;
    bytes[i] &= static_cast<std::uint8_t>(0xFF00u >> kept);
  }
  return Address(bytes);
}

std::optional<unsigned> parse_length(std::string_view text) {
  unsigned length = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, length);
  const bool plain = text == "0" || !text.starts_with('0');
  if (error != std::errc() || stop != end || text.size() > 3 || !plain) return std::nullopt;
  return length;
}

core::Error refused(std::string why) { return core::Error(core::Code::invalid_request, std::move(why)); }

}  // namespace

Address::Address(const std::array<std::uint8_t, 4>& bytes) {
  std::copy(mapped.begin(), mapped.end(), bytes_.begin());
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + mapped.size());
}

std::optional<Address> Address::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  const std::string terminated(text);
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return Address(four);
  Bytes sixteen{};
  if (inet_pton(AF_INET6, terminated.c_str(), sixteen.data()) == 1) return Address(sixteen);
  return std::nullopt;
}

bool Address::is_v4() const { return std::equal(mapped.begin(), mapped.end(), bytes_.begin()); }

std::string Address::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_v4();
  inet_ntop(v4 ? AF_INET : AF_INET6, bytes_.data() + (v4 ? mapped.size() : 0), text.data(), text.size());
  return text.data();
}

Network::Network(const Address& address, unsigned length)
    : depth_(std::min(length + (address.is_v4() ? v4_depth : 0), 128u)) {
  first_ = cut(address, depth_);
}

core::Result<Network> Network::parse(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto address = Address::parse(text.substr(0, slash));
  if (!address) return refused("no IP address stands before the slash, and names are not looked up");
  const bool v4 = address->is_v4();
  const std::string most = v4 ? "32" : "128";
  if (slash == text.size())
    return refused("the length is missing; this address alone is " + address->to_string() + "/" + most);
  auto length = parse_length(text.substr(slash + 1));
  // Written as IPv6, the bits of the mapping count.
  const bool counts_mapping = v4 && text.substr(0, slash).find(':') != text.npos;
  if (length && counts_mapping) length = *length < v4_depth ? std::nullopt : std::optional(*length - v4_depth);
  if (!length || *length > (v4 ? 32 : 128))
    return refused("the length is a number from " + std::string(counts_mapping ? "96 to 128" : "0 to " + most));
  Network network(*address, *length);
  if (network.first() != *address) return refused("bits are set behind its length; write " + network.to_string());
  return network;
}

std::optional<Address> Network::next() const {
  auto bytes = first_.bytes();
  unsigned carry = depth_ == 0 ? 0 : 1u << ((128 - depth_) % 8);
  for (unsigned i = depth_ == 0 ? 0 : (depth_ - 1) / 8 + 1; carry != 0 && i-- > 0;) {
    carry += bytes[i];
    bytes[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  const bool past_the_end = depth_ == 0 || carry != 0;
  return past_the_end ? std::nullopt : std::optional(Address(bytes));
}

bool Network::holds(const Address& address) const {
  return address.is_v4() == first_.is_v4() && cut(address, depth_) == first_;
}

std::string Network::to_string() const {
  return first_.to_string() + "/" + std::to_string(first_.is_v4() ? depth_ - v4_depth : depth_);
}

}  // namespace headgate::access
