// The object graph: every collaborator is made here and handed to whoever needs it.
#pragma once

#include "headgate/access/key_book.hpp"
#include "headgate/catalog/catalog.hpp"
#include "headgate/config/diagnostic.hpp"
#include "headgate/config/environment.hpp"
#include "headgate/config/settings.hpp"
#include "headgate/gateway/snapshot.hpp"
#include "headgate/server/server.hpp"

namespace headgate::app {

using AccountingPtr = std::shared_ptr<gateway::Accounting>;

enum class Keep { ledger, nothing };

// Budgets and records of settings, and with `ledger` the file in data_dir, from which budgets learn what
// was spent before.
core::Result<AccountingPtr> compose_accounting(const config::Settings& settings, Keep keep);
// A reload of the same.
core::Result<void> renew_accounting(const config::Settings& settings, gateway::Accounting& accounting);

using ResponsesPtr = std::shared_ptr<store::Responses>;
store::ResponseLimits response_limits(const config::Settings& settings);
// The file in data_dir, opened where it is not open yet; null where nothing is stored.
core::Result<ResponsesPtr> compose_responses(const config::Settings& settings, Keep keep, ResponsesPtr open);

// What requests are decided by, from settings, the keys and the catalog of data_dir, and what was learned of
// the health of providers before. Without `tokens` accounts that need one have none.
core::Result<server::SnapshotPtr> compose_snapshot(const config::Settings& settings, metrics::Registry& registry,
                                                   unsigned workers, std::uint64_t generation, AccountingPtr accounting,
                                                   gateway::AccountTokens* tokens = nullptr,
                                                   const health::Book* health = nullptr,
                                                   ResponsesPtr responses = nullptr);

// What a configuration may look at: variables, files, time zones.
config::Environment compose_environment();
// Prices that are missing or old where they matter.
config::Diagnostics price_warnings(const config::Settings& settings, const std::string& config_file);

// What the catalog knows of each model, below what the configuration says of it.
std::vector<routing::Model> with_facts(std::vector<routing::Model> models, const catalog::Catalog& known);

// Empty without server.tls.
core::Result<server::TlsPtr> compose_tls(const server::Settings& settings);

unsigned worker_count(const server::Settings& settings);

}  // namespace headgate::app
