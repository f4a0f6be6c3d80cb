#include "headgate/config/effective.hpp"

#include <algorithm>

#include "headgate/providers/vendor.hpp"
#include "written.hpp"

namespace headgate::config {
namespace {

using namespace written;

constexpr std::string_view hidden = "(not shown)";

Json server_of(const server::Settings& server) {
  Json json{{"listen", address(server.listen)}, {"admin_listen", address(server.admin_listen)}};
  json["workers"] = server.workers == 0 ? Json("auto") : Json(server.workers);
  json["max_body"] = size(server.max_body);
  json["max_header"] = size(server.max_header);
  if (server.tls) {
    json["tls"] = {{"cert", server.tls->cert}, {"key", server.tls->key}};
    put(json["tls"], "client_ca", server.tls->client_ca);
  }
  json["timeouts"] = {{"header", duration(server.timeouts.header)},
                      {"body", duration(server.timeouts.body)},
                      {"idle", duration(server.timeouts.idle)},
                      {"write", duration(server.timeouts.write)}};
  json["heartbeat"] = duration(server.heartbeat);
  json["drain"] = duration(server.drain);
  return json;
}

Json access_of(const access::Settings& access) {
  Json json{{"auth", access.auth == access::Auth::open ? "open" : "required"}};
  for (const auto& zone : access.zones.list())
    for (const auto& network : zone.networks) json["zones"][zone.name]["networks"].push_back(network.to_string());
  return json;
}

void put_simulation(Json& json, const providers::Simulation& simulation) {
  json["latency"] = duration(simulation.latency);
  json["token_interval"] = duration(simulation.token_interval);
  json["tokens"] = simulation.tokens;
  json["error_rate"] = simulation.error_rate;
  json["error_status"] = simulation.error_status;
  json["outage_every"] = duration(simulation.outage_every);
  json["outage_for"] = duration(simulation.outage_for);
  json["seed"] = simulation.seed;
}

// Trust is kept with the models, which is where it is asked for.
void put_trust(Json& json, const std::string& provider, const std::vector<routing::Model>& models) {
  const auto model =
      std::find_if(models.begin(), models.end(), [&](const routing::Model& one) { return one.provider == provider; });
  if (model == models.end()) return;
  json["trust"] = word(model->trust, routing::trust_names);
  put(json, "data_collection", model->collects_data, [](bool collects) { return collects ? "allow" : "deny"; });
}

Json account_of(const providers::Account& account, const std::vector<routing::Model>& models) {
  Json json{{"type", account.type}};
  put(json, "base_url", account.base_url);
  if (const auto* places = providers::find_vendor(account.type)->places)
    put(json, std::string(places->name).c_str(), account.place);
  put(json, "project", account.project);
  json["key"] = account.key_source;
  for (const auto& [name, source] : account.sources) json[name] = source;
  if (!account.sources.empty()) json.erase("key");
  json["timeouts"] = {{"connect", duration(account.timeouts.connect)},
                      {"first_byte", duration(account.timeouts.first_byte)},
                      {"between_bytes", duration(account.timeouts.between_bytes)},
                      {"total", duration(account.timeouts.total)}};
  json["max_connections"] = account.max_connections;
  json["max_response"] = size(account.max_response);
  json["max_event"] = size(account.max_event);
  json["prompt_caching"] = providers::prompt_caching_names[static_cast<std::size_t>(account.prompt_caching)];
  put(json, "ca_file", account.ca_file);
  for (const auto& [name, value] : account.headers) json["headers"][name] = hidden;
  put_trust(json, account.name, models);
  if (account.type == "simulated") put_simulation(json, account.simulation);
  return json;
}

Json scheduler_of(const routing::Scheduler& scheduler) {
  return {{"window", duration(scheduler.window)},
          {"exploration", scheduler.exploration},
          {"temperature", scheduler.temperature},
          {"unknown_support", scheduler.unknown_support == routing::UnknownSupport::allow ? "allow" : "refuse"},
          {"assumed_output", scheduler.assumed_output}};
}

Json failover_of(const routing::Failover& failover) {
  const bool strict = failover.named_models == routing::NamedModels::strict;
  const bool larger = failover.context_overflow == routing::ContextOverflow::larger;
  return {{"max_attempts", failover.max_attempts},
          {"within", duration(failover.within)},
          {"named_models", strict ? "strict" : "equivalents"},
          {"context_overflow", larger ? "larger" : "pass"}};
}

Json breakers_of(const health::Settings& breakers) {
  return {{"window", duration(breakers.window)},          {"min_requests", breakers.min_requests},
          {"failure_rate", breakers.failure_rate},        {"consecutive_failures", breakers.consecutive_failures},
          {"slow_call", duration(breakers.slow_call)},    {"slow_rate", breakers.slow_rate},
          {"open_for", duration(breakers.open_for)},      {"max_open", duration(breakers.max_open)},
          {"half_open_probes", breakers.half_open_probes}};
}

Json budget_of(const budget::Budget& budget) {
  Json json{{"name", budget.name}};
  put(json, "tenant", budget.scope.tenant);
  put(json, "key", budget.scope.key_id);
  put(json, "tag", budget.scope.tag);
  put(json, "model", budget.scope.model);
  put(json, "provider", budget.scope.provider);
  if (const auto* calendar = std::get_if<budget::CalendarWindow>(&budget.window)) {
    json["window"] = budget::name_of(calendar->period);
    json["zone"] = calendar->zone_name;
  } else {
    json["window"] = duration(std::get<budget::SlidingWindow>(budget.window).length);
  }
  json["limit"] = money(budget.limit);
  put(json, "target_cost_per_success", budget.target_cost_per_success, money);
  json["on_exhausted"] = budget.on_exhausted == budget::OnExhausted::refuse ? "refuse" : "degrade";
  json["unpriced"] = budget.unpriced == budget::Unpriced::allow ? "allow" : "refuse";
  return json;
}

// By hand only is not to have the section.
Json drills_of(const Drills& drills) {
  if (!drills.every) return {};
  return {{"every", duration(*drills.every)},
          {"mode", drills.mode == DrillMode::live ? "live" : "shadow"},
          {"live_tag", drills.live_tag}};
}

Json responses_of(const Responses& responses) {
  return {{"store", responses.store},
          {"keep", duration(responses.keep)},
          {"max_response", size(responses.max_response)},
          {"max_tenant", size(responses.max_tenant)},
          {"max_total", size(responses.max_total)}};
}

Json log_of(const Log& log) {
  constexpr std::array<std::string_view, 4> levels{"debug", "info", "warn", "error"};
  constexpr std::array<std::string_view, 3> requests{"all", "errors", "none"};
  return {{"level", word(log.level, levels)}, {"requests", word(log.requests, requests)}};
}

}  // namespace

std::string effective(const Settings& settings) {
  const auto& routing = settings.routing;
  Json json{{"server", server_of(settings.server)}, {"data_dir", settings.data_dir}};
  json["log"] = log_of(settings.log);
  json["access"] = access_of(settings.access);
  for (const auto& account : settings.providers) json["providers"][account.name] = account_of(account, routing.models);
  json["models"] = models(settings);
  for (const auto& pool : routing.pools) json["pools"][pool.name] = pool.models;
  json["rules"] = rules(settings);
  json["scheduler"] = scheduler_of(routing.scheduler);
  json["failover"] = failover_of(routing.failover);
  json["breakers"] = breakers_of(settings.breakers);
  json["budgets"] = Json::array();
  for (const auto& budget : settings.budgets.budgets) json["budgets"].push_back(budget_of(budget));
  json["catalog"] = {{"max_price_age", duration(settings.catalog.price)}};
  json["responses"] = responses_of(settings.responses);
  if (auto drills = drills_of(settings.drills); !drills.empty()) json["drills"] = std::move(drills);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace headgate::config
