#include "builder.hpp"
#include "facts.hpp"
#include "headgate/providers/vendor.hpp"
#include "reader.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config {

routing::Model Builder::build_model(const Entry& entry) {
  routing::Model model;
  model.name = model.upstream = entry.key;
  take_text(&entry.value, "provider", model.provider);
  take_text(&entry.value, "upstream", model.upstream);
  model.facts = read_facts(entry.value, report_);
  model.facts.model = model.upstream;
  const Node* account = child(document_.find("providers"), model.provider);
  take_text(account, "type", model.facts.vendor);
  if (const auto* vendor = providers::find_vendor(model.facts.vendor); vendor && !vendor->in_catalog.empty())
    model.facts.vendor = vendor->in_catalog;
  take_named(account, "trust", routing::trust_names, model.trust);
  if (const Node* collection = child(account, "data_collection")) model.collects_data = collection->text == "allow";
  return model;
}

void Builder::build_models() {
  const Node* section = document_.find("models");
  std::set<std::string> used;
  for (const Entry& entry : entries(section)) {
    if (is_reserved_model_name(entry.key)) {
      report_.error({"HG-1210",
                     quote(entry.key) + " means something else in a request, so no model can have this name",
                     {},
                     "`auto`, `auto:...`, `pool:...`, `...:floor` and `...:nitro` are taken"},
                    entry.mark, entry.key.size());
    }
    const routing::Model model = build_model(entry);
    used.insert(model.provider);
    settings_.routing.models.push_back(model);
  }
  // What is missing may just be misspelt, and that was said already.
  if (report_.has_errors()) return;
  // What is no mapping was refused already.
  if (settings_.routing.models.empty() && document_.is_map() && (!section || section->is_map())) {
    report_.error({"HG-1209", "there is no model to serve", {}, "add one: `models: {NAME: {provider: PROVIDER}}`"},
                  section ? section->mark : Mark{0, 0});
  }
  const Node* accounts = document_.find("providers");
  for (const Entry& entry : entries(accounts)) {
    if (used.contains(entry.key)) continue;
    report_.warning({"HG-1211",
                     "provider " + quote(entry.key) + " has no model, so it is never asked",
                     {},
                     "add one under `models`"},
                    entry.mark, entry.key.size());
  }
}

void Builder::build_pools() {
  const auto& models = settings_.routing.models;
  std::set<std::string_view> served;
  for (const auto& model : models) served.insert(model.name);
  auto& pools = settings_.routing.pools;
  bool has_default = false;
  const Node* section = document_.find("pools");
  for (const Entry& entry : entries(section)) {
    routing::Pool pool{entry.key, {}};
    for (const Node& item : entry.value.items) {
      if (served.contains(item.text)) pool.models.push_back(item.text);
    }
    has_default = has_default || (pool.name == "default" && !pool.models.empty());
    // Empty only when all its models wait for an adapter.
    if (!pool.models.empty()) pools.push_back(std::move(pool));
  }
  if (has_default) return;
  routing::Pool all{"default", {}};
  for (const auto& model : models) all.models.push_back(model.name);
  pools.push_back(std::move(all));
}

void Builder::build_failover() {
  using routing::ContextOverflow;
  using routing::NamedModels;
  const Node* node = document_.find("failover");
  routing::Failover& failover = settings_.routing.failover;
  take_number(node, "max_attempts", failover.max_attempts);
  take_duration(node, "within", failover.within);
  take_word(node, "named_models", {{"strict", NamedModels::strict}, {"equivalents", NamedModels::equivalents}},
            failover.named_models);
  take_word(node, "context_overflow", {{"larger", ContextOverflow::larger}, {"pass", ContextOverflow::pass}},
            failover.context_overflow);
}

void Builder::build_breakers() {
  const Node* node = document_.find("breakers");
  health::Settings& breakers = settings_.breakers;
  take_duration(node, "window", breakers.window);
  take_number(node, "min_requests", breakers.min_requests);
  take_number(node, "failure_rate", breakers.failure_rate);
  take_number(node, "consecutive_failures", breakers.consecutive_failures);
  take_duration(node, "slow_call", breakers.slow_call);
  take_number(node, "slow_rate", breakers.slow_rate);
  take_duration(node, "open_for", breakers.open_for);
  take_duration(node, "max_open", breakers.max_open);
  take_number(node, "half_open_probes", breakers.half_open_probes);
}

}  // namespace headgate::config
