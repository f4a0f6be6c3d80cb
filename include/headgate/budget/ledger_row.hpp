// One attempt in the ledger: who spent what, where, and what came of it. Rows are only ever added.
#pragma once

#include <string>
#include <vector>

#include "headgate/budget/scope.hpp"
#include "headgate/budget/tally.hpp"
#include "headgate/core/capability.hpp"
#include "headgate/core/time.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::budget {

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

  bool succeeded() const { return outcome == "ok"; }
  Charge charge() const { return {tenant, key_id, model, provider, tags}; }
  Tally tally() const { return tally_of(cost, succeeded()); }
};

inline constexpr std::size_t max_text_size = 256;

// Texts and tags within their bounds; what fails is a bug of whoever made the row.
bool is_well_formed(const LedgerRow& row);

}  // namespace headgate::budget
