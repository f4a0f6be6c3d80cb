#include "headgate/routing/router.hpp"

#include <algorithm>

#include "choice.hpp"
#include "conditions.hpp"
#include "cost.hpp"
#include "eligibility.hpp"
#include "refusal.hpp"
#include "score.hpp"
#include "selection.hpp"
#include "table.hpp"
#include "weights.hpp"

namespace headgate::routing {
namespace {

using core::Result;
using What = Asked::What;

template <typename T>
std::optional<T> narrower(std::optional<T> a, std::optional<T> b) {
  return a && b ? std::min(a, b) : a ? a : b;
}

std::optional<core::Capability> capability_of(const Asked& asked, const Profile& profile) {
  return asked.capability ? asked.capability : profile.capability;
}

// First match wins.
Question ask(const Table& table, const Profile& profile, const Asked& asked) {
  Question question{table, profile, asked, capability_of(asked, profile)};
  const auto& rules = table.settings.rules;
  for (std::size_t i = 0; i < rules.size() && !question.rule; ++i)
    if (match(rules[i].when, profile, asked.base, question.capability) == Match::yes) {
      question.rule = &rules[i];
      question.consequence = &table.consequences[i];
    }
  return question;
}

std::optional<Sort> sort_of(const Question& question) {
  const auto hint = question.profile.hints.sort;
  return hint ? hint : question.asked.sort;
}

Objective objective_of(const Question& question) {
  if (const auto sort = sort_of(question)) return *sort == Sort::price ? Objective::cost : Objective::latency;
  return question.rule ? question.rule->use.objective.value_or(Objective::balanced) : Objective::balanced;
}

Use limits_of(const Question& question) {
  const auto& hints = question.profile.hints;
  Use limits = question.consequence ? question.consequence->limits : Use();
  limits.max_cost = narrower(limits.max_cost, hints.max_cost);
  limits.deadline = narrower(limits.deadline, hints.deadline);
  limits.deny_data_collection = limits.deny_data_collection || hints.deny_data_collection;
  return limits;
}

// Moves those that `judge` finds a reason against to the excluded.
template <typename Judge>
void sift(std::vector<Contender>& contenders, std::vector<Excluded>& excluded, Judge judge) {
  std::erase_if(contenders, [&](Contender& contender) {
    const auto verdict = judge(contender);
    if (verdict && excluded.empty()) excluded.reserve(contenders.size());
    if (verdict) excluded.push_back(*verdict);
    return verdict.has_value();
  });
}

// Of a model that was named and has no equivalents there is nothing to choose, and if no limit asks for it
// nothing has to be measured.
bool needs_readings(const Question& question, const std::vector<Contender>& contenders, const Use& limits) {
  const bool stands_alone = question.asked.what == What::model && contenders.size() == 1;
  return !stands_alone || limits.max_cost || limits.first_token_within || limits.min_quality;
}

void estimate(Contender& contender, const Question& question) {
  auto& candidate = contender.candidate;
  const auto& model = question.model(contender);
  const auto& profile = question.profile;
  const auto output = expected_output(model, profile, contender.reading, question.settings().scheduler);
  candidate.expected_cost = expected_cost(model, profile, contender.reading, output);
  candidate.worst_cost = worst_cost(model, profile);
  candidate.cached_tokens = contender.reading.cached_tokens;
  const double presumed = question.table.quality(candidate.model, contender.place, question.capability);
  const bool asks_json = profile.needs.has(core::Feature::json_object) || profile.needs.has(core::Feature::json_schema);
  contender.quality = without_flaws(with_feedback(presumed, contender.reading), contender.reading, asks_json);
  contender.quality_at_best = at_best(presumed, contender.quality, contender.reading);
}

double blended(double seen, double count, double presumed) {
  return (count * seen + prior_answers * presumed) / (count + prior_answers);
}

// Who was hardly measured is presumed to answer as shortly or as long as the others do, and not to think.
void presume_lengths(std::vector<Contender>& contenders) {
  double sum = 0, answers = 0;
  for (const auto& contender : contenders)
    if (const auto& reading = contender.reading; reading.output_tokens) {
      const double weight = std::max(reading.answers, least_answers);
      sum += weight * static_cast<double>(*reading.output_tokens);
      answers += weight;
    }
  if (answers == 0) return;
  for (auto& contender : contenders) {
    auto& reading = contender.reading;
    const auto seen = [&](std::optional<core::Tokens> tokens, double presumed) {
      return static_cast<core::Tokens>(blended(static_cast<double>(tokens.value_or(0)), reading.answers, presumed));
    };
    if (!reading.output_tokens) reading.answers = 0;
    reading.output_tokens = seen(reading.output_tokens, sum / answers);
    reading.reasoning_tokens = seen(reading.reasoning_tokens, 0);
  }
}

void find_eligible(Plan& plan, std::vector<Contender>& contenders, const Question& question,
                   const Surroundings& surroundings) {
  const bool is_measured = needs_readings(question, contenders, plan.limits);
  sift(contenders, plan.excluded,
       [&](const Contender& contender) { return judge_facts(contender, question, plan.limits); });
  if (is_measured) {
    for (auto& contender : contenders)
      contender.reading =
          surroundings.of(contender.candidate.model, question.capability, question.profile.input_tokens);
    presume_lengths(contenders);
  }
  sift(contenders, plan.excluded, [&](Contender& contender) {
    estimate(contender, question);
    return judge_measures(contender, plan.limits);
  });
  keep_cheapest(contenders, plan.excluded);
}

// Whether the pool's models would stand differently if it were known what is asked, and how difficult that is.
bool has_choice_by_quality(const Table& table, std::size_t pool) {
  return table.pools[pool].has_facts && table.pools[pool].models.size() > 1;
}

bool names_auto(const Table& table, const Profile& profile, const Asked& asked) {
  const auto is_auto = [&](const std::string& name) {
    const auto fallback = table.names.read(name);
    return fallback && fallback->what == What::automatic && !fallback->capability;
  };
  return asked.what == What::automatic || std::any_of(profile.fallbacks.begin(), profile.fallbacks.end(), is_auto);
}

}  // namespace

Router::Router(Settings settings) : table_(std::make_shared<const Table>(std::move(settings))) {}

Result<Plan> Router::plan(const Profile& profile, const Surroundings& surroundings, double draw) const {
  auto plan = consider(profile, surroundings, draw);
  if (plan && plan->refusal) return *plan->refusal;
  return plan;
}

Result<Plan> Router::consider(const Profile& profile, const Surroundings& surroundings, double draw) const {
  const auto asked = table_->names.read(profile.model);
  if (!asked) return unknown_name(profile.model, table_->settings);
  const auto question = ask(*table_, profile, *asked);
  auto selection = select(question);
  if (!selection) return selection.error();
  auto& contenders = selection->contenders;

  Plan plan;
  plan.rule = question.rule;
  if (selection->pool) plan.pool = pools()[*selection->pool].name;
  plan.objective = objective_of(question);
  plan.limits = limits_of(question);
  find_eligible(plan, contenders, question, surroundings);
  if (contenders.empty()) {
    plan.refusal = nobody_left(plan, question);
    return plan;
  }
  score(contenders, question, plan.objective);
  arrange(contenders, question, draw);
  plan.candidates.reserve(contenders.size());
  for (const auto& contender : contenders) plan.candidates.push_back(contender.candidate);
  return plan;
}

bool Router::asks_for_capability(const Profile& profile) const {
  const auto asked = table_->names.read(profile.model);
  if (!asked || asked->capability || profile.kind != catalog::Kind::chat) return false;
  const Consequence* certain = nullptr;
  for (std::size_t i = 0; i < rules().size() && !certain; ++i) {
    const auto found = match(rules()[i].when, profile, asked->base, std::nullopt);
    if (found == Match::if_capability) return true;
    if (found == Match::yes) certain = &table_->consequences[i];
  }
  const bool is_ruled = certain && certain->pool;
  if (table_->has_capability_pools && !is_ruled && names_auto(*table_, profile, *asked)) return true;
  if (certain && certain->limits.min_quality) return true;
  if (asked->what == What::model || asked->sort || profile.hints.sort) return false;
  const auto pool = pool_of(*asked, *table_, certain, std::nullopt);
  return pool && has_choice_by_quality(*table_, *pool);
}

bool Router::asks_for_difficulty(const Profile& profile) const {
  const auto asked = table_->names.read(profile.model);
  if (!asked || asked->what == What::model || asked->sort || profile.kind != catalog::Kind::chat) return false;
  if (profile.hints.sort || !profile.hints.order.empty()) return false;
  const auto question = ask(*table_, profile, *asked);
  const auto pool = pool_of(*asked, *table_, question.consequence, question.capability);
  return pool && has_choice_by_quality(*table_, *pool);
}

const std::vector<std::string>& Router::headers() const { return table_->headers; }
bool Router::asks_for_zone() const { return table_->asks_for_zone; }
const std::vector<Model>& Router::models() const { return table_->settings.models; }
const std::vector<Pool>& Router::pools() const { return table_->settings.pools; }
const std::vector<Rule>& Router::rules() const { return table_->settings.rules; }
const Failover& Router::failover() const { return table_->settings.failover; }
const Scheduler& Router::scheduler() const { return table_->settings.scheduler; }
bool Router::knows(std::string_view model) const { return table_->names.model(model).has_value(); }

Result<void> Router::check_name(std::string_view name) const {
  const auto asked = table_->names.read(name);
  const auto has_pool = [](const Consequence& consequence) { return consequence.pool.has_value(); };
  const bool leads_somewhere =
      asked && (asked->what != What::automatic || table_->default_pool ||
                (asked->capability && table_->pool_for(asked->capability)) ||
                (!asked->capability && table_->has_capability_pools) ||
                std::any_of(table_->consequences.begin(), table_->consequences.end(), has_pool));
  if (!leads_somewhere) return unknown_name(name, table_->settings);
  return {};
}

}  // namespace headgate::routing
