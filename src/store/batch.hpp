// Rows on their way into the tables, as the bytes they wait in: the entries of a half of the journal, and behind
// them what found no room there.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/budget/ledger_row.hpp"

namespace headgate::store {

// Value; borrows the bytes. A copy reads from where its original stood.
class Batch {
 public:
  Batch(std::string_view journaled, std::span<const std::string> loose) : journaled_(journaled), loose_(loose) {}

  // The oldest first. Its texts live as long as the bytes, its tags until the next call. Bytes that are no row are
  // passed over: others have waited behind them.
  std::optional<budget::LedgerRowView> next();

 private:
  std::string_view journaled_;
  std::span<const std::string> loose_;
  std::vector<std::string> tags_;
};

}  // namespace headgate::store
