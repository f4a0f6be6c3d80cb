#include "compose.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include "catalog_files.hpp"
#include "files.hpp"
#include "headgate/config/prices.hpp"
#include "headgate/providers/vendor.hpp"
#include "headgate/store/rebuild.hpp"
#include "headgate/store/sqlite_ledger.hpp"
#include "headgate/store/sqlite_responses.hpp"
#include "headgate/store/zones.hpp"
#include "key_store.hpp"

namespace headgate::app {

unsigned worker_count(const server::Settings& settings) {
  return settings.workers != 0 ? settings.workers : std::max(1u, std::thread::hardware_concurrency());
}

namespace {

// Longer than any attempt, so that nobody's reservation ends while its answer is still being read.
core::Duration longest_attempt(const providers::Settings& providers) {
  core::Duration longest = std::chrono::minutes(1);
  for (const auto& account : providers) longest = std::max<core::Duration>(longest, account.timeouts.total);
  return longest + std::chrono::minutes(1);
}

budget::Settings budgets_of(const config::Settings& settings) {
  auto budgets = settings.budgets;
  budgets.scheduler_window = settings.routing.scheduler.window;
  budgets.lease = longest_attempt(settings.providers);
  return budgets;
}

std::vector<std::string> names_of(const std::vector<routing::Model>& models) {
  std::vector<std::string> names;
  for (const auto& model : models) names.push_back(model.name);
  return names;
}

budget::Now now() { return {core::Clock::now(), std::chrono::system_clock::now()}; }

}  // namespace

std::vector<routing::Model> with_facts(std::vector<routing::Model> models, const catalog::Catalog& known) {
  for (auto& model : models)
    model.facts = catalog::over(model.facts, known.find(model.facts.vendor, model.facts.model));
  return models;
}

// No model gives several answers to a request that has no word for them.
void limit_by_words(std::vector<routing::Model>& models, const providers::Settings& accounts) {
  for (auto& model : models) {
    const auto account = std::find_if(accounts.begin(), accounts.end(),
                                      [&](const providers::Account& one) { return one.name == model.provider; });
    const auto* vendor = account == accounts.end() ? nullptr : providers::find_vendor(account->type);
    if (vendor == nullptr || dialects::asks_for_several(vendor->words)) continue;
    if (!model.facts.supported.has(core::Feature::n)) model.facts.lacking.add(core::Feature::n);
  }
}

core::Result<AccountingPtr> compose_accounting(const config::Settings& settings, Keep keep) {
  std::unique_ptr<store::Ledger> ledger;
  if (keep == Keep::ledger) {
    if (auto made = make_directory(settings.data_dir); !made) return made.error();
    store::SqliteLedgerSettings with;
    with.file = settings.data_dir + "/ledger.db";
    with.on_failure = settings.budgets.budgets.empty() ? store::OnFailure::continue_ : store::OnFailure::refuse;
    auto opened = store::open_sqlite_ledger(std::move(with));
    if (!opened) return opened.error();
    ledger = std::move(*opened);
  }
  auto accounting =
      std::make_shared<gateway::Accounting>(budgets_of(settings), names_of(settings.routing.models), std::move(ledger));
  if (accounting->ledger() == nullptr) return accounting;
  if (auto rebuilt = store::rebuild(*accounting->ledger(), accounting->budgets(), now()); !rebuilt)
    return rebuilt.error();
  return accounting;
}

core::Result<void> renew_accounting(const config::Settings& settings, gateway::Accounting& accounting) {
  const bool news = accounting.apply(budgets_of(settings), names_of(settings.routing.models), now());
  if (!news || accounting.ledger() == nullptr) return {};
  if (auto rebuilt = store::rebuild(*accounting.ledger(), accounting.budgets(), now()); !rebuilt)
    return rebuilt.error();
  return {};
}

store::ResponseLimits response_limits(const config::Settings& settings) {
  store::ResponseLimits limits;
  limits.keep = settings.responses.keep;
  limits.max_response = settings.responses.max_response;
  limits.max_tenant = settings.responses.max_tenant;
  limits.max_total = settings.responses.max_total;
  return limits;
}

core::Result<ResponsesPtr> compose_responses(const config::Settings& settings, Keep keep, ResponsesPtr open) {
  if (keep == Keep::nothing || !settings.responses.store) return ResponsesPtr();
  if (open != nullptr) return open;
  if (auto made = make_directory(settings.data_dir); !made) return made.error();
  store::SqliteResponsesSettings with;
  with.file = settings.data_dir + "/responses.db";
  with.limits = response_limits(settings);
  auto opened = store::open_sqlite_responses(std::move(with));
  if (!opened) return opened.error();
  return ResponsesPtr(std::move(*opened));
}

core::Result<server::SnapshotPtr> compose_snapshot(const config::Settings& settings, metrics::Registry& registry,
                                                   unsigned workers, std::uint64_t generation, AccountingPtr accounting,
                                                   gateway::AccountTokens* tokens, const health::Book* health,
                                                   ResponsesPtr responses) {
  auto keys = KeyStore(settings.data_dir).book();
  if (!keys) return keys.error();
  const auto catalog = read_catalog(settings.data_dir);
  if (!catalog) return catalog.error();
  auto routing = settings.routing;
  routing.models = with_facts(std::move(routing.models), *catalog);
  limit_by_words(routing.models, settings.providers);
  return gateway::make_snapshot(
      {std::move(routing), settings.providers, settings.access, std::move(*keys), classify::Classifier(),
       classify::Difficulty(), settings.breakers, health, std::move(accounting), std::random_device()(), workers,
       generation, tokens, std::move(responses)},
      registry, core::Clock::now(), std::chrono::system_clock::now());
}

config::Environment compose_environment() {
  auto environment = config::system_environment();
  environment.load_zone = [](const std::string& name) { return store::load_zone(name); };
  return environment;
}

config::Diagnostics price_warnings(const config::Settings& settings, const std::string& config_file) {
  const auto catalog = read_catalog(settings.data_dir);
  if (!catalog) return {};  // said where the catalog is needed
  return config::check_prices(settings, *catalog, std::chrono::system_clock::now(), config_file);
}

core::Result<server::TlsPtr> compose_tls(const server::Settings& settings) {
  if (!settings.tls) return server::TlsPtr();
  return net::ServerTls::make(settings.tls->cert, settings.tls->key, settings.tls->client_ca);
}

}  // namespace headgate::app
