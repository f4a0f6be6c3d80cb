#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "headgate/access/network.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port > 65535 || text.size() > 5) return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

using Bytes = std::array<unsigned char, 16>;

bool is_ipv4(const std::string& host, Bytes& bytes) { return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1; }
bool is_ipv6(const std::string& host, Bytes& bytes) { return inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1; }

bool is_host_name(std::string_view host) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  };
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), allowed) && host.front() != '.' &&
         host.front() != '-' && host.find("..") == host.npos;
}

struct Authority {
  std::string host;
  std::string_view port;  // after the colon
  bool has_port = false;
  bool bracketed = false;
};

std::optional<Authority> split_authority(std::string_view text) {
  std::size_t colon = 0;
  Authority authority;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == text.npos) return std::nullopt;
    authority.host = text.substr(1, close - 1);
    authority.bracketed = true;
    colon = close + 1;
    if (colon < text.size() && text[colon] != ':') return std::nullopt;
  } else {
    colon = std::min(text.find(':'), text.size());
    authority.host = text.substr(0, colon);
  }
  authority.has_port = colon < text.size();
  if (authority.has_port) authority.port = text.substr(colon + 1);
  return authority;
}

bool is_valid_host(const Authority& authority) {
  Bytes bytes{};
  return authority.bracketed ? is_ipv6(authority.host, bytes) : is_host_name(authority.host);
}

Problem bad_url(std::string message, std::string hint = {}) {
  return {"HG-1205", std::move(message), {}, std::move(hint)};
}

std::optional<Problem> check_scheme(std::string_view text) {
  const std::size_t colon = text.find("://");
  const std::string_view scheme = text.substr(0, colon);
  if (colon == text.npos)
    return bad_url("the URL does not begin with http:// or https://", "write " + quote("https://" + std::string(text)));
  if (scheme == "https" || scheme == "http") return std::nullopt;
  return Problem{"HG-1207", quote(scheme) + " is not spoken here", "http:// or https://"};
}

}  // namespace

Parsed<server::Address> parse_address(std::string_view text) {
  const auto bad = [text](std::string hint) {
    return Problem{"HG-1405", quote(text) + " is not an address", {}, std::move(hint)};
  };
  const auto authority = split_authority(text);
  Bytes bytes{};
  if (!authority || is_ipv6(std::string(text), bytes)) return bad("an IPv6 address stands in brackets: [::1]:8080");
  if (parse_port(text)) return bad("add the address: " + quote("127.0.0.1:" + std::string(text)));
  if (!authority->has_port) return bad("add the port: " + quote(std::string(text) + ":8080"));
  if (authority->host.empty()) return bad("write 127.0.0.1 for this machine only, 0.0.0.0 for every network");
  std::string host = authority->host == "localhost" ? "127.0.0.1" : authority->host;
  if (!(authority->bracketed ? is_ipv6(host, bytes) : is_ipv4(host, bytes)))
    return bad("names are not looked up here: write the IP address");
  const auto port = parse_port(authority->port);
  if (!port) return bad("a port is a number from 0 to 65535");
  return server::Address{std::move(host), *port};
}

std::optional<Problem> check_url(std::string_view text) {
  if (auto problem = check_scheme(text)) return problem;
  const std::string_view rest = text.substr(text.find("://") + 3);
  const std::size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view path = rest.substr(slash);
  if (rest.substr(0, slash).find('@') != rest.npos) {
    return Problem{"HG-1206", "the URL carries a user name or password", {}, "remove it and use `key`"};
  }
  const auto authority = split_authority(rest.substr(0, slash));
  if (!authority || !is_valid_host(*authority)) return bad_url("the URL has no valid host");
  if (authority->has_port && parse_port(authority->port).value_or(0) == 0)
    return bad_url("the URL's port is not a number from 1 to 65535");
  if (path.find_first_of("?#") != path.npos) return bad_url("the URL has a query or fragment", "end it after the path");
  const auto plain = [](char c) {
    return c > ' ' && c < 127 && std::string_view("@\\\"<>^`{|}").find(c) == std::string_view::npos;
  };
  if (!std::all_of(path.begin(), path.end(), plain))
    return bad_url("the URL's path has characters that must be escaped");
  return std::nullopt;
}

bool is_loopback(const server::Address& address) {
  Bytes bytes{};
  if (is_ipv4(address.host, bytes)) return bytes[0] == 127;
  if (!is_ipv6(address.host, bytes)) return false;
  static constexpr Bytes mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 0};
  static constexpr Bytes loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return bytes == loopback || std::equal(mapped.begin(), mapped.begin() + 13, bytes.begin());
}

bool is_any(const server::Address& address) {
  Bytes bytes{};
  const bool known = is_ipv4(address.host, bytes) || is_ipv6(address.host, bytes);
  return known && std::all_of(bytes.begin(), bytes.end(), [](unsigned char byte) { return byte == 0; });
}

std::optional<Problem> check_network(std::string_view text) {
  const auto read = access::Network::parse(text);
  if (read) return std::nullopt;
  return Problem{"HG-1107", quote(text) + " is not a network: " + read.error().message()};
}

}  // namespace headgate::config
