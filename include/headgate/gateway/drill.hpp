// Failover rehearsed: every pool is asked to do without each provider in turn.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/gateway/gateway.hpp"

namespace headgate::gateway {

inline constexpr std::string_view drill_tenant = "headgate-drill", drill_tag = "drill";

// One question: can this pool do without this provider? Value.
struct DrillCheck {
  std::string provider;
  std::string pool;
  std::optional<core::Capability> capability;  // the pool is the one of this capability
  wire::Surface surface = wire::Surface::chat_completions;
  core::milliseconds within{};                             // the whole answer
  std::optional<core::milliseconds> first_token_within{};  // its first byte
};

// What came of it.
enum class Verdict : std::uint8_t {
  passed,
  nobody_else,  // nobody was asked: there is no other model, or it cannot be asked either
  failed,       // others were asked, and did not answer
  too_late,     // the answer came, beyond a limit
  not_run,      // the drill was too long
};
std::string_view name_of(Verdict verdict);

struct CheckReport {
  DrillCheck check;
  Verdict verdict = Verdict::not_run;
  std::string request_id;  // tells the whole decision
  std::string model;       // that answered, and its provider; empty: nobody did
  std::string provider_answered;
  core::Duration took{};
  std::optional<core::Money> cost;  // none: not known
  std::string detail;
};

// How requests of clients fared that took part in a live drill of a provider.
struct TaggedReport {
  std::string provider;
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;  // by no fault of the client
};

struct DrillReport {
  core::WallTime started{}, finished{};
  bool live = false;
  std::vector<CheckReport> checks;
  std::vector<TaggedReport> tagged;  // of a live drill: one a provider

  // Everything that was to be shown was shown; nothing asked is nothing shown.
  bool passed() const;
};

// What a drill asks: every pool that `auto`, a capability or a rule leads to, without each provider it has a
// model at. By provider.
std::vector<DrillCheck> drill_checks(const routing::Router& router);

// What the record of its request says of a check.
CheckReport judge(const DrillCheck& check, const RequestRecord& record);

// A small request made up for the check. `record` comes with its id, and leaves with the whole story.
net::Task<CheckReport> run_check(Gateway& gateway, const Snapshot& snapshot, const DrillCheck& check,
                                 RequestRecord& record);

// JSON.
std::string describe(const DrillReport& report);

}  // namespace headgate::gateway
