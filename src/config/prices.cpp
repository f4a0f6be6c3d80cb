#include "headgate/config/prices.hpp"

#include <algorithm>

#include "text.hpp"

namespace headgate::config {
namespace {

using catalog::Concern;
using routing::Model;

// The budget that counts the model or the rule that limits its cost; empty when nobody asks for its price.
std::string who_asks(const Settings& settings, const Model& model) {
  for (const auto& budget : settings.budgets.budgets) {
    const auto& scope = budget.scope;
    if ((!scope.model || *scope.model == model.name) && (!scope.provider || *scope.provider == model.provider))
      return "budget " + quote(budget.name);
  }
  for (const auto& rule : settings.routing.rules) {
    if (!rule.use.max_cost) continue;
    const auto& pools = settings.routing.pools;
    const bool reached = std::any_of(pools.begin(), pools.end(), [&](const routing::Pool& pool) {
      return (rule.use.pool.empty() || rule.use.pool == pool.name) &&
             std::find(pool.models.begin(), pool.models.end(), model.name) != pool.models.end();
    });
    if (reached) return "`max_cost` of rule " + quote(rule.name);
  }
  return {};
}

}  // namespace

Diagnostics check_prices(const Settings& settings, const catalog::Catalog& known, core::WallTime now,
                         const std::string& file) {
  Diagnostics found;
  const auto warn = [&](const char* code, std::string message, std::string hint) {
    Diagnostic diagnostic;
    diagnostic.code = code;
    diagnostic.severity = Severity::warning;
    diagnostic.message = std::move(message);
    diagnostic.file = file;
    diagnostic.hint = std::move(hint);
    found.push_back(std::move(diagnostic));
  };
  for (const Model& model : settings.routing.models) {
    const auto entry = catalog::over(model.facts, known.find(model.facts.vendor, model.facts.model));
    for (const auto& alarm : catalog::alarms(entry, now, settings.catalog)) {
      const std::string asks = alarm.concern == Concern::unknown_price ? who_asks(settings, model) : "";
      if (!asks.empty())
        warn("HG-1505", "nobody says what model " + quote(model.name) + " costs, and " + asks + " needs it",
             "state `price` under the model, or import a list that has it: `headgate catalog import FILE`");
      if (alarm.concern == Concern::old_price)
        warn("HG-1506", "the price of model " + quote(model.name) + " may no longer hold: " + alarm.text,
             "or state `price` under the model");
    }
  }
  return found;
}

}  // namespace headgate::config
