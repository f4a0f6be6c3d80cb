// The settings, and what follows from them, worked out once so that a plan is quick.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "headgate/routing/settings.hpp"
#include "headgate/routing/surroundings.hpp"
#include "names.hpp"

namespace headgate::routing {

// Row of a ranking's quality: one for each capability, and behind them one for when it is not known.
constexpr std::size_t row_of(std::optional<core::Capability> capability) {
  return capability ? static_cast<std::size_t>(*capability) : core::capability_count;
}

// A pool as indices, with the quality that is presumed of each of its models.
struct Ranking {
  std::vector<ModelIndex> models;  // each once
  std::array<std::vector<double>, core::capability_count + 1> quality;
  bool has_facts = false;  // of the quality of any of them
};

// Where a model stands in a pool.
struct Place {
  std::size_t pool, rank;
};

struct Consequence {
  std::optional<std::size_t> pool;
  Use limits;  // of the rule, without the pool's name
};

// Value, never changed once made.
struct Table {
  explicit Table(Settings from);

  // The pool of a request for `auto`: of the capability, else the default one.
  std::optional<std::size_t> pool_for(std::optional<core::Capability> capability) const;
  // What is presumed of a model's quality, 0 to 1.
  double quality(ModelIndex model, std::optional<Place> place, std::optional<core::Capability> capability) const;
  // The first pool that lists the model.
  std::optional<Place> place_of(ModelIndex model) const;

  Settings settings;
  Names names;
  std::vector<Ranking> pools;
  std::vector<std::vector<Place>> places;  // by model
  std::vector<Consequence> consequences;   // by rule
  std::optional<std::size_t> default_pool;
  std::array<std::optional<std::size_t>, core::capability_count> capability_pools{};
  bool has_capability_pools = false;
  std::vector<std::string> headers;
  bool asks_for_zone = false;
};

// What the catalog or the configuration says: for a capability its score; without one the mean of all
// that are known, which is better than nothing said.
std::optional<double> known_quality(const catalog::Entry& facts, std::optional<core::Capability> capability);
// The quality of a pool's models in order, from what is known of some of them.
std::vector<double> presumed_quality(const std::vector<std::optional<double>>& known);

}  // namespace headgate::routing
