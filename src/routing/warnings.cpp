#include "headgate/routing/warnings.hpp"

#include <algorithm>

#include "conditions.hpp"
#include "needs.hpp"

namespace headgate::routing {
namespace {

// An empty list says nothing, which covers everything.
template <typename List>
bool covers_list(const List& wide, const List& narrow) {
  if (wide.empty()) return true;
  return !narrow.empty() && std::all_of(narrow.begin(), narrow.end(), [&](const auto& value) {
    return std::find(wide.begin(), wide.end(), value) != wide.end();
  });
}

bool covers_name(const std::string& wide, const std::string& narrow) {
  if (wide == narrow) return true;
  const auto stem = narrow.ends_with('*') ? std::string_view(narrow).substr(0, narrow.size() - 1) : narrow;
  return wide.ends_with('*') && fits(stem, wide);
}

bool covers_models(const When& wide, const When& narrow) {
  if (wide.models.empty()) return true;
  return !narrow.models.empty() && std::all_of(narrow.models.begin(), narrow.models.end(), [&](const auto& name) {
    return std::any_of(wide.models.begin(), wide.models.end(),
                       [&](const auto& other) { return covers_name(other, name); });
  });
}

template <typename T>
bool covers_value(const std::optional<T>& wide, const std::optional<T>& narrow) {
  return !wide || wide == narrow;
}

bool covers_size(const When& wide, const When& narrow) {
  const bool below = !wide.min_input_tokens || narrow.min_input_tokens.value_or(0) >= *wide.min_input_tokens;
  const bool above =
      !wide.max_input_tokens || (narrow.max_input_tokens && *narrow.max_input_tokens <= *wide.max_input_tokens);
  return below && above;
}

bool covers_headers(const When& wide, const When& narrow) {
  return std::all_of(wide.headers.begin(), wide.headers.end(), [&](const HeaderCondition& condition) {
    return std::any_of(narrow.headers.begin(), narrow.headers.end(), [&](const HeaderCondition& other) {
      return other.name == condition.name && covers_list(condition.values, other.values);
    });
  });
}

// True of every minute of the week that `is_asked` names.
template <typename Asked, typename Held>
bool all_minutes(Asked is_asked, Held is_held) {
  for (int minute = 0; minute < minutes_per_week; ++minute)
    if (is_asked(minute) && !is_held(minute)) return false;
  return true;
}

bool covers_time(const When& wide, const When& narrow) {
  if (!wide.time) return true;
  const auto held = [&](int minute) { return holds_minute(*wide.time, minute); };
  const bool same_clocks = narrow.time && narrow.time->zone_name == wide.time->zone_name;
  return all_minutes([&](int minute) { return !same_clocks || holds_minute(*narrow.time, minute); }, held);
}

bool covers(const When& wide, const When& narrow) {
  return covers_list(wide.tenants, narrow.tenants) && covers_list(wide.zones, narrow.zones) &&
         covers_models(wide, narrow) && covers_list(wide.capabilities, narrow.capabilities) &&
         covers_value(wide.stream, narrow.stream) && covers_value(wide.tools, narrow.tools) &&
         covers_size(wide, narrow) && covers_headers(wide, narrow) && covers_time(wide, narrow);
}

bool is_impossible(const When& when) {
  if (when.max_input_tokens && when.min_input_tokens.value_or(0) > *when.max_input_tokens) return true;
  return when.time && all_minutes([](int) { return true; }, [&](int m) { return !holds_minute(*when.time, m); });
}

std::optional<std::size_t> find_pool(const Settings& settings, std::string_view name) {
  for (std::size_t i = 0; i < settings.pools.size(); ++i)
    if (settings.pools[i].name == name) return i;
  return std::nullopt;
}

void add_once(std::vector<std::size_t>& pools, std::optional<std::size_t> pool) {
  if (pool && std::find(pools.begin(), pools.end(), *pool) == pools.end()) pools.push_back(*pool);
}

// The pools to which a rule's requests for `auto` go.
std::vector<std::size_t> pools_of(const Rule& rule, const Settings& settings) {
  std::vector<std::size_t> pools;
  if (!rule.use.pool.empty()) {
    add_once(pools, find_pool(settings, rule.use.pool));
    return pools;
  }
  for (const auto capability : rule.when.capabilities) {
    const auto own = find_pool(settings, core::name_of(capability));
    add_once(pools, own ? own : find_pool(settings, "default"));
  }
  if (rule.when.capabilities.empty()) add_once(pools, find_pool(settings, "default"));
  return pools;
}

// A model that is not configured is somebody else's complaint.
bool is_able(const Pool& pool, core::FeatureSet needs, const Settings& settings) {
  return pool.models.empty() || std::any_of(pool.models.begin(), pool.models.end(), [&](const std::string& name) {
           const auto found = std::find_if(settings.models.begin(), settings.models.end(),
                                           [&](const Model& model) { return model.name == name; });
           return found == settings.models.end() || serves(*found, needs);
         });
}

}  // namespace

bool serves(const Model& model, core::FeatureSet needs) {
  return common(needs.without(core::adaptable_features()), model.facts.lacking).empty();
}

std::vector<std::size_t> unreachable_rules(const Settings& settings) {
  std::vector<std::size_t> unreachable;
  const auto& rules = settings.rules;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto end = rules.begin() + static_cast<std::ptrdiff_t>(i);
    if (is_impossible(rules[i].when) ||
        std::any_of(rules.begin(), end, [&](const Rule& earlier) { return covers(earlier.when, rules[i].when); }))
      unreachable.push_back(i);
  }
  return unreachable;
}

std::vector<UnableRule> unable_rules(const Settings& settings) {
  std::vector<UnableRule> unable;
  for (std::size_t i = 0; i < settings.rules.size(); ++i) {
    core::FeatureSet needs;
    if (settings.rules[i].when.tools == true) needs.add(core::Feature::tools);
    if (needs.empty()) continue;
    for (const auto pool : pools_of(settings.rules[i], settings))
      if (!is_able(settings.pools[pool], needs, settings)) unable.push_back({i, pool});
  }
  return unable;
}

}  // namespace headgate::routing
