#include "headgate/wire/url.hpp"

#include <algorithm>
#include <charconv>

namespace headgate::wire {

std::string Url::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  std::string out = v6 ? "[" + host + "]" : host;
  if (port != (tls ? 443 : 80)) out += ":" + std::to_string(port);
  return out;
}

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  if (text.starts_with("https://"))
    url.tls = true;
  else if (!text.starts_with("http://"))
    return {};
  text.remove_prefix(url.tls ? 8 : 7);
  const bool clean = std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f && std::string_view("?#@\\\"<>^`{|}").find(c) == std::string_view::npos;
  });
  if (!clean) return {};
  const auto slash = text.find('/');
  auto authority = text.substr(0, slash);
  if (slash != text.npos) url.path = text.substr(slash);
  while (!url.path.empty() && url.path.back() == '/') url.path.pop_back();

  auto port_at = authority.find(':');
  if (authority.starts_with('[')) {
    const auto bracket = authority.find(']');
    if (bracket == authority.npos) return {};
    url.host = authority.substr(1, bracket - 1);
    port_at = bracket + 1 == authority.size() ? authority.npos : bracket + 1;
    if (port_at != authority.npos && authority[port_at] != ':') return {};
  } else {
    url.host = authority.substr(0, port_at);
  }
  if (url.host.empty()) return {};
  url.port = url.tls ? 443 : 80;
  if (port_at != authority.npos) {
    const auto digits = authority.substr(port_at + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (error != std::errc{} || end != digits.data() + digits.size() || url.port == 0) return {};
  }
  return url;
}

}  // namespace headgate::wire
