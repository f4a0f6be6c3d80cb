#include "headgate/gateway/accounting.hpp"

#include <bit>
#include <functional>

namespace headgate::gateway {
namespace {

constexpr std::string_view others = "other";

}  // namespace

Accounting::Accounting(budget::Settings budgets, const std::vector<std::string>& models,
                       std::unique_ptr<store::Ledger> ledger)
    : budgets_(budgets),
      records_(budgets.scheduler_window, models),
      ledger_(std::move(ledger)),
      has_budgets_(!budgets.budgets.empty()) {}

bool Accounting::apply(budget::Settings budgets, const std::vector<std::string>& models, budget::Now now) {
  has_budgets_.store(!budgets.budgets.empty(), std::memory_order_relaxed);
  records_.apply(budgets.scheduler_window, models);
  return budgets_.apply(std::move(budgets), now);
}

std::size_t Accounting::HashOfNames::operator()(const NamesView& names) const {
  const std::hash<std::string_view> hash;
  return hash(names.first) ^ std::rotl(hash(names.second), 1);
}

Accounting::Spent& Accounting::spent_by(std::string_view model, std::string_view tenant) {
  if (const auto found = spent_.find(NamesView(model, tenant)); found != spent_.end()) return found->second;
  // Of the pairs beyond the bound there is one for each model.
  if (spent_.size() >= max_counted && tenant != others) return spent_by(model, others);
  return spent_.try_emplace(Names{std::string(model), std::string(tenant)}).first->second;
}

void Accounting::count(const budget::LedgerRowView& row) {
  const std::lock_guard lock(mutex_);
  auto& spent = spent_by(row.model, row.tenant);
  ++spent.attempts;
  if (row.cost)
    spent.money += *row.cost;
  else
    ++spent.unpriced;
}

Accounting::SpentByModelAndTenant Accounting::spent() const {
  const std::lock_guard lock(mutex_);
  SpentByModelAndTenant all;
  for (const auto& [names, spent] : spent_) all.emplace(std::pair(names.model, names.tenant), spent);
  return all;
}

void Accounting::append(const budget::LedgerRowView& row) {
  count(row);
  // Whether it was dropped shows in the ledger's own state.
  if (ledger_ != nullptr) (void)ledger_->append(row, nullptr);
}

}  // namespace headgate::gateway
