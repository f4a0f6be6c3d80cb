#include "breakers.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace headgate::server {
namespace {

using Json = nlohmann::ordered_json;
using health::State;

Json seconds_until(core::TimePoint time, core::TimePoint now) {
  if (time == core::no_deadline || time <= now) return nullptr;
  return std::chrono::duration<double>(time - now).count();
}

Json shown(const health::Standing& standing, core::TimePoint now) {
  Json json{{"state", health::name_of(standing.state)}, {"forced", standing.forced}, {"share", standing.share}};
  json["failure_rate"] = standing.failure_rate ? Json(*standing.failure_rate) : Json(nullptr);
  json["reopens_in_seconds"] = standing.state == State::open ? seconds_until(standing.reopens_at, now) : Json(nullptr);
  return json;
}

void set_states(metrics::Registry& registry, const std::string& provider, const std::string& target, State state) {
  for (const auto one : {State::closed, State::open, State::half_open})
    registry
        .gauge("headgate_breaker_state",
               "1 for the state a circuit breaker is in; target is empty for a provider's own.",
               {{"provider", provider}, {"target", target}, {"state", std::string(health::name_of(one))}})
        .set(one == state ? 1 : 0);
}

// What is to be forced, or left to itself again.
struct Order {
  std::string_view kind, name, action;
};

std::optional<Order> read_order(std::string_view what) {
  const auto first = what.find('/'), last = what.rfind('/');
  if (first == what.npos || first == last) return std::nullopt;
  return Order{what.substr(0, first), what.substr(first + 1, last - first - 1), what.substr(last + 1)};
}

std::optional<health::Forced> forced_by(std::string_view action) {
  if (action == "open") return health::Forced::open;
  if (action == "closed") return health::Forced::closed;
  return std::nullopt;
}

}  // namespace

std::string describe_breakers(const gateway::Snapshot& snapshot, core::TimePoint now) {
  const auto& health = *snapshot.health;
  Json json{{"providers", Json::array()}, {"models", Json::array()}};
  for (std::size_t i = 0; i < snapshot.providers.size(); ++i) {
    auto one = shown(health.breaker_of_provider(i, now), now);
    one["credential"] = health.credential_broken(i) ? "refused" : "accepted";
    one["provider"] = snapshot.providers[i];
    json["providers"].push_back(std::move(one));
  }
  for (std::size_t i = 0; i < snapshot.targets.size(); ++i) {
    auto one = shown(health.breaker_of_target(i, now), now);
    const auto refusal = health.standing(i, now).refusal;
    one["refused_by"] = refusal ? Json(health::name_of(refusal->barrier)) : Json(nullptr);
    one["refused_for_seconds"] = refusal ? seconds_until(refusal->until, now) : Json(nullptr);
    one["model"] = snapshot.targets[i]->model;
    one["provider"] = snapshot.targets[i]->account->settings.name;
    json["models"].push_back(std::move(one));
  }
  return json.dump();
}

bool force_breaker(const gateway::Snapshot& snapshot, std::string_view what, core::TimePoint now) {
  const auto order = read_order(what);
  if (!order) return false;
  const auto forced = forced_by(order->action);
  if (!forced && order->action != "auto") return false;
  auto& health = *snapshot.health;
  if (order->kind == "providers") {
    const auto place = std::find(snapshot.providers.begin(), snapshot.providers.end(), order->name);
    if (place == snapshot.providers.end()) return false;
    const auto index = static_cast<std::size_t>(place - snapshot.providers.begin());
    forced ? health.force_provider(index, *forced, now) : health.end_force_of_provider(index, now);
    return true;
  }
  if (order->kind != "models") return false;
  for (std::size_t i = 0; i < snapshot.targets.size(); ++i) {
    if (snapshot.targets[i]->model != order->name) continue;
    forced ? health.force_target(i, *forced, now) : health.end_force_of_target(i, now);
    return true;
  }
  return false;
}

void read_breaker_metrics(metrics::Registry& registry, const gateway::Snapshot& snapshot, core::TimePoint now) {
  const auto& health = *snapshot.health;
  for (std::size_t i = 0; i < snapshot.providers.size(); ++i)
    set_states(registry, snapshot.providers[i], "", health.breaker_of_provider(i, now).state);
  for (std::size_t i = 0; i < snapshot.targets.size(); ++i)
    set_states(registry, snapshot.targets[i]->account->settings.name, snapshot.targets[i]->model,
               health.breaker_of_target(i, now).state);
}

}  // namespace headgate::server
