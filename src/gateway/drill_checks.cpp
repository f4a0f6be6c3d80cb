// What a drill asks of a configuration.
#include <algorithm>

#include "headgate/gateway/drill.hpp"

namespace headgate::gateway {
namespace {

using routing::Router;
using routing::Rule;

const routing::Model* model_of(const Router& router, const std::string& name) {
  const auto& models = router.models();
  const auto found =
      std::find_if(models.begin(), models.end(), [&](const routing::Model& model) { return model.name == name; });
  return found == models.end() ? nullptr : &*found;
}

bool leads_to(const Rule& rule, const std::string& pool, std::optional<core::Capability> capability) {
  if (!rule.use.pool.empty()) return rule.use.pool == pool;
  const auto& wanted = rule.when.capabilities;
  return capability && std::find(wanted.begin(), wanted.end(), *capability) != wanted.end();
}

bool is_served(const Router& router, const std::string& pool) {
  if (pool == "default" || core::capability_named(pool)) return true;
  const auto& rules = router.rules();
  return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.use.pool == pool; });
}

bool is_for_embeddings(const Router& router, const routing::Pool& pool) {
  return std::all_of(pool.models.begin(), pool.models.end(), [&](const std::string& name) {
    const auto* model = model_of(router, name);
    return model != nullptr && model->facts.kind == catalog::Kind::embedding;
  });
}

template <typename T>
std::optional<T> narrower(std::optional<T> a, std::optional<T> b) {
  return a && b ? std::min(a, b) : a ? a : b;
}

// With the narrowest limits that any rule sets which leads there.
DrillCheck check_of(const Router& router, const routing::Pool& pool) {
  DrillCheck check;
  check.pool = pool.name;
  check.capability = core::capability_named(pool.name);
  check.within = router.failover().within;
  if (is_for_embeddings(router, pool)) check.surface = wire::Surface::embeddings;
  for (const auto& rule : router.rules()) {
    if (!leads_to(rule, pool.name, check.capability)) continue;
    check.within = std::min(check.within, rule.use.deadline.value_or(check.within));
    check.first_token_within = narrower(check.first_token_within, rule.use.first_token_within);
  }
  return check;
}

std::vector<std::string> providers_of(const Router& router) {
  std::vector<std::string> providers;
  for (const auto& model : router.models())
    if (std::find(providers.begin(), providers.end(), model.provider) == providers.end())
      providers.push_back(model.provider);
  return providers;
}

bool has_model_at(const Router& router, const routing::Pool& pool, const std::string& provider) {
  return std::any_of(pool.models.begin(), pool.models.end(), [&](const std::string& name) {
    const auto* model = model_of(router, name);
    return model != nullptr && model->provider == provider;
  });
}

}  // namespace

std::vector<DrillCheck> drill_checks(const Router& router) {
  std::vector<DrillCheck> checks;
  for (const auto& provider : providers_of(router))
    for (const auto& pool : router.pools()) {
      if (!is_served(router, pool.name) || !has_model_at(router, pool, provider)) continue;
      checks.push_back(check_of(router, pool));
      checks.back().provider = provider;
    }
  return checks;
}

}  // namespace headgate::gateway
