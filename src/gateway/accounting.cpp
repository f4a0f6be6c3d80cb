#include "headgate/gateway/accounting.hpp"

namespace headgate::gateway {

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

void Accounting::count(const budget::LedgerRow& row) {
  const std::lock_guard lock(mutex_);
  auto model = spent_.find(row.model);
  if (model == spent_.end()) model = spent_.try_emplace(row.model).first;
  auto found = model->second.find(row.tenant);
  if (found == model->second.end()) {
    const bool fits = counted_ < max_counted;
    found = model->second.try_emplace(fits ? row.tenant : "other").first;
    if (fits) ++counted_;
  }
  auto& spent = found->second;
  ++spent.attempts;
  if (row.cost)
    spent.money += *row.cost;
  else
    ++spent.unpriced;
}

Accounting::SpentByModelAndTenant Accounting::spent() const {
  const std::lock_guard lock(mutex_);
  SpentByModelAndTenant all;
  for (const auto& [model, tenants] : spent_)
    for (const auto& [tenant, spent] : tenants) all.emplace(std::pair(model, tenant), spent);
  return all;
}

void Accounting::append(budget::LedgerRow row) {
  count(row);
  // Whether it was dropped shows in the ledger's own state.
  if (ledger_ != nullptr) (void)ledger_->append(std::move(row), [](store::Written) {});
}

}  // namespace headgate::gateway
