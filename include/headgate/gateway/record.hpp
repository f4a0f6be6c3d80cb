// All that is known of one request; every step adds to it, settlement reads it. Value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/budget/signal.hpp"
#include "headgate/core/capability.hpp"
#include "headgate/core/error.hpp"
#include "headgate/core/money.hpp"
#include "headgate/core/time.hpp"
#include "headgate/core/usage.hpp"
#include "headgate/gateway/prompt.hpp"
#include "headgate/routing/plan.hpp"

namespace headgate::gateway {

struct AttemptRecord {
  std::string provider;
  std::string model;                         // as configured
  std::string outcome;                       // "ok" or the name of the error's code
  std::string detail;                        // for the log: why it failed
  int status = 0;                            // of the provider's answer; 0: there was none
  std::optional<core::Duration> first_byte;  // from the start of the attempt
  core::Duration total{};
  core::Usage usage;
  bool sent = false;                             // all of the request went out
  bool usage_estimated = false;                  // by us, of an answer that broke off before the provider said
  std::optional<std::uint64_t> continues_after;  // characters of an answer that others broke off
  std::optional<double> audio_seconds;           // that the provider counted instead of tokens
  std::optional<core::Money> cost;               // none: not known
  std::vector<std::string> adapted;              // the client's parameters that were changed for this model
  budget::Impression impression;                 // of its answer
  std::string passed_fields;                     // header lines of the answer that go on to the client
};

// A model that might have answered, as the plan saw it.
struct CandidateRecord {
  std::string model;
  std::string provider;
  double probability = 0;
  std::optional<core::Money> expected_cost;
  routing::Score score;
  std::vector<std::string> adapted{};  // what would be changed for it; of a dry run
  // Of the prompt, that its provider is thought to remember; none: nobody looked.
  std::optional<core::Tokens> cached_tokens{};
};

// One that was not asked, and why.
struct Exclusion {
  std::string model;
  std::string_view reason;                     // a literal
  std::optional<core::Duration> for_how_long;  // where that is known
  core::FeatureSet lacking{};
};

struct RequestRecord {
  std::string id;
  std::string trace_id;
  std::string tenant;
  std::string key_id;
  std::string zone;        // of access.zones; empty: none, or no rule asks
  std::string_view route;  // of the endpoint table, a literal
  std::string asked_model;
  std::string rule;
  std::string pool;
  std::string refusal;           // why there was nobody to ask
  std::string_view objective;    // a literal; empty: not decided
  std::string without_provider;  // which a drill kept out; empty: there was none
  std::vector<std::string> tags;
  core::FeatureSet needs;
  std::optional<core::Tokens> input_tokens;    // estimate; none: nobody looked
  std::optional<core::Capability> capability;  // none: nobody asked, or the classifier abstained
  std::optional<float> confidence;             // none: nobody asked
  std::optional<float> difficulty;             // 0 to 1, 0.5 is usual; none: nobody asked
  std::optional<Prompt> prompt;                // none: too short to be remembered, or over and remembered itself
  bool stream = false;
  bool dry_run = false;
  bool rated = false;    // its user has said how good it was
  unsigned fan_out = 1;  // requests it is made of: more than one where models give one answer at a time
  core::WallTime received{};
  core::TimePoint started{};
  core::Duration total{};
  core::Duration upstream{};   // part of total spent waiting for providers
  core::Duration client{};     // and for the client: to send its body, to take the answer
  int status = 0;              // told to the client; 408 or 499 when it was too slow or left before
  std::string outcome = "ok";  // "ok" or the name of the error's code, also when a stream broke late
  std::string detail;          // for the log only
  std::vector<CandidateRecord> candidates;
  std::vector<AttemptRecord> attempts;
  std::vector<Exclusion> excluded;
  std::uint64_t bytes_in = 0, bytes_out = 0;  // bodies

  // Once for each model; what is said last counts.
  void exclude(std::string_view model, std::string_view reason, std::optional<core::Duration> for_how_long = {});
  // Of all attempts; none when a cost is not known.
  std::optional<core::Money> cost() const;
  // Attempts side by side wait for their providers at the same time.
  core::Duration overhead() const { return std::max(core::Duration(), total - upstream - client); }
  // As if new, but texts and attempts keep their memory.
  void reset();
};

}  // namespace headgate::gateway
