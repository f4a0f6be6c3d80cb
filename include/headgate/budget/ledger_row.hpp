// One attempt in the ledger: who spent what, where, and what came of it. Rows are only ever added.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/budget/scope.hpp"
#include "headgate/budget/tally.hpp"
#include "headgate/core/capability.hpp"
#include "headgate/core/time.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::budget {

// A row whose texts stand elsewhere: in the request that is settled, or in the journal. Borrowed.
struct LedgerRowView {
  std::string_view request_id;
  core::WallTime time{};
  std::string_view tenant;
  std::string_view key_id;
  std::span<const std::string> tags;
  std::string_view model;
  std::string_view provider;
  std::uint32_t attempt = 1;
  std::string_view outcome = "ok";
  std::optional<core::Capability> capability;
  core::Usage usage;
  std::optional<core::Money> cost;

  bool succeeded() const { return outcome == "ok"; }
  Charge charge() const { return {tenant, key_id, model, provider, tags}; }
  Tally tally() const { return tally_of(cost, succeeded()); }
};

// Value.
struct LedgerRow {
  std::string request_id;
  core::WallTime time{};  // of the settlement, to the microsecond
  std::string tenant;
  std::string key_id;
  std::vector<std::string> tags;
  std::string model;  // as configured
  std::string provider;
  std::uint32_t attempt = 1;   // of the request
  std::string outcome = "ok";  // "ok" or the name of the error's code
  std::optional<core::Capability> capability;
  core::Usage usage;
  std::optional<core::Money> cost;  // none: not known

  // Every reader takes a view; nobody need ask for it by name.
  operator LedgerRowView() const {  // NOLINT(google-explicit-constructor)
    return {request_id, time, tenant, key_id, tags, model, provider, attempt, outcome, capability, usage, cost};
  }
};

inline constexpr std::size_t max_text_size = 256;

// Texts and tags within their bounds; what fails is a bug of whoever made the row.
bool is_well_formed(const LedgerRowView& row);

}  // namespace headgate::budget
