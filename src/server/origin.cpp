#include "origin.hpp"

#include <boost/asio/ip/address.hpp>

namespace headgate::server {
namespace {

using wire::equal_ignoring_case;
using wire::Field;

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

// An address, or a name that can only mean this machine. No name in the DNS is all digits and dots.
bool is_own_name(std::string_view host) {
  constexpr std::string_view local = "localhost", below = ".localhost";
  host = without_port(host);
  if (host.starts_with('[') || host.find_first_not_of("0123456789.") == host.npos) return true;
  if (host.ends_with('.')) host.remove_suffix(1);
  return equal_ignoring_case(host, local) ||
         (host.size() > below.size() && equal_ignoring_case(host.substr(host.size() - below.size()), below));
}

bool is_same_origin(std::string_view origin, std::string_view host) {
  const auto scheme_end = origin.find("://");
  return scheme_end != origin.npos && equal_ignoring_case(origin.substr(scheme_end + 3), host);
}

core::Error foreign(const char* what) {
  return core::Error(core::Code::origin_not_allowed,
                     std::string(what) +
                         " Ask for localhost or an IP address; pages from elsewhere may only ask where a key is "
                         "asked for (`access.auth: required`).");
}

}  // namespace

bool is_loopback(const Address& address) {
  namespace ip = boost::asio::ip;
  boost::system::error_code error;
  const auto host = ip::make_address(address.host, error);
  if (error) return false;
  if (host.is_v6() && host.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, host.to_v6()).is_loopback();
  return host.is_loopback();
}

core::Result<void> check_origin(const wire::RequestHead& head, bool is_local) {
  const auto host = head.fields[Field::host];
  const auto origin = head.fields[Field::origin];
  if (is_local && !is_own_name(host)) return foreign("The Host header names another machine.");
  if (!origin.empty() && !is_same_origin(origin, host)) return foreign("The request comes from a web page elsewhere.");
  if (equal_ignoring_case(head.fields[Field::sec_fetch_site], "cross-site"))
    return foreign("The request comes from a web page elsewhere.");
  return {};
}

}  // namespace headgate::server
