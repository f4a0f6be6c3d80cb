#include "headgate/gateway/snapshot.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "headgate/providers/prompt_prefix.hpp"
#include "headgate/providers/vendor.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::gateway {
namespace {

using core::Result;

// Seconds. From a cached answer to a long reasoning stream.
constexpr double buckets[] = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300};

// Whom connections of an account trust, and the mark by which connections made under another trust
// are told apart.
struct Trust {
  std::shared_ptr<const net::ClientTls> tls;
  std::string mark;
};
using TrustByCaFile = std::map<std::string, Trust>;

std::string digest_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size, EVP_sha256(), nullptr);
  digest.resize(size);
  return digest;
}

Result<Trust> trust_in(TrustByCaFile& made, const std::string& ca_file) {
  if (const auto known = made.find(ca_file); known != made.end()) return known->second;
  // Digest first: if the file changes in between, the next reload finds another digest.
  std::string mark = ca_file.empty() ? "" : digest_of_file(ca_file);
  auto tls = net::ClientTls::make(ca_file);
  if (!tls) return tls.error();
  return made.emplace(ca_file, Trust{*tls, std::move(mark)}).first->second;
}

std::string pool_key(const providers::Account& settings, const wire::Url& url, const Trust& trust) {
  return settings.name + " " + url.authority() + (url.tls ? " tls " : " plain ") +
         std::to_string(settings.max_connections) + " " + trust.mark;
}

// Null: requests carry no token.
Result<std::shared_ptr<AccountToken>> token_of(const providers::Account& settings, AccountTokens* tokens,
                                               TrustByCaFile& trusts) {
  if (!settings.service_account) return std::shared_ptr<AccountToken>();
  const auto url = wire::parse_url(settings.service_account->token_uri);
  const auto trust = trust_in(trusts, settings.ca_file);
  if (!trust) return trust.error();
  if (!url) return core::Error(core::Code::internal_error, "provider " + settings.name + " has no usable token_uri");
  TokenOrigin origin{settings.name,    *settings.service_account,           {url->host, url->port, trust->tls},
                     url->authority(), url->path.empty() ? "/" : url->path, settings.timeouts.connect};
  if (tokens == nullptr) return std::make_shared<AccountToken>(std::move(origin));
  const auto mark = mark_of(origin, trust->mark);
  return tokens->of(mark, std::move(origin));
}

Result<std::shared_ptr<Account>> make_account(providers::Account settings, const SnapshotParts& parts,
                                              TrustByCaFile& trusts, core::TimePoint now) {
  const auto* vendor = providers::find_vendor(settings.type);
  const bool simulated = settings.type == "simulated";
  const auto url = wire::parse_url(simulated ? "http://simulated" : settings.base_url);
  if (vendor == nullptr || !url)
    return core::Error(core::Code::internal_error, "provider " + settings.name + " has no usable base URL");
  Trust trust;
  if (url->tls) {
    auto found = trust_in(trusts, settings.ca_file);
    if (!found) return found.error();
    trust = std::move(*found);
  }
  auto token = token_of(settings, parts.tokens, trusts);
  if (!token) return token.error();
  net::Endpoint endpoint{url->host, url->port, trust.tls};
  providers::Adapter adapter(settings, *url, *vendor);
  auto key = pool_key(settings, *url, trust);
  const auto share = std::max<std::size_t>(1, (settings.max_connections + parts.workers - 1) / parts.workers);
  return std::shared_ptr<Account>(new Account{std::move(settings),
                                              std::move(adapter),
                                              std::move(endpoint),
                                              std::move(key),
                                              simulated,
                                              share,
                                              now,
                                              {},
                                              std::move(*token)});
}

wire::openai::ModelLimits limits_of(const catalog::Entry& facts) {
  wire::openai::ModelLimits limits;
  limits.lacking = facts.lacking;
  limits.max_output = facts.max_output;
  for (const auto& [name, limit] : facts.parameters)
    limits.parameters.emplace(name,
                              wire::openai::ParameterRule{limit.supported, limit.min, limit.max, limit.max_items});
  return limits;
}

std::unique_ptr<Target> make_target(const routing::Model& model, std::shared_ptr<Account> account,
                                    metrics::Registry& registry) {
  // Before anything of this name is counted.
  std::vector<metrics::Registry::Lease> leases;
  for (const char* as : {"model", "from", "to"}) leases.push_back(registry.lease({as, model.name}));
  const metrics::Labels labels{{"provider", account->settings.name}, {"model", model.name}};
  const auto tokens = [&](const char* direction) -> metrics::Counter& {
    return registry.counter("headgate_tokens_total",
                            "Tokens as reported by providers, or estimated where an answer broke off.",
                            {{"direction", direction}, {"model", model.name}});
  };
  std::string model_json;
  wire::append_json_string(model_json, model.upstream);
  std::string route_fields =
      "x-headgate-provider: " + account->settings.name + "\r\nx-headgate-model: " + model.name + "\r\n";
  auto limits = limits_of(model.facts);
  const bool may_need_adapting = wire::openai::may_need_adapting(limits);
  return std::unique_ptr<Target>(
      new Target{std::move(account),
                 model.name,
                 model.upstream,
                 std::move(model_json),
                 std::move(route_fields),
                 model.facts.price,
                 std::move(limits),
                 may_need_adapting,
                 std::move(leases),
                 registry.histogram("headgate_upstream_duration_seconds", "Attempts at providers, from start to end.",
                                    buckets, labels),
                 registry.histogram("headgate_upstream_first_byte_seconds",
                                    "Attempts at providers, from start to the head of the answer.", buckets, labels),
                 tokens("input"),
                 tokens("output"),
                 {},
                 {}});
}

health::Roster make_roster(Snapshot& snapshot) {
  health::Roster roster;
  for (const auto& target : snapshot.targets) {
    const auto& name = target->account->settings.name;
    auto place = std::find(roster.providers.begin(), roster.providers.end(), name);
    if (place == roster.providers.end()) place = roster.providers.insert(place, name);
    roster.targets.push_back({target->model, static_cast<std::size_t>(place - roster.providers.begin())});
  }
  snapshot.providers = roster.providers;
  return roster;
}

}  // namespace

Result<std::shared_ptr<const Snapshot>> make_snapshot(SnapshotParts parts, metrics::Registry& registry,
                                                      core::TimePoint now, core::WallTime wall) {
  TrustByCaFile trusts;
  std::map<std::string, std::shared_ptr<Account>, std::less<>> accounts;
  for (auto& settings : parts.providers) {
    auto name = settings.name;
    auto account = make_account(std::move(settings), parts, trusts, now);
    if (!account) return account.error();
    accounts.emplace(std::move(name), *account);
  }
  auto snapshot = std::make_shared<Snapshot>(
      Snapshot{routing::Router(std::move(parts.routing)),
               {},
               std::move(parts.classifier),
               std::move(parts.difficulty),
               {},
               nullptr,
               std::move(parts.accounting),
               parts.access,
               std::move(parts.keys),
               std::chrono::duration_cast<std::chrono::seconds>(wall.time_since_epoch()).count(),
               parts.generation});
  snapshot->responses = std::move(parts.responses);
  for (const auto& model : snapshot->router.models()) {
    const auto account = accounts.find(model.provider);
    if (account == accounts.end())
      return core::Error(core::Code::internal_error, "model " + model.name + " names no configured provider");
    auto& target = *snapshot->targets.emplace_back(make_target(model, account->second, registry));
    target.prompt_cache = providers::prompt_cache_of(account->second->settings, model.upstream);
    target.cache_place = providers::digest_of(model.provider + " " + model.upstream);
  }
  snapshot->health =
      std::make_shared<health::Book>(make_roster(*snapshot), parts.breakers, parts.seed, now, parts.health);
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

std::shared_ptr<const Snapshot> with_drill(const Snapshot& snapshot, std::optional<LiveDrill> drill,
                                           std::uint64_t generation) {
  auto fresh = std::make_shared<Snapshot>(snapshot);
  fresh->drill = std::move(drill);
  fresh->generation = generation;
  return fresh;
}

std::shared_ptr<const Snapshot> with_keys(const Snapshot& snapshot, access::KeyBook keys, std::uint64_t generation) {
  auto fresh = std::make_shared<Snapshot>(snapshot);
  fresh->keys = std::move(keys);
  fresh->generation = generation;
  return fresh;
}

}  // namespace headgate::gateway
