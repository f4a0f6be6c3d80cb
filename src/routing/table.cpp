#include "table.hpp"

#include <algorithm>

namespace headgate::routing {
namespace {

std::vector<std::optional<core::Capability>> capabilities_and_none() {
  std::vector<std::optional<core::Capability>> all{std::nullopt};
  for (std::size_t i = 0; i < core::capability_count; ++i) all.emplace_back(static_cast<core::Capability>(i));
  return all;
}

Ranking ranking_of(const Pool& pool, const Settings& settings, const Names& names) {
  Ranking ranking;
  for (const auto& name : pool.models)
    if (const auto model = names.model(name))
      if (std::find(ranking.models.begin(), ranking.models.end(), *model) == ranking.models.end())
        ranking.models.push_back(*model);
  for (const auto capability : capabilities_and_none()) {
    std::vector<std::optional<double>> known;
    for (const auto model : ranking.models) {
      known.push_back(known_quality(settings.models[model].facts, capability));
      ranking.has_facts = ranking.has_facts || known.back();
    }
    ranking.quality[row_of(capability)] = presumed_quality(known);
  }
  return ranking;
}

std::vector<std::string> headers_of(const Settings& settings) {
  std::vector<std::string> headers;
  for (const auto& rule : settings.rules)
    for (const auto& header : rule.when.headers) headers.push_back(header.name);
  std::sort(headers.begin(), headers.end());
  headers.erase(std::unique(headers.begin(), headers.end()), headers.end());
  return headers;
}

}  // namespace

Table::Table(Settings from) : settings(std::move(from)), names(settings), headers(headers_of(settings)) {
  places.resize(settings.models.size());
  for (std::size_t pool = 0; pool < settings.pools.size(); ++pool) {
    pools.push_back(ranking_of(settings.pools[pool], settings, names));
    for (std::size_t rank = 0; rank < pools[pool].models.size(); ++rank)
      places[pools[pool].models[rank]].push_back({pool, rank});
  }
  default_pool = names.pool("default");
  for (std::size_t i = 0; i < core::capability_count; ++i) {
    capability_pools[i] = names.pool(core::capability_names[i]);
    has_capability_pools = has_capability_pools || capability_pools[i];
  }
  for (const auto& rule : settings.rules) {
    consequences.push_back({rule.use.pool.empty() ? std::nullopt : names.pool(rule.use.pool), rule.use});
    consequences.back().limits.pool.clear();
    asks_for_zone = asks_for_zone || !rule.when.zones.empty();
  }
}

std::optional<std::size_t> Table::pool_for(std::optional<core::Capability> capability) const {
  if (capability && capability_pools[row_of(capability)]) return capability_pools[row_of(capability)];
  return default_pool;
}

std::optional<Place> Table::place_of(ModelIndex model) const {
  return places[model].empty() ? std::nullopt : std::optional(places[model].front());
}

}  // namespace headgate::routing
