// Rules and pools that say what cannot be: warnings.
#include <algorithm>

#include "builder.hpp"
#include "reach.hpp"
#include "text.hpp"

namespace headgate::config {
namespace {

using routing::Model;
using routing::Rule;

const Node& place_of(const Node& rule) {
  const Node* name = rule.find("name");
  return name ? *name : rule;
}

std::optional<double> quality_for(const Model& model, core::Capability capability) {
  const auto& quality = model.facts.quality[static_cast<std::size_t>(capability)];
  return quality ? std::optional(quality->score) : std::nullopt;
}

bool is_below_quality(const Model& model, const Rule& rule) {
  const auto& capabilities = rule.when.capabilities;
  return rule.use.min_quality && !capabilities.empty() &&
         std::all_of(capabilities.begin(), capabilities.end(), [&](core::Capability capability) {
           return quality_for(model, capability).value_or(1) < *rule.use.min_quality;
         });
}

// Why the model can take nothing that the rule sends, as far as the file says.
std::string obstacle(const Model& model, const Rule& rule) {
  const auto& facts = model.facts;
  if (rule.when.tools == true && facts.support(core::Feature::tools) == catalog::Support::no) return "has no tools";
  if (facts.context_window && rule.when.min_input_tokens.value_or(0) > *facts.context_window)
    return "takes " + std::to_string(*facts.context_window) + " tokens";
  if (rule.use.min_trust && model.trust < *rule.use.min_trust)
    return "is at a provider of " + std::string(routing::trust_names[static_cast<std::size_t>(model.trust)]) + " trust";
  if (rule.use.deny_data_collection && model.collects_data.value_or(true))
    return "is at a provider without `data_collection: deny`";
  if (is_below_quality(model, rule)) return "is below `min_quality`";
  return {};
}

// Names that clients may say, with their suffixes.
std::set<std::string> names_of_clients(const Node& document) {
  std::vector<std::string> plain{"auto"};
  for (const auto name : core::capability_names) plain.push_back("auto:" + std::string(name));
  plain.emplace_back("pool:default");
  if (const Node* pools = document.find("pools"))
    for (const Entry& entry : pools->entries) plain.push_back("pool:" + entry.key);
  if (const Node* models = document.find("models"))
    for (const Entry& entry : models->entries) plain.push_back(entry.key);
  std::set<std::string> names;
  for (const auto& name : plain) names.insert({name, name + ":floor", name + ":nitro"});
  return names;
}

bool is_known(std::string_view pattern, const std::set<std::string>& names) {
  const bool open = pattern.ends_with('*');
  if (open) pattern.remove_suffix(1);
  const auto found = names.lower_bound(std::string(pattern));
  return found != names.end() && (open ? found->starts_with(pattern) : *found == pattern);
}

}  // namespace

void Builder::check_rules(const Node& section) {
  const auto& rules = settings_.routing.rules;
  const auto names = names_of_clients(document_);
  std::vector<Reach> before;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Node& place = place_of(section.items[i]);
    const Reach reach(rules[i].when);
    const auto earlier =
        std::find_if(before.begin(), before.end(), [&](const Reach& other) { return other.covers(reach); });
    if (earlier != before.end()) {
      const auto& first = rules[static_cast<std::size_t>(earlier - before.begin())].name;
      report_.warning({"HG-1501",
                       "rule " + quote(rules[i].name) + " can never match: rule " + quote(first) +
                           " before it takes every such request",
                       {},
                       "put it before rule " + quote(first) + ", or remove it"},
                      place.mark, place.length());
    }
    before.push_back(reach);
    check_models_asked(rules[i], place, names);
    check_pools_of(rules[i], place);
    check_continuation(rules[i], place);
  }
}

// Who is not known to take a prefill is not asked to go on.
void Builder::check_continuation(const Rule& rule, const Node& place) {
  const auto& models = settings_.routing.models;
  const bool able = std::any_of(models.begin(), models.end(), [](const Model& model) {
    return model.facts.support(core::Feature::prefill) == catalog::Support::yes;
  });
  if (able || !rule.use.continue_streams.value_or(false)) return;
  report_.warning({"HG-1502",
                   "rule " + quote(rule.name) + " wants streams gone on with, and no model is known to do that",
                   {},
                   "`supports` with `prefill` in it says that a model can"},
                  place.mark, place.length());
}

void Builder::check_models_asked(const Rule& rule, const Node& place, const std::set<std::string>& names) {
  const auto& models = rule.when.models;
  const auto unknown =
      std::find_if(models.begin(), models.end(), [&](const std::string& model) { return !is_known(model, names); });
  if (unknown == models.end()) return;
  report_.warning(
      {"HG-1501",
       "rule " + quote(rule.name) + " waits for the model " + quote(*unknown) + ", which nobody can ask for",
       {},
       did_you_mean(*unknown, {names.begin(), names.end()})},
      place.mark, place.length());
}

// Without `pool`, a rule for kinds of task leads to the pools named after them.
void Builder::check_pools_of(const Rule& rule, const Node& place) {
  if (!rule.use.pool.empty()) return check_pool_of(rule, rule.use.pool, place);
  for (const auto capability : rule.when.capabilities)
    check_pool_of(rule, std::string(core::name_of(capability)), place);
}

void Builder::check_pool_of(const Rule& rule, const std::string& name, const Node& place) {
  const auto& pools = settings_.routing.pools;
  const auto named = [&](std::string_view wanted) {
    return std::find_if(pools.begin(), pools.end(), [&](const routing::Pool& pool) { return pool.name == wanted; });
  };
  auto pool = named(name);
  if (pool == pools.end()) pool = named("default");
  if (pool == pools.end()) return;
  std::vector<std::string> reasons;
  for (const auto& model : settings_.routing.models) {
    if (std::find(pool->models.begin(), pool->models.end(), model.name) == pool->models.end()) continue;
    const std::string reason = obstacle(model, rule);
    if (reason.empty()) return;
    reasons.push_back(quote(model.name) + ' ' + reason);
  }
  report_.warning({"HG-1502",
                   "no model of pool " + quote(pool->name) + " can take what rule " + quote(rule.name) + " sends it",
                   {},
                   join(reasons, " and ")},
                  place.mark, place.length());
}

void Builder::check_pools() {
  for (const auto& pool : settings_.routing.pools) {
    const auto capability = core::capability_named(pool.name);
    const Node* section = document_.find("pools");
    if (!capability || !section) continue;
    const bool able =
        std::any_of(settings_.routing.models.begin(), settings_.routing.models.end(), [&](const Model& model) {
          return quality_for(model, *capability).value_or(1) > 0 &&
                 std::find(pool.models.begin(), pool.models.end(), model.name) != pool.models.end();
        });
    const auto entry = std::find_if(section->entries.begin(), section->entries.end(),
                                    [&](const Entry& one) { return one.key == pool.name; });
    if (able || entry == section->entries.end()) continue;
    report_.warning({"HG-1502",
                     "no model of pool " + quote(pool.name) + " can do it: their `quality` for it is 0",
                     {},
                     "put a model into it that can, or remove the pool"},
                    entry->mark, entry->key.size());
  }
}

}  // namespace headgate::config
