#include "builder.hpp"

#include <algorithm>

#include "reader.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config {
namespace {

Mark mark_of(const Node* node) { return node ? node->mark : Mark{}; }
std::size_t length_of(const Node* node) { return node ? node->length() : 1; }

void take_address(const Node* parent, std::string_view key, server::Address& value) {
  const Node* node = child(parent, key);
  if (!node || !node->is_scalar()) return;
  if (const auto parsed = parse_address(node->text)) value = *parsed;
}

std::string shown(const server::Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return quote((v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port));
}

bool collide(const server::Address& a, const server::Address& b) {
  return a.port != 0 && a.port == b.port && (a.host == b.host || is_any(a) || is_any(b));
}

}  // namespace

Settings Builder::build() {
  take_text(&document_, "data_dir", settings_.data_dir);
  build_server();
  build_access();
  check_addresses();
  build_accounts();
  build_models();
  build_pools();
  check_pools();
  build_failover();
  build_breakers();
  build_scheduler();
  build_rules();
  build_budgets();
  build_catalog();
  build_drills();
  build_responses();
  const Node* log = document_.find("log");
  take_word(
      log, "level",
      {{"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warn", LogLevel::warn}, {"error", LogLevel::error}},
      settings_.log.level);
  take_word(log, "requests", {{"all", LogRequests::all}, {"errors", LogRequests::errors}, {"none", LogRequests::none}},
            settings_.log.requests);
  return std::move(settings_);
}

void Builder::build_server() {
  const Node* node = document_.find("server");
  server::Settings& server = settings_.server;
  take_address(node, "listen", server.listen);
  take_address(node, "admin_listen", server.admin_listen);
  take_number(node, "workers", server.workers);  // `auto` is no number: 0 stays
  take_size(node, "max_body", server.max_body);
  take_size(node, "max_header", server.max_header);
  take_duration(node, "heartbeat", server.heartbeat);
  take_duration(node, "drain", server.drain);
  const Node* timeouts = child(node, "timeouts");
  take_duration(timeouts, "header", server.timeouts.header);
  take_duration(timeouts, "body", server.timeouts.body);
  take_duration(timeouts, "idle", server.timeouts.idle);
  take_duration(timeouts, "write", server.timeouts.write);
  if (const Node* tls = child(node, "tls"); tls && tls->is_map()) build_tls(*tls);
}

void Builder::build_tls(const Node& node) {
  server::TlsSettings& tls = settings_.server.tls.emplace();
  take_text(&node, "cert", tls.cert);
  take_text(&node, "key", tls.key);
  take_text(&node, "client_ca", tls.client_ca);
  for (const char* key : {"cert", "key", "client_ca"}) check_pem(&node, key, "HG-1406");
}

void Builder::build_access() {
  using access::Auth;
  settings_.access.auth = is_loopback(settings_.server.listen) ? Auth::open : Auth::required;
  take_word(document_.find("access"), "auth", {{"required", Auth::required}, {"open", Auth::open}},
            settings_.access.auth);
  if (const Node* zones = child(document_.find("access"), "zones")) build_zones(*zones);
}

void Builder::build_zones(const Node& node) {
  std::vector<access::Zone> zones;
  for (const Entry& entry : node.entries) {
    access::Zone& zone = zones.emplace_back(access::Zone{entry.key, {}});
    std::vector<std::string> networks;
    take_texts(&entry.value, "networks", networks);
    for (const auto& text : networks)
      if (const auto network = access::Network::parse(text)) zone.networks.push_back(*network);
  }
  settings_.access.zones = access::Zones(std::move(zones));
  if (report_.has_errors()) return;
  const auto empty = settings_.access.zones.empty_ones();
  for (const Entry& entry : node.entries)
    if (std::find(empty.begin(), empty.end(), entry.key) != empty.end())
      report_.warning({"HG-1507",
                       "no address lies in zone " + quote(entry.key) + ": other zones have all of its networks",
                       {},
                       "remove it, or take networks out of the others"},
                      entry.mark, entry.key.size());
}

void Builder::check_addresses() {
  const Node* node = document_.find("server");
  const Node* listen = child(node, "listen");
  const Node* admin_listen = child(node, "admin_listen");
  const server::Address& address = settings_.server.listen;
  const server::Address& admin = settings_.server.admin_listen;
  if (collide(address, admin)) {
    const Node* last = admin_listen ? admin_listen : listen;
    report_.error({"HG-1404", "`listen` and `admin_listen` share " + shown(address), {}, "give them different ports"},
                  mark_of(last), length_of(last));
  }
  if (!is_loopback(admin)) {
    report_.error({"HG-1403", "the admin API has no keys yet, so " + shown(admin) + " would be open to the network",
                   "a loopback address", "write " + quote("127.0.0.1:" + std::to_string(admin.port))},
                  mark_of(admin_listen), length_of(admin_listen));
  }
  if (is_loopback(address)) return;
  if (settings_.access.auth == access::Auth::open) {
    report_.warning({"HG-1401",
                     "whoever reaches " + shown(address) + " can spend on your providers' accounts",
                     {},
                     "write `auth: required` unless something in front of Headgate checks callers"},
                    mark_of(listen), length_of(listen));
  } else if (environment_.has_tenant_keys && !environment_.has_tenant_keys(settings_.data_dir)) {
    report_.error({"HG-1402",
                   shown(address) + " is open to the network and there is no tenant key yet",
                   {},
                   "create one with `headgate key create --tenant NAME`, or write `access: {auth: open}`"},
                  mark_of(listen), length_of(listen));
  }
}

void Builder::check_pem(const Node* parent, std::string_view key, std::string_view code) {
  const Node* node = child(parent, key);
  if (!node || !node->is_scalar() || check_kind("path", node->text)) return;
  const FileRead file =
      environment_.read_file ? environment_.read_file(node->text, largest_file) : FileRead{{}, "no such file"};
  const auto fail = [&](const std::string& why, std::string hint) {
    report_.error({std::string(code), quote(node->text) + ": " + why, "a readable PEM file", std::move(hint)},
                  node->mark, node->length());
  };
  if (!file.text) return fail(file.error, "relative paths start where headgate is started");
  if (file.text->find("-----BEGIN ") == std::string::npos) fail("holds no PEM block", {});
}

}  // namespace headgate::config
