#include <algorithm>

#include "builder.hpp"
#include "reader.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config {
namespace {

// Model and provider of what can be asked, without the model where no budget names it.
std::set<std::pair<std::string, std::string>> targets_of(const Settings& settings) {
  std::set<std::string_view> named;
  for (const budget::Budget& budget : settings.budgets.budgets)
    if (budget.scope.model) named.insert(*budget.scope.model);
  std::set<std::pair<std::string, std::string>> targets;
  for (const routing::Model& model : settings.routing.models)
    targets.emplace(named.contains(model.name) ? model.name : std::string(), model.provider);
  return targets;
}

}  // namespace

void Builder::build_budgets() {
  settings_.budgets.scheduler_window = settings_.routing.scheduler.window;
  const Node* section = document_.find("budgets");
  if (!section) return;
  std::set<std::string> names;
  for (const Node& node : section->items) {
    budget::Budget budget;
    take_text(&node, "name", budget.name);
    refuse_second(budget.name, "budget", node, names);
    build_budget(node, budget);
    settings_.budgets.budgets.push_back(std::move(budget));
  }
  if (!report_.has_errors()) check_overlap(*section);
}

// Keys and tags are left out: nobody knows here which of them come together.
void Builder::check_overlap(const Node& section) {
  const auto& budgets = settings_.budgets.budgets;
  for (const auto& [model, provider] : targets_of(settings_)) {
    std::map<std::string_view, std::size_t> of_tenant;
    std::size_t of_all = 0, of_one = 0;
    for (const budget::Budget& budget : budgets) {
      const budget::Scope& scope = budget.scope;
      if (scope.key_id || scope.tag || scope.model.value_or(model) != model ||
          scope.provider.value_or(provider) != provider)
        continue;
      if (scope.tenant)
        of_one = std::max(of_one, ++of_tenant[*scope.tenant]);
      else
        ++of_all;
    }
    if (of_all + of_one <= budget::max_concerned) continue;
    return report_.error({"HG-1218", std::to_string(of_all + of_one) + " budgets count the same request",
                          "at most " + std::to_string(budget::max_concerned), "let one budget count what several do"},
                         section.mark);
  }
}

void Builder::build_budget(const Node& node, budget::Budget& budget) {
  using budget::OnExhausted;
  using budget::Unpriced;
  take_if(take_text, &node, "tenant", budget.scope.tenant);
  take_if(take_text, &node, "key", budget.scope.key_id);
  take_if(take_text, &node, "tag", budget.scope.tag);
  take_if(take_text, &node, "model", budget.scope.model);
  take_if(take_text, &node, "provider", budget.scope.provider);
  take_money(&node, "limit", budget.limit);
  take_if(take_money, &node, "target_cost_per_success", budget.target_cost_per_success);
  take_word(&node, "on_exhausted", {{"refuse", OnExhausted::refuse}, {"degrade", OnExhausted::degrade}},
            budget.on_exhausted);
  take_word(&node, "unpriced", {{"allow", Unpriced::allow}, {"refuse", Unpriced::refuse}}, budget.unpriced);
  build_window(node, budget.window);
  check_budget(node, budget);
}

void Builder::build_window(const Node& budget, budget::Window& window) {
  const Node* node = budget.find("window");
  if (!node || !node->is_scalar()) return;
  const auto parsed = parse_window(node->text);
  if (!parsed) return;
  if (!parsed->length) {
    budget::CalendarWindow calendar{parsed->period, "UTC", nullptr};
    build_zone(budget, calendar.zone_name, calendar.zone);
    window = std::move(calendar);
    return;
  }
  window = budget::SlidingWindow{*parsed->length};
  if (const Node* zone = budget.find("zone"))
    report_.warning({"HG-1902", "`zone` has no effect on a sliding window", {}, "it belongs to day, week or month"},
                    zone->mark, zone->length());
}

// Nothing can be charged to it: no request ever meets its model at its provider.
void Builder::check_budget(const Node& node, const budget::Budget& budget) {
  const budget::Scope& scope = budget.scope;
  const auto& models = settings_.routing.models;
  const bool charged = std::any_of(models.begin(), models.end(), [&](const routing::Model& model) {
    return (!scope.model || *scope.model == model.name) && (!scope.provider || *scope.provider == model.provider);
  });
  if (charged || report_.has_errors() || scope.holds_for_every_candidate()) return;
  const Node* place = node.find(scope.model ? "model" : "provider");
  const std::string why = scope.model ? "model " + quote(*scope.model) + " is not at provider " + quote(*scope.provider)
                                      : "provider " + quote(*scope.provider) + " has no model";
  report_.warning({"HG-1503",
                   "nothing is ever charged to budget " + quote(budget.name) + ": " + why,
                   {},
                   "correct it, or remove the budget"},
                  place->mark, place->length());
}

void Builder::build_catalog() {
  core::milliseconds age = settings_.catalog.price;
  take_duration(document_.find("catalog"), "max_price_age", age);
  settings_.catalog.price = std::chrono::floor<std::chrono::days>(age);
}

void Builder::build_responses() {
  const Node* node = document_.find("responses");
  Responses& responses = settings_.responses;
  take_flag(node, "store", responses.store);
  take_duration(node, "keep", responses.keep);
  take_size(node, "max_response", responses.max_response);
  take_size(node, "max_tenant", responses.max_tenant);
  take_size(node, "max_total", responses.max_total);
}

void Builder::build_drills() {
  const Node* node = document_.find("drills");
  if (!node) return;
  Drills& drills = settings_.drills;
  take_duration(node, "every", drills.every.emplace(std::chrono::days(7)));
  take_word(node, "mode", {{"shadow", DrillMode::shadow}, {"live", DrillMode::live}}, drills.mode);
  take_text(node, "live_tag", drills.live_tag);
}

}  // namespace headgate::config
