// Turns a checked document into Settings, and checks what depends on several parts of the file or
// on the machine: keys, files, addresses.
#pragma once

#include <set>
#include <string>

#include "document.hpp"
#include "headgate/config/environment.hpp"
#include "headgate/config/settings.hpp"
#include "report.hpp"

namespace headgate::config {

class Builder {
 public:
  Builder(const Node& document, const Environment& environment, Report& report)
      : document_(document), environment_(environment), report_(report) {}

  // Complete only when the report holds no error.
  Settings build();

 private:
  void build_server();
  void build_tls(const Node& node);
  void build_access();
  void check_addresses();
  void build_accounts();
  void build_account(const Entry& entry);
  void build_base_url(const Entry& entry, providers::Account& account);
  void build_key(const Entry& entry, providers::Account& account);
  void build_headers(const Node& node, providers::Account& account);
  void build_simulation(const Node& node, providers::Simulation& simulation);
  void build_models();
  void build_pools();
  void build_failover();
  void build_breakers();
  // Reports a file that cannot be read or holds no PEM block.
  void check_pem(const Node* parent, std::string_view key, std::string_view code);

  const Node& document_;
  const Environment& environment_;
  Report& report_;
  Settings settings_;
  std::set<std::string> waiting_;  // providers whose type has no adapter yet
};

}  // namespace headgate::config
