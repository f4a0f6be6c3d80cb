// Models and rules, as a file states them.
#include "written.hpp"

#include "headgate/core/capability.hpp"

namespace headgate::config::written {
namespace {

constexpr std::int64_t tokens_of_a_price = 1'000'000;

Json price_of(const catalog::Price& price) {
  if (price.free) return {{"free", true}};
  using catalog::Rate;
  Json json = Json::object();
  for (const auto rate : {Rate::input, Rate::output, Rate::cache_read, Rate::cache_write, Rate::reasoning})
    if (const auto& amount = price.rates[rate])
      json[std::string(catalog::rate_names[static_cast<std::size_t>(rate)])] = money(*amount * tokens_of_a_price);
  json["per"] = "1M";
  return json;
}

Json limit_of(const catalog::ParameterLimit& limit) {
  if (!limit.supported) return "unsupported";
  Json json = Json::object();
  put(json, "min", limit.min);
  put(json, "max", limit.max);
  put(json, "max_items", limit.max_items);
  return json;
}

void put_facts(Json& json, const catalog::Entry& facts) {
  put(json, "price", facts.price, price_of);
  put(json, "context_window", facts.context_window);
  put(json, "max_output", facts.max_output);
  if (!facts.supported.empty() || !facts.lacking.empty()) json["supports"] = Json::array();
  for (const auto name : core::feature_names)
    if (facts.supported.has(*core::feature_named(name))) json["supports"].push_back(name);
  for (const auto& [name, limit] : facts.parameters) json["parameters"][name] = limit_of(limit);
  for (std::size_t i = 0; i < facts.quality.size(); ++i)
    if (facts.quality[i]) json["quality"][std::string(core::capability_names[i])] = facts.quality[i]->score;
}

Json hours_of(const routing::Hours& hours) {
  constexpr std::array<std::string_view, 7> names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  Json json{{"days", Json::array()}};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (hours.days[i]) json["days"].push_back(names[i]);
  json["from"] = clock(hours.from);
  json["to"] = clock(hours.to);
  json["zone"] = hours.zone_name;
  return json;
}

void put_list(Json& json, const std::string& key, const std::vector<std::string>& list) {
  if (!list.empty()) json[key] = list;
}

Json when_of(const routing::When& when) {
  Json json = Json::object();
  put_list(json, "tenant", when.tenants);
  for (const auto capability : when.capabilities) json["capability"].push_back(core::name_of(capability));
  put_list(json, "model", when.models);
  put(json, "stream", when.stream);
  put(json, "tools", when.tools);
  if (when.min_input_tokens) json["input_tokens"]["min"] = *when.min_input_tokens;
  if (when.max_input_tokens) json["input_tokens"]["max"] = *when.max_input_tokens;
  put_list(json, "zone", when.zones);
  put(json, "time", when.time, hours_of);
  for (const auto& header : when.headers)
    json["header." + header.name] = header.values.empty() ? Json("*") : Json(header.values);
  return json;
}

Json use_of(const routing::Use& use) {
  Json json = Json::object();
  put(json, "pool", use.pool);
  put(json, "objective", use.objective, [](auto value) { return word(value, routing::objective_names); });
  put(json, "max_cost", use.max_cost, money);
  put(json, "deadline", use.deadline, duration);
  put(json, "first_token_within", use.first_token_within, duration);
  put(json, "min_quality", use.min_quality);
  put(json, "trust", use.min_trust, [](auto value) { return word(value, routing::trust_names); });
  if (use.deny_data_collection) json["data_collection"] = "deny";
  put(json, "hedge_after", use.hedge_after, duration);
  put(json, "continue_streams", use.continue_streams);
  return json;
}

}  // namespace

Json models(const Settings& settings) {
  Json json = Json::object();
  for (const auto& model : settings.routing.models) {
    auto& one = json[model.name] = {{"provider", model.provider}, {"upstream", model.upstream}};
    put_facts(one, model.facts);
  }
  return json;
}

Json rules(const Settings& settings) {
  Json json = Json::array();
  for (const auto& rule : settings.routing.rules)
    json.push_back({{"name", rule.name}, {"when", when_of(rule.when)}, {"use", use_of(rule.use)}});
  return json;
}

}  // namespace headgate::config::written
