#include "headgate/routing/router.hpp"

#include <algorithm>

#include "headgate/core/nearest.hpp"

namespace headgate::routing {

using core::Code;
using core::Error;
using core::Result;

Router::Router(Settings settings) : settings_(std::move(settings)) {
  for (ModelIndex i = 0; i < settings_.models.size(); ++i) index_.emplace(settings_.models[i].name, i);
  has_capability_pools_ = std::any_of(settings_.pools.begin(), settings_.pools.end(),
                                      [](const Pool& pool) { return core::capability_named(pool.name).has_value(); });
}

const Pool* Router::find_pool(std::string_view name) const {
  const auto found = std::find_if(settings_.pools.begin(), settings_.pools.end(),
                                  [name](const Pool& pool) { return pool.name == name; });
  return found == settings_.pools.end() ? nullptr : &*found;
}

void Router::append(Plan& plan, ModelIndex model) const {
  const bool there = std::any_of(plan.candidates.begin(), plan.candidates.end(),
                                 [model](const Candidate& candidate) { return candidate.model == model; });
  if (!there) plan.candidates.push_back({model});
}

void Router::append_pool(Plan& plan, const Pool& pool) const {
  for (const auto& name : pool.models)
    if (const auto found = index_.find(name); found != index_.end()) append(plan, found->second);
}

void Router::append_equivalents(Plan& plan, std::string_view model) const {
  if (settings_.failover.named_models == NamedModels::strict) return;
  for (const auto& pool : settings_.pools) {
    if (std::find(pool.models.begin(), pool.models.end(), model) == pool.models.end()) continue;
    if (plan.pool.empty()) plan.pool = pool.name;
    append_pool(plan, pool);
  }
}

Error Router::unknown(std::string_view name) const {
  if (name.ends_with(":floor") || name.ends_with(":nitro"))
    return Error(Code::model_not_found, "`" + std::string(name) + "` is reserved and has no meaning in this version. " +
                                            "GET /v1/models lists what you may use.")
        .with_param("model");
  std::vector<std::string> known;
  if (find_pool("default") != nullptr) known.emplace_back("auto");
  for (const auto& model : settings_.models) known.push_back(model.name);
  for (const auto& pool : settings_.pools) known.push_back("pool:" + pool.name);
  if (name.starts_with("auto:"))
    for (const auto capability : core::capability_names) known.push_back("auto:" + std::string(capability));
  const auto closest = core::nearest(name, known);
  return Error(Code::model_not_found, "The model `" + std::string(name) + "` is not configured here." +
                                          (closest.empty() ? "" : " Did you mean `" + closest + "`?") +
                                          " GET /v1/models lists what you may use.")
      .with_param("model");
}

// Of `auto`, `auto:CAPABILITY` and `pool:NAME`; null for any other name.
Result<const Pool*> Router::pool_for(std::string_view name, std::optional<core::Capability> capability) const {
  constexpr std::string_view pool_prefix = "pool:", auto_prefix = "auto:";
  const Pool* pool = nullptr;
  if (name.starts_with(pool_prefix)) {
    pool = find_pool(name.substr(pool_prefix.size()));
    if (pool == nullptr) return unknown(name);
    return pool;
  }
  if (name.starts_with(auto_prefix)) {
    capability = core::capability_named(name.substr(auto_prefix.size()));
    if (!capability) return unknown(name);
  } else if (name != "auto") {
    return pool;
  }
  if (capability) pool = find_pool(core::name_of(*capability));
  if (pool == nullptr) pool = find_pool("default");
  if (pool == nullptr) return unknown(name);
  return pool;
}

Result<void> Router::append_named(Plan& plan, std::string_view name, std::optional<core::Capability> capability) const {
  const auto pool = pool_for(name, capability);
  if (!pool) return pool.error();
  if (*pool != nullptr) {
    if (plan.pool.empty()) plan.pool = (*pool)->name;
    append_pool(plan, **pool);
    return {};
  }
  const auto found = index_.find(name);
  if (found == index_.end()) return unknown(name);
  append(plan, found->second);
  return {};
}

Result<Plan> Router::plan(std::string_view model, const std::vector<std::string>& fallbacks,
                          std::optional<core::Capability> capability) const {
  Plan plan;
  if (auto named = append_named(plan, model, capability); !named) return named.error();
  for (const auto& name : fallbacks)
    if (auto named = append_named(plan, name, capability); !named) return named.error();
  if (plan.pool.empty() && fallbacks.empty()) append_equivalents(plan, model);
  return plan;
}

}  // namespace headgate::routing
