// Which models may answer a request, and in which order they are asked. A pure function of the request,
// the configuration and what is measured: the same three and the same draw give the same plan.
// docs/routing.md tells how it decides.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/result.hpp"
#include "headgate/routing/plan.hpp"
#include "headgate/routing/profile.hpp"
#include "headgate/routing/settings.hpp"
#include "headgate/routing/surroundings.hpp"

namespace headgate::routing {

struct Table;

// Value; a reload makes a new one. Copies share what never changes.
class Router {
 public:
  explicit Router(Settings settings);

  // Errors: model_not_found with the closest name; capability_unavailable when no model of the pool can
  // do it, and which need is not met; budget_exceeded, trust_policy and the like when limits leave nobody.
  // `draw` is uniform in [0, 1): who is asked first is left to chance, weighed by the scores.
  core::Result<Plan> plan(const Profile& profile, const Surroundings& surroundings, double draw) const;
  // The same, but where limits leave nobody the plan comes all the same, without candidates: it knows why.
  core::Result<Plan> consider(const Profile& profile, const Surroundings& surroundings, double draw) const;
  // Whether plan() would make use of the request's capability, of its difficulty.
  bool asks_for_capability(const Profile& profile) const;
  bool asks_for_difficulty(const Profile& profile) const;
  // The headers that rules look at, lower case.
  const std::vector<std::string>& headers() const;
  // Whether a rule looks at where the client stands.
  bool asks_for_zone() const;

  const std::vector<Model>& models() const;
  const std::vector<Pool>& pools() const;
  const std::vector<Rule>& rules() const;
  const Failover& failover() const;
  const Scheduler& scheduler() const;
  bool knows(std::string_view model) const;
  // Whether a client may say this where it names a model.
  core::Result<void> check_name(std::string_view name) const;

 private:
  std::shared_ptr<const Table> table_;
};

}  // namespace headgate::routing
