// What requests are charged to, and what is remembered of what they cost: budgets, the record of every
// model, and the ledger behind both. Outlives all snapshots.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "headgate/budget/book.hpp"
#include "headgate/budget/track_record.hpp"
#include "headgate/store/ledger.hpp"

namespace headgate::gateway {

// Shared.
class Accounting {
 public:
  // `ledger` null: nothing is kept beyond the life of the process.
  Accounting(budget::Settings budgets, const std::vector<std::string>& models, std::unique_ptr<store::Ledger> ledger);

  // A reload. True: there are budgets that were not counting yet, and the ledger knows what they missed.
  bool apply(budget::Settings budgets, const std::vector<std::string>& models, budget::Now now);

  budget::Book& budgets() { return budgets_; }
  budget::TrackRecords& records() { return records_; }
  store::Ledger* ledger() { return ledger_.get(); }
  // Without budgets nobody need ask.
  bool has_budgets() const { return has_budgets_.load(std::memory_order_relaxed); }
  // Whether new requests may begin: not while what they spend could not be written down.
  bool admits() const { return ledger_ == nullptr || ledger_->admits(); }
  void append(budget::LedgerRow row);

  // What was spent since the start, for the metrics.
  struct Spent {
    core::Money money;
    std::uint64_t attempts = 0, unpriced = 0;
  };
  using SpentByModelAndTenant = std::map<std::pair<std::string, std::string>, Spent>;
  SpentByModelAndTenant spent() const;

 private:
  void count(const budget::LedgerRow& row);

  static constexpr std::size_t max_counted = 1000;  // pairs of model and tenant; the rest is counted as "other"

  budget::Book budgets_;
  budget::TrackRecords records_;
  std::unique_ptr<store::Ledger> ledger_;
  std::atomic<bool> has_budgets_;
  mutable std::mutex mutex_;                                                             // of the next
  std::map<std::string, std::map<std::string, Spent, std::less<>>, std::less<>> spent_;  // by model, then tenant
  std::size_t counted_ = 0;
};

}  // namespace headgate::gateway
