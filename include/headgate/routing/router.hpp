// Which models may answer a request, and in which order they are asked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/capability.hpp"
#include "headgate/core/result.hpp"
#include "headgate/routing/settings.hpp"

namespace headgate::routing {

using ModelIndex = std::size_t;  // into Router::models()

struct Candidate {
  ModelIndex model;
};

struct Plan {
  std::string pool;  // empty when a model was named and nothing else was needed
  std::vector<Candidate> candidates;
};

// Value; a reload makes a new one.
class Router {
 public:
  explicit Router(Settings settings);

  // `model` is a configured name, `pool:NAME`, `auto` or `auto:CAPABILITY`; `fallbacks` are tried after
  // it. `capability` is what the request asks for, where that is known: `auto` takes the pool of that
  // name, else `default`. Error: model_not_found, with the closest name.
  core::Result<Plan> plan(std::string_view model, const std::vector<std::string>& fallbacks,
                          std::optional<core::Capability> capability = {}) const;
  // Whether the capability of a request for this model makes a difference.
  bool asks_for_capability(std::string_view model) const { return has_capability_pools_ && model == "auto"; }

  const std::vector<Model>& models() const { return settings_.models; }
  const std::vector<Pool>& pools() const { return settings_.pools; }
  const Failover& failover() const { return settings_.failover; }
  bool knows(std::string_view model) const { return index_.find(model) != index_.end(); }

 private:
  const Pool* find_pool(std::string_view name) const;
  void append(Plan& plan, ModelIndex model) const;
  void append_pool(Plan& plan, const Pool& pool) const;
  void append_equivalents(Plan& plan, std::string_view model) const;
  core::Result<void> append_named(Plan& plan, std::string_view name, std::optional<core::Capability> capability) const;
  core::Result<const Pool*> pool_for(std::string_view name, std::optional<core::Capability> capability) const;
  core::Error unknown(std::string_view name) const;

  Settings settings_;
  std::map<std::string, ModelIndex, std::less<>> index_;
  bool has_capability_pools_ = false;
};

}  // namespace headgate::routing
