// What requests are charged to, and what is remembered of what they cost: budgets, the record of every
// model, the prompts that providers remember, and the ledger behind all. Outlives all snapshots.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "headgate/budget/book.hpp"
#include "headgate/budget/track_record.hpp"
#include "headgate/gateway/cache_savings.hpp"
#include "headgate/providers/warm_prefixes.hpp"
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
  providers::WarmPrefixes& warm_prefixes() { return warm_prefixes_; }
  const providers::WarmPrefixes& warm_prefixes() const { return warm_prefixes_; }
  CacheSavings& cache_savings() { return cache_savings_; }
  // Without budgets nobody need ask.
  bool has_budgets() const { return has_budgets_.load(std::memory_order_relaxed); }
  // Whether new requests may begin: not while what they spend could not be written down.
  bool admits() const { return ledger_ == nullptr || ledger_->admits(); }
  void append(const budget::LedgerRowView& row);

  // What was spent since the start, for the metrics.
  struct Spent {
    core::Money money;
    std::uint64_t attempts = 0, unpriced = 0;
  };
  using SpentByModelAndTenant = std::map<std::pair<std::string, std::string>, Spent>;
  SpentByModelAndTenant spent() const;

 private:
  // A model and its tenant; looked up without making texts of them.
  using NamesView = std::pair<std::string_view, std::string_view>;
  struct Names {
    std::string model, tenant;

    friend bool operator==(const Names& one, const Names& other) = default;
    friend bool operator==(const Names& one, const NamesView& other) {
      return one.model == other.first && one.tenant == other.second;
    }
  };
  struct HashOfNames {
    using is_transparent = void;
    std::size_t operator()(const NamesView& names) const;
    std::size_t operator()(const Names& names) const { return (*this)(NamesView(names.model, names.tenant)); }
  };

  void count(const budget::LedgerRowView& row);
  Spent& spent_by(std::string_view model, std::string_view tenant);

  static constexpr std::size_t max_counted = 1000;  // pairs of model and tenant; the rest is counted as "other"

  budget::Book budgets_;
  budget::TrackRecords records_;
  providers::WarmPrefixes warm_prefixes_;
  CacheSavings cache_savings_;
  std::unique_ptr<store::Ledger> ledger_;
  std::atomic<bool> has_budgets_;
  mutable std::mutex mutex_;  // of the next
  std::unordered_map<Names, Spent, HashOfNames, std::equal_to<>> spent_;
};

}  // namespace headgate::gateway
