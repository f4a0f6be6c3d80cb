// Headgate's own router, and around it what gateway::Measured tells it.
#include "policies.hpp"

namespace headgate::simulation {
namespace {

using routing::Objective;

class Surroundings final : public routing::Surroundings {
 public:
  Surroundings(Measures& measures, const routing::Router& router, const Asking& asking)
      : measures_(measures), router_(router), asking_(asking) {}

  routing::Reading of(ModelIndex index, std::optional<core::Capability> capability, core::Tokens input) const override {
    const auto& model = router_.models()[index];
    const auto now = asking_.now.steady;
    routing::Reading reading;
    const auto standing = measures_.health.standing(index, now);
    reading.refused = standing.refusal.has_value();
    reading.share = standing.share;
    const auto figures = measures_.records.figures(model.name, capability, input, std::nullopt, now);
    reading.overrun = figures.overrun;
    reading.success_rate = figures.success_rate;
    reading.first_token = figures.first_token;
    reading.tokens_per_second = figures.tokens_per_second;
    reading.output_tokens = figures.output_tokens;
    reading.reasoning_tokens = figures.reasoning_tokens;
    reading.answers = figures.answers;
    reading.feedback = figures.feedback;
    reading.feedback_count = figures.feedback_count;
    const budget::Charge charge{asking_.tenant, {}, model.name, model.provider, {}};
    const auto spent = measures_.budgets.standing(charge, asking_.now);
    reading.budget_exhausted = spent.exhausted;
    reading.budget_degraded = spent.degraded;
    reading.over_target = spent.over_target;
    return reading;
  }

 private:
  Measures& measures_;
  const routing::Router& router_;
  const Asking& asking_;
};

class Headgate final : public Policy {
 public:
  Headgate(Setup setup, Objective objective) : setup_(setup), objective_(objective) {}

  void take(const routing::Settings& settings) override {
    auto with_rule = settings;
    routing::Use use;
    use.objective = objective_;
    use.min_quality = quality_floor;
    with_rule.rules = {{"floor", {}, use}};
    router_.emplace(with_rule);
  }

  std::vector<routing::Candidate> order(const Asking& asking) override {
    routing::Profile profile;
    profile.model = "auto";
    profile.capability = asking.arrival.capability;
    profile.stream = true;
    profile.input_tokens = asking.arrival.input;
    profile.most_input_tokens = most_input(asking.arrival.input);
    profile.output_tokens = asked_output;
    profile.tenant = asking.tenant;
    profile.wall = asking.now.wall;
    const Surroundings around(setup_.measures, *router_, asking);
    auto plan = router_->plan(profile, around, setup_.world.draws().uniform(For::router, asking.number));
    return plan ? std::move(plan->candidates) : std::vector<routing::Candidate>();
  }

 private:
  Setup setup_;
  Objective objective_;
  std::optional<routing::Router> router_;
};

}  // namespace

std::unique_ptr<Policy> headgate_by_cost(Setup setup) { return std::make_unique<Headgate>(setup, Objective::cost); }
std::unique_ptr<Policy> headgate_balanced(Setup setup) {
  return std::make_unique<Headgate>(setup, Objective::balanced);
}

}  // namespace headgate::simulation
