#include "headgate/gateway/cache_savings.hpp"

#include <algorithm>

namespace headgate::gateway {
namespace {

using core::Money;

// What it costs more than when these tokens are read afresh; nothing where a price is not known.
Money dearer_than_fresh(const catalog::Price& price, const core::Usage& usage,
                        std::optional<core::Tokens> core::Usage::*tokens) {
  if (!(usage.*tokens)) return {};
  auto fresh = usage;
  fresh.input = fresh.input.value_or(0) + *(usage.*tokens);
  fresh.*tokens = 0;
  const auto cost = price.cost(usage), cost_of_fresh = price.cost(fresh);
  return cost && cost_of_fresh ? *cost - *cost_of_fresh : Money();
}

}  // namespace

CacheSaving cache_saving_of(const catalog::Price& price, const core::Usage& usage) {
  return {std::max(Money(), -dearer_than_fresh(price, usage, &core::Usage::cache_read)),
          std::max(Money(), dearer_than_fresh(price, usage, &core::Usage::cache_write))};
}

void CacheSavings::add(std::string_view model, const CacheSaving& saving) {
  if (saving.saved == Money() && saving.surcharge == Money()) return;
  const std::lock_guard lock(mutex_);
  auto found = by_model_.find(model);
  if (found == by_model_.end())
    found = by_model_.try_emplace(std::string(by_model_.size() < max_counted ? model : "other")).first;
  found->second.saved += saving.saved;
  found->second.surcharge += saving.surcharge;
}

std::map<std::string, CacheSaving, std::less<>> CacheSavings::by_model() const {
  const std::lock_guard lock(mutex_);
  return by_model_;
}

}  // namespace headgate::gateway
