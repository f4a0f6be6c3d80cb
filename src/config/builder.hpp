// Turns a checked document into Settings, and checks what depends on several parts of the file or
// on the machine: keys, files, addresses.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "document.hpp"
#include "headgate/config/environment.hpp"
#include "headgate/config/settings.hpp"
#include "report.hpp"
#include "secrets.hpp"

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
  void build_zones(const Node& node);
  void check_addresses();
  void build_accounts();
  void build_account(const Entry& entry);
  void build_base_url(const Entry& entry, providers::Account& account);
  // Region or location, where the vendor has many.
  void build_place(const Entry& entry, providers::Account& account);
  // What the account shows to be let in: one of the next three.
  void build_proof(const Entry& entry, providers::Account& account);
  void build_key(const Entry& entry, providers::Account& account);
  void build_signature(const Entry& entry, providers::Account& account);
  void build_service_account(const Entry& entry, providers::Account& account);
  void build_pair(const Entry& entry, providers::Account& account, bool from_variables);
  bool read_credentials(const core::Secret& document, Mark mark, providers::Account& account);
  void build_project(const Entry& entry, providers::Account& account);
  // What a key refers to, or else the reference `otherwise`, where there is one. False: it was refused.
  bool take_secret(const Entry& entry, std::string_view key, std::string_view otherwise, providers::Account& account,
                   core::Secret& secret, SecretForm form);
  std::optional<std::string> variable(std::string_view name) const;
  void build_headers(const Node& node, providers::Account& account);
  void build_simulation(const Node& node, providers::Simulation& simulation);
  void build_models();
  routing::Model build_model(const Entry& entry);
  void build_pools();
  void build_failover();
  void build_breakers();
  void build_scheduler();
  void build_budgets();
  void build_budget(const Node& node, budget::Budget& budget);
  void build_window(const Node& budget, budget::Window& window);
  void check_overlap(const Node& section);
  void check_budget(const Node& node, const budget::Budget& budget);
  void build_catalog();
  void build_responses();
  void build_drills();
  void build_rules();
  void build_when(const Node& node, routing::When& when);
  void build_header_condition(const Node& node, const Entry& entry, routing::When& when);
  void build_hours(const Node& node, routing::Hours& hours);
  void build_use(const Node& node, routing::Use& use);
  void check_rules(const Node& section);
  void check_models_asked(const routing::Rule& rule, const Node& place, const std::set<std::string>& names);
  void check_pools_of(const routing::Rule& rule, const Node& place);
  void check_continuation(const routing::Rule& rule, const Node& place);
  void check_pool_of(const routing::Rule& rule, const std::string& name, const Node& place);
  void check_pools();
  void refuse_second(const std::string& name, std::string_view what, const Node& node, std::set<std::string>& names);
  // The time zone of a calendar or of hours.
  void build_zone(const Node& parent, std::string& name, std::shared_ptr<const budget::Zone>& zone);
  // Reports a file that cannot be read or holds no PEM block.
  void check_pem(const Node* parent, std::string_view key, std::string_view code);

  const Node& document_;
  const Environment& environment_;
  Report& report_;
  Settings settings_;
  std::map<std::string, std::shared_ptr<const budget::Zone>> time_zones_;
};

}  // namespace headgate::config
