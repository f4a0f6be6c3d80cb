// What requests are decided by, made from one configuration. Immutable but for its counters; a
// reload swaps in another one whole, while requests under way keep theirs.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "headgate/access/key_book.hpp"
#include "headgate/access/settings.hpp"
#include "headgate/classify/classifier.hpp"
#include "headgate/classify/difficulty.hpp"
#include "headgate/gateway/account_token.hpp"
#include "headgate/gateway/accounting.hpp"
#include "headgate/health/book.hpp"
#include "headgate/metrics/metrics.hpp"
#include "headgate/net/connector.hpp"
#include "headgate/providers/adapter.hpp"
#include "headgate/providers/prompt_cache.hpp"
#include "headgate/providers/settings.hpp"
#include "headgate/routing/router.hpp"
#include "headgate/store/responses.hpp"
#include "headgate/wire/openai_adapt.hpp"

namespace headgate::gateway {

// One account, ready to be talked to. Shared.
struct Account {
  providers::Account settings;
  providers::Adapter adapter;
  net::Endpoint endpoint;
  std::string pool_key;  // accounts with the same key share connections
  bool simulated = false;
  std::size_t connections_per_worker = 1;
  core::TimePoint since{};                 // a simulation's time zero
  std::atomic<std::uint64_t> sequence{0};  // of simulated requests
  std::shared_ptr<AccountToken> token;     // that requests carry; null where they carry none
};

inline constexpr std::size_t outcome_count = static_cast<std::size_t>(core::Code::client_gone) + 2;

// One model at one account. Shared.
struct Target {
  std::shared_ptr<Account> account;
  std::string model;                    // as configured
  std::string upstream;                 // the provider's name for it
  std::string model_json;               // the same as a JSON string
  std::string route_fields;             // header lines that name it to the client
  std::optional<catalog::Price> price;  // none: not known
  wire::openai::ModelLimits limits;
  bool may_need_adapting = false;
  std::vector<metrics::Registry::Lease> leases;  // of what is counted under its name
  metrics::Histogram& duration;
  metrics::Histogram& first_byte;
  metrics::Counter& tokens_in;
  metrics::Counter& tokens_out;
  metrics::LazyCounters<outcome_count> outcomes;
  metrics::LazyCounters<budget::signal_count> signals;
  providers::PromptCache prompt_cache{};
  std::uint64_t cache_place = 0;  // of prompts that its provider remembers
};

// Requests with the tag do without the provider, to see whether the others can take its place. Value.
struct LiveDrill {
  std::string provider;
  std::string tag;
};

struct Snapshot {
  routing::Router router;
  std::vector<std::shared_ptr<Target>> targets;  // by routing::ModelIndex
  std::optional<classify::Classifier> classifier;
  std::optional<classify::Difficulty> difficulty;
  std::vector<std::string> providers;    // by health's index
  std::shared_ptr<health::Book> health;  // targets by routing::ModelIndex
  std::shared_ptr<Accounting> accounting;
  access::Settings access;
  access::KeyBook keys;
  std::int64_t created = 0;          // seconds since the epoch, shown as `created` of models
  std::uint64_t generation = 0;      // no two snapshots of a process have the same
  std::optional<LiveDrill> drill{};  // while one runs
  // Null: nothing is stored.
  std::shared_ptr<store::Responses> responses{};
};

struct SnapshotParts {
  routing::Settings routing;
  providers::Settings providers;
  access::Settings access;
  access::KeyBook keys;
  std::optional<classify::Classifier> classifier;  // none: every request's capability stays open
  std::optional<classify::Difficulty> difficulty;  // none: no request is more difficult than another
  health::Settings breakers;
  const health::Book* health = nullptr;  // of the snapshot before, whose experience goes on
  std::shared_ptr<Accounting> accounting;
  std::uint64_t seed = 0;  // of what is left to chance
  unsigned workers = 1;
  std::uint64_t generation = 1;
  AccountTokens* tokens = nullptr;  // null: nobody asks for any
  std::shared_ptr<store::Responses> responses{};
};
core::Result<std::shared_ptr<const Snapshot>> make_snapshot(SnapshotParts parts, metrics::Registry& registry,
                                                            core::TimePoint now, core::WallTime wall);

// The same but for the drill.
std::shared_ptr<const Snapshot> with_drill(const Snapshot& snapshot, std::optional<LiveDrill> drill,
                                           std::uint64_t generation);

// The same but for the keys; accounts and counters are shared with it.
std::shared_ptr<const Snapshot> with_keys(const Snapshot& snapshot, access::KeyBook keys, std::uint64_t generation);

}  // namespace headgate::gateway
