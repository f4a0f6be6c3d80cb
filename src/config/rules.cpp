#include <algorithm>

#include "builder.hpp"
#include "headers.hpp"
#include "reader.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config {
namespace {

constexpr std::string_view header_prefix = "header.";
constexpr std::string_view any_value = "*";
constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

void take_days(const Node* list, std::array<bool, 7>& days) {
  if (!list || !list->is_sequence()) return;
  for (std::size_t i = 0; i < days.size(); ++i)
    days[i] = std::any_of(list->items.begin(), list->items.end(),
                          [&](const Node& item) { return item.text == day_names[i]; });
}

void take_clock(const Node* parent, std::string_view key, std::chrono::minutes& value) {
  const Node* node = child(parent, key);
  if (!node || !node->is_scalar()) return;
  if (const auto parsed = parse_clock(node->text)) value = *parsed;
}

}  // namespace

void Builder::build_rules() {
  const Node* section = document_.find("rules");
  if (!section) return;
  std::set<std::string> names;
  for (std::size_t i = 0; i < section->items.size(); ++i) {
    const Node& node = section->items[i];
    routing::Rule rule{"rule " + std::to_string(i + 1), {}, {}};
    take_text(&node, "name", rule.name);
    refuse_second(rule.name, "rule", node, names);
    if (const Node* when = node.find("when")) build_when(*when, rule.when);
    if (const Node* use = node.find("use")) build_use(*use, rule.use);
    settings_.routing.rules.push_back(std::move(rule));
  }
  if (!report_.has_errors()) check_rules(*section);
}

void Builder::refuse_second(const std::string& name, std::string_view what, const Node& node,
                            std::set<std::string>& names) {
  if (names.insert(name).second) return;
  const Node* said = node.find("name");
  const Node& place = said ? *said : node;
  report_.error({"HG-1215", "there is another " + std::string(what) + ' ' + quote(name), {}, "give it another name"},
                place.mark, place.length());
}

void Builder::build_when(const Node& node, routing::When& when) {
  take_texts(&node, "tenant", when.tenants);
  take_texts(&node, "zone", when.zones);
  take_texts(&node, "model", when.models);
  std::vector<std::string> capabilities;
  take_texts(&node, "capability", capabilities);
  for (const auto& name : capabilities)
    if (const auto capability = core::capability_named(name)) when.capabilities.push_back(*capability);
  take_if(take_flag, &node, "stream", when.stream);
  take_if(take_flag, &node, "tools", when.tools);
  const Node* tokens = node.find("input_tokens");
  take_if(take_number<core::Tokens>, tokens, "min", when.min_input_tokens);
  take_if(take_number<core::Tokens>, tokens, "max", when.max_input_tokens);
  if (tokens && when.min_input_tokens && when.max_input_tokens && *when.min_input_tokens > *when.max_input_tokens)
    report_.error({"HG-1213", "`min` of `input_tokens` is above its `max`"}, tokens->mark);
  for (const Entry& entry : node.entries)
    if (entry.key.starts_with(header_prefix)) build_header_condition(node, entry, when);
  if (const Node* time = node.find("time"); time && time->is_map()) build_hours(*time, when.time.emplace());
}

void Builder::build_header_condition(const Node& node, const Entry& entry, routing::When& when) {
  const std::string name = entry.key.substr(header_prefix.size());
  const auto refuse = [&](std::string why, std::string hint) {
    report_.error({"HG-1408", "header " + quote(name) + ' ' + why, {}, std::move(hint)}, entry.mark, entry.key.size());
  };
  if (!is_header_name(name)) return refuse("has a name that HTTP does not allow", "letters, digits and dashes");
  if (is_credential(name)) return refuse("carries a credential", "choose by `tenant` instead");
  routing::HeaderCondition condition{lower(name), {}};
  take_texts(&node, entry.key, condition.values);
  auto& values = condition.values;
  if (std::find(values.begin(), values.end(), any_value) != values.end()) values.clear();
  when.headers.push_back(std::move(condition));
}

void Builder::build_hours(const Node& node, routing::Hours& hours) {
  take_days(node.find("days"), hours.days);
  take_clock(&node, "from", hours.from);
  take_clock(&node, "to", hours.to);
  build_zone(node, hours.zone_name, hours.zone);
  if (hours.from == hours.to || hours.from == std::chrono::hours(24))
    report_.error({"HG-1217", "no time lies between `from` and `to`", {}, "leave both out for the whole day"},
                  node.mark);
}

void Builder::build_zone(const Node& parent, std::string& name, std::shared_ptr<const budget::Zone>& zone) {
  const Node* node = parent.find("zone");
  if (!node || !node->is_scalar() || check_kind("time_zone", node->text)) return;
  name = node->text;
  if (name == "UTC") return;
  const auto known = time_zones_.find(name);
  if (known != time_zones_.end()) {
    zone = known->second;
    return;
  }
  const auto refuse = [&](const std::string& why) {
    report_.error({"HG-1214", why, "UTC or a name such as Europe/Berlin"}, node->mark, node->length());
  };
  if (!environment_.load_zone) return refuse("time zone " + quote(name) + " is not known: only UTC is");
  const auto loaded = environment_.load_zone(name);
  if (!loaded) return refuse(loaded.error().message());
  zone = time_zones_[name] = *loaded;
}

void Builder::build_use(const Node& node, routing::Use& use) {
  take_text(&node, "pool", use.pool);
  take_if_named(&node, "objective", routing::objective_names, use.objective);
  take_if(take_money, &node, "max_cost", use.max_cost);
  take_if(take_duration, &node, "deadline", use.deadline);
  take_if(take_duration, &node, "first_token_within", use.first_token_within);
  take_if(take_number<double>, &node, "min_quality", use.min_quality);
  take_if_named(&node, "trust", routing::trust_names, use.min_trust);
  use.deny_data_collection = node.find("data_collection") != nullptr;
  take_if(take_duration, &node, "hedge_after", use.hedge_after);
  take_if(take_flag, &node, "continue_streams", use.continue_streams);
}

void Builder::build_scheduler() {
  using routing::UnknownSupport;
  const Node* node = document_.find("scheduler");
  routing::Scheduler& scheduler = settings_.routing.scheduler;
  take_duration(node, "window", scheduler.window);
  take_number(node, "exploration", scheduler.exploration);
  take_number(node, "temperature", scheduler.temperature);
  take_word(node, "unknown_support", {{"allow", UnknownSupport::allow}, {"refuse", UnknownSupport::refuse}},
            scheduler.unknown_support);
  take_number(node, "assumed_output", scheduler.assumed_output);
}

}  // namespace headgate::config
