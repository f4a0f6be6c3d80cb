#include "policies.hpp"

#include <algorithm>
#include <numeric>

namespace headgate::simulation {
namespace {

using routing::Candidate;

health::Roster roster_of(const routing::Settings& settings) {
  health::Roster roster;
  for (const auto& model : settings.models) {
    auto place = std::find(roster.providers.begin(), roster.providers.end(), model.provider);
    if (place == roster.providers.end()) place = roster.providers.insert(place, model.provider);
    roster.targets.push_back({model.name, static_cast<std::size_t>(place - roster.providers.begin())});
  }
  return roster;
}

std::vector<std::string> names_of(const routing::Settings& settings) {
  std::vector<std::string> names;
  for (const auto& model : settings.models) names.push_back(model.name);
  return names;
}

// Of a token read and a token written: how LiteLLM compares deployments.
double list_price(const routing::Model& model) {
  const auto& rates = model.facts.price->rates;
  return (*rates[catalog::Rate::input] + *rates[catalog::Rate::output]).in_dollars();
}

// They hold the quality floor by what the operator believes: their pool of a capability lists who is above.
class Peer : public Policy {
 public:
  explicit Peer(Setup setup) : world_(setup.world) {}
  void take(const routing::Settings& settings) override { settings_ = settings; }

  std::vector<Candidate> order(const Asking& asking) override {
    std::vector<ModelIndex> models;
    for (ModelIndex i = 0; i < settings_.models.size(); ++i)
      if (is_above_floor(i, asking.arrival.capability)) models.push_back(i);
    arrange(models, asking);
    std::vector<Candidate> candidates;
    for (const auto model : models)
      candidates.push_back({model, 0, {}, worst_cost(settings_.models[model], asking.arrival), {}});
    return candidates;
  }

 protected:
  virtual void arrange(std::vector<ModelIndex>& models, const Asking& asking) = 0;
  double price(ModelIndex model) const { return list_price(settings_.models[model]); }
  void cheapest_first(std::vector<ModelIndex>& models) const {
    std::stable_sort(models.begin(), models.end(), [&](auto a, auto b) { return price(a) < price(b); });
  }
  const World& world_;

 private:
  bool is_above_floor(ModelIndex model, core::Capability capability) const {
    return settings_.models[model].facts.quality[static_cast<std::size_t>(capability)]->score >= quality_floor;
  }
  routing::Settings settings_;
};

class FixedFirst final : public Peer {
  using Peer::Peer;
  void arrange(std::vector<ModelIndex>&, const Asking&) override {}
};

class RoundRobin final : public Peer {
  using Peer::Peer;
  void arrange(std::vector<ModelIndex>& models, const Asking&) override {
    const auto first = static_cast<std::ptrdiff_t>(turn_++ % models.size());
    std::rotate(models.begin(), models.begin() + first, models.end());
  }
  std::size_t turn_ = 0;
};

class ListPriceCheapest final : public Peer {
  using Peer::Peer;
  void arrange(std::vector<ModelIndex>& models, const Asking&) override { cheapest_first(models); }
};

// One is drawn, the rest follow by price.
class InverseSquare final : public Peer {
  using Peer::Peer;
  void arrange(std::vector<ModelIndex>& models, const Asking& asking) override {
    cheapest_first(models);
    const auto weight = [&](ModelIndex model) { return 1 / (price(model) * price(model)); };
    double left = 0;
    for (const auto model : models) left += weight(model);
    left *= world_.draws().uniform(For::router, asking.number);
    auto chosen = models.begin();
    while (chosen + 1 != models.end() && (left -= weight(*chosen)) >= 0) ++chosen;
    std::rotate(models.begin(), chosen, chosen + 1);
  }
};

// Knows what everybody costs, how good they are, and who is down; not who fails next.
class Omniscient final : public Peer {
  using Peer::Peer;
  std::vector<Candidate> order(const Asking& asking) override {
    std::vector<ModelIndex> models(world_.size());
    std::iota(models.begin(), models.end(), ModelIndex{0});
    const auto key = [&](ModelIndex model) {
      const auto does = world_.behaviour(model, world_.phase_at(asking.at));
      return std::tuple(world_.is_down(model, asking.at), does.quality(asking.arrival.capability) < quality_floor,
                        world_.expected_cost(model, asking.arrival, asking.at));
    };
    std::sort(models.begin(), models.end(), [&](auto a, auto b) { return key(a) < key(b); });
    const auto settings = world_.settings(world_.phase_at(asking.at));
    std::vector<Candidate> candidates;
    for (const auto model : models)
      candidates.push_back({model, 0, {}, worst_cost(settings.models[model], asking.arrival), {}});
    return candidates;
  }
  void arrange(std::vector<ModelIndex>&, const Asking&) override {}
};

template <typename Made>
std::unique_ptr<Policy> make(Setup setup) {
  return std::make_unique<Made>(setup);
}

}  // namespace

Measures::Measures(const routing::Settings& settings, budget::Settings ledgers, std::uint64_t seed, core::TimePoint now)
    : health(roster_of(settings), {}, seed, now),
      budgets(ledgers),
      records(ledgers.scheduler_window, names_of(settings)) {}

core::Tokens most_input(core::Tokens input) { return input + input / 4; }

std::optional<core::Money> worst_cost(const routing::Model& model, const Arrival& arrival) {
  return model.facts.price->worst_cost(most_input(arrival.input), asked_output);
}

const std::vector<NamedPolicy>& policies() {
  static const std::vector<NamedPolicy> all{
      {"Headgate, cost", headgate_by_cost},
      {"Headgate, balanced", headgate_balanced},
      {"fixed order", make<FixedFirst>},
      {"round robin", make<RoundRobin>},
      {"cheapest list price", make<ListPriceCheapest>},
      {"1/price²", make<InverseSquare>},
      {"knows the truth", make<Omniscient>},
  };
  return all;
}

}  // namespace headgate::simulation
