#include "headgate/gateway/snapshot.hpp"

#include <map>

#include "headgate/providers/vendor.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::gateway {
namespace {

using core::Result;

// Seconds. From a cached answer to a long reasoning stream.
constexpr double buckets[] = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300};

using TlsByCaFile = std::map<std::string, std::shared_ptr<const net::ClientTls>>;

Result<std::shared_ptr<const net::ClientTls>> tls_for(TlsByCaFile& made, const std::string& ca_file) {
  auto& tls = made[ca_file];
  if (tls == nullptr) {
    auto fresh = net::ClientTls::make(ca_file);
    if (!fresh) return fresh.error();
    tls = *fresh;
  }
  return tls;
}

std::string pool_key(const providers::Account& settings, const wire::Url& url) {
  return settings.name + " " + url.authority() + (url.tls ? " tls " : " plain ") + settings.ca_file + " " +
         std::to_string(settings.max_connections);
}

Result<std::shared_ptr<Account>> make_account(providers::Account settings, unsigned workers, TlsByCaFile& tls,
                                              core::TimePoint now) {
  const auto* vendor = providers::find_vendor(settings.type);
  const bool simulated = settings.type == "simulated";
  const auto url = wire::parse_url(simulated ? "http://simulated" : settings.base_url);
  if (vendor == nullptr || !url)
    return core::Error(core::Code::internal_error, "provider " + settings.name + " has no usable base URL");
  net::Endpoint endpoint{url->host, url->port, nullptr};
  if (url->tls) {
    auto context = tls_for(tls, settings.ca_file);
    if (!context) return context.error();
    endpoint.tls = *context;
  }
  providers::OpenAiAdapter adapter(settings, *url, vendor->takes_stream_options);
  auto key = pool_key(settings, *url);
  const auto share = std::max<std::size_t>(1, (settings.max_connections + workers - 1) / workers);
  return std::shared_ptr<Account>(new Account{
      std::move(settings), std::move(adapter), std::move(endpoint), std::move(key), simulated, share, now, {}, {}});
}

std::unique_ptr<Target> make_target(const routing::Model& model, std::shared_ptr<Account> account,
                                    metrics::Registry& registry) {
  const metrics::Labels labels{{"provider", account->settings.name}, {"model", model.name}};
  const auto tokens = [&](const char* direction) -> metrics::Counter& {
    return registry.counter("headgate_tokens_total", "Tokens as reported by providers.",
                            {{"direction", direction}, {"model", model.name}});
  };
  std::string model_json;
  wire::append_json_string(model_json, model.upstream);
  std::string route_fields =
      "x-headgate-provider: " + account->settings.name + "\r\nx-headgate-model: " + model.name + "\r\n";
  return std::unique_ptr<Target>(
      new Target{std::move(account),
                 model.name,
                 model.upstream,
                 std::move(model_json),
                 std::move(route_fields),
                 registry.histogram("headgate_upstream_duration_seconds", "Attempts at providers, from start to end.",
                                    buckets, labels),
                 registry.histogram("headgate_upstream_first_byte_seconds",
                                    "Attempts at providers, from start to the head of the answer.", buckets, labels),
                 tokens("input"),
                 tokens("output"),
                 {}});
}

}  // namespace

Result<std::shared_ptr<const Snapshot>> make_snapshot(SnapshotParts parts, metrics::Registry& registry,
                                                      core::TimePoint now, core::WallTime wall) {
  TlsByCaFile tls;
  std::map<std::string, std::shared_ptr<Account>, std::less<>> accounts;
  for (auto& settings : parts.providers) {
    auto name = settings.name;
    auto account = make_account(std::move(settings), parts.workers, tls, now);
    if (!account) return account.error();
    accounts.emplace(std::move(name), *account);
  }
  auto snapshot = std::make_shared<Snapshot>(
      Snapshot{routing::Router(std::move(parts.routing)),
               {},
               parts.access,
               std::move(parts.keys),
               std::chrono::duration_cast<std::chrono::seconds>(wall.time_since_epoch()).count(),
               parts.generation});
  for (const auto& model : snapshot->router.models()) {
    const auto account = accounts.find(model.provider);
    if (account == accounts.end())
      return core::Error(core::Code::internal_error, "model " + model.name + " names no configured provider");
    snapshot->targets.push_back(make_target(model, account->second, registry));
  }
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

}  // namespace headgate::gateway
