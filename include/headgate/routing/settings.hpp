// Models, pools, rules and failover, as configured. Values.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headgate/budget/zone.hpp"
#include "headgate/catalog/entry.hpp"
#include "headgate/core/capability.hpp"
#include "headgate/core/money.hpp"
#include "headgate/core/time.hpp"

namespace headgate::routing {

// How far a provider may be trusted with what clients send.
enum class Trust : std::uint8_t { low, medium, high };
inline constexpr std::array<std::string_view, 3> trust_names{"low", "medium", "high"};

struct Model {
  std::string name;      // what clients say
  std::string provider;  // account
  std::string upstream;  // what the provider calls it
  catalog::Entry facts;  // the catalog's, and above them those of the configuration
  Trust trust = Trust::medium;
  std::optional<bool> collects_data;  // whether the provider keeps or trains on what it is sent
};

struct Pool {
  std::string name;
  std::vector<std::string> models;  // ranked, best first
};

// What is made the most of.
enum class Objective : std::uint8_t { balanced, quality, cost, latency };
inline constexpr std::array<std::string_view, 4> objective_names{"balanced", "quality", "cost", "latency"};

// Hours of a week in one time zone. `from` later than `to`: over midnight; the day is the one it begins on.
struct Hours {
  std::array<bool, 7> days{true, true, true, true, true, true, true};  // from Monday
  std::chrono::minutes from{0};
  std::chrono::minutes to{24 * 60};  // excluded
  std::string zone_name = "UTC";
  std::shared_ptr<const budget::Zone> zone;  // none: UTC
};

struct HeaderCondition {
  std::string name;                 // lower case
  std::vector<std::string> values;  // one of them; empty: the header is there
};

// All that is said must hold; nothing said: always. Lists: one of them.
struct When {
  std::vector<std::string> tenants, zones;
  std::vector<std::string> models;  // as the client asks; a `*` at the end stands for any rest
  std::vector<core::Capability> capabilities;
  std::optional<bool> stream, tools;
  std::optional<core::Tokens> min_input_tokens, max_input_tokens;  // both included
  std::vector<HeaderCondition> headers;
  std::optional<Hours> time;
};

struct Use {
  std::string pool;  // empty: that of the capability, or of the client's choice
  std::optional<Objective> objective;
  // Limits. A model that breaks one is not asked.
  std::optional<core::Money> max_cost;                   // of one request, by what it is expected to cost
  std::optional<core::milliseconds> deadline;            // for the whole answer
  std::optional<core::milliseconds> first_token_within;  // measured until now, and waited for
  std::optional<double> min_quality;                     // 0 to 1, for the request's capability
  std::optional<Trust> min_trust;
  bool deny_data_collection = false;
  std::optional<core::milliseconds> hedge_after;
  std::optional<bool> continue_streams;  // after a cut, at a model that takes a prefill
};

struct Rule {
  std::string name;
  When when;
  Use use;
};

enum class NamedModels : std::uint8_t { strict, equivalents };
enum class ContextOverflow : std::uint8_t { larger, pass };

struct Failover {
  unsigned max_attempts = 3;
  core::milliseconds within{60'000};  // no new attempt after this
  NamedModels named_models = NamedModels::equivalents;
  ContextOverflow context_overflow = ContextOverflow::larger;
};

// Whether a model may be asked for what nobody says it can do.
enum class UnknownSupport : std::uint8_t { allow, refuse };

struct Scheduler {
  core::milliseconds window{600'000};
  double exploration = 0.005;  // share of requests for others than the best, and of money that it may add
  double temperature = 0.1;    // of the choice by score; 0: always the best
  UnknownSupport unknown_support = UnknownSupport::allow;
  core::Tokens assumed_output = 512;  // expected of an answer before anything was measured
};

struct Settings {
  std::vector<Model> models;
  std::vector<Pool> pools;
  std::vector<Rule> rules;
  Failover failover;
  Scheduler scheduler;
};

}  // namespace headgate::routing
