#include "builder.hpp"
#include "headers.hpp"
#include "headgate/providers/vendor.hpp"
#include "reader.hpp"
#include "secrets.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config {
namespace {

constexpr std::string_view simulated = "simulated";

}  // namespace

void Builder::build_accounts() {
  for (const Entry& entry : entries(document_.find("providers"))) build_account(entry);
}

void Builder::build_account(const Entry& entry) {
  if (!entry.value.is_map()) return;
  const Node& node = entry.value;
  providers::Account account;
  account.name = entry.key;
  take_text(&node, "type", account.type);
  if (!providers::find_vendor(account.type)) return;  // refused as a word already
  build_place(entry, account);
  build_base_url(entry, account);
  build_proof(entry, account);
  const Node* timeouts = node.find("timeouts");
  take_duration(timeouts, "connect", account.timeouts.connect);
  take_duration(timeouts, "first_byte", account.timeouts.first_byte);
  take_duration(timeouts, "between_bytes", account.timeouts.between_bytes);
  take_duration(timeouts, "total", account.timeouts.total);
  take_number(&node, "max_connections", account.max_connections);
  take_size(&node, "max_response", account.max_response);
  take_size(&node, "max_event", account.max_event);
  take_text(&node, "ca_file", account.ca_file);
  check_pem(&node, "ca_file", "HG-1407");
  if (const Node* headers = node.find("headers")) build_headers(*headers, account);
  build_simulation(node, account.simulation);
  take_named(&node, "prompt_caching", providers::prompt_caching_names, account.prompt_caching);
  settings_.providers.push_back(std::move(account));
}

void Builder::build_base_url(const Entry& entry, providers::Account& account) {
  if (account.type == simulated) return;
  const auto* vendor = providers::find_vendor(account.type);
  account.base_url = vendor->base_url;
  if (!account.place.empty()) account.base_url = vendor->places->base_url(account.place);
  take_text(&entry.value, "base_url", account.base_url);
  if (account.base_url.empty() && !vendor->places) {
    report_.error(
        {"HG-1208", "provider " + quote(entry.key) + " has no `base_url`", "a URL such as https://api.example.com/v1"},
        entry.mark, entry.key.size());
  }
  while (account.base_url.ends_with('/')) account.base_url.pop_back();
}

void Builder::build_key(const Entry& entry, providers::Account& account) {
  if (account.type == simulated) {
    account.key_source = "none";
    return;
  }
  const auto* vendor = providers::find_vendor(account.type);
  const Node* node = entry.value.find("key");
  std::string reference = "none";
  if (node) {
    if (!node->is_scalar()) return;
    reference = node->text;
  } else if (vendor && !vendor->key_env.empty()) {
    const std::string name(vendor->key_env);
    const bool present = environment_.variable && environment_.variable(name);
    if (present || vendor->key_required) reference = "env:" + name;
  }
  const auto parsed = parse_secret(reference);
  if (!parsed) return;
  auto key = resolve(*parsed, settings_.data_dir, environment_);
  if (!key) {
    report_.error(key.problem(), node ? node->mark : entry.mark, node ? node->length() : entry.key.size());
    return;
  }
  account.key = *key;
  account.key_source = reference;
}

void Builder::build_headers(const Node& node, providers::Account& account) {
  for (const Entry& header : node.entries) {
    const auto refuse = [&](std::string why, std::string hint) {
      report_.error({"HG-1408", "header " + quote(header.key) + ' ' + why, {}, std::move(hint)}, header.mark,
                    header.key.size());
    };
    if (!is_header_name(header.key)) {
      refuse("has a name that HTTP does not allow", "letters, digits and dashes");
    } else if (is_reserved_header(header.key)) {
      refuse("is written by Headgate itself",
             is_credential(header.key) ? "credentials belong in `key`" : "leave it out");
    } else if (!is_header_value(header.value.text)) {
      refuse("has a value that HTTP does not allow", "one line, no spaces at its ends");
    } else {
      account.headers.emplace_back(header.key, header.value.text);
    }
  }
}

void Builder::build_simulation(const Node& node, providers::Simulation& simulation) {
  take_duration(&node, "latency", simulation.latency);
  take_duration(&node, "token_interval", simulation.token_interval);
  take_number(&node, "tokens", simulation.tokens);
  take_number(&node, "error_rate", simulation.error_rate);
  take_number(&node, "error_status", simulation.error_status);
  take_duration(&node, "outage_every", simulation.outage_every);
  take_duration(&node, "outage_for", simulation.outage_for);
  take_number(&node, "seed", simulation.seed);
}

}  // namespace headgate::config
