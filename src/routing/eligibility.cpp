#include "eligibility.hpp"

#include <algorithm>

#include "needs.hpp"

namespace headgate::routing {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [=](char x, char y) { return lower(x) == lower(y); });
}

struct Verdict {
  Reason reason;
  core::FeatureSet lacking{};
};

std::optional<Verdict> judge_abilities(const Model& model, const Question& question) {
  const auto& profile = question.profile;
  const bool is_exact = profile.hints.require_parameters;
  const auto needs = is_exact ? profile.needs : profile.needs.without(core::adaptable_features());
  if (const auto lacking = common(needs, model.facts.lacking); !lacking.empty())
    return Verdict{Reason::lacks_ability, lacking};
  const auto unknown = needs.without(model.facts.supported);
  const bool must_know = is_exact || question.settings().scheduler.unknown_support == UnknownSupport::refuse;
  if (must_know && !unknown.empty()) return Verdict{Reason::unknown_ability, unknown};
  return std::nullopt;
}

std::optional<Verdict> judge_price(const Model& model, const Profile& profile) {
  const auto& hints = profile.hints;
  if (!hints.max_input_price && !hints.max_output_price) return std::nullopt;
  const auto& price = model.facts.price;
  if (price && price->free) return std::nullopt;
  const auto rates = price ? price->rates_for(profile.input_tokens) : catalog::Rates();
  const auto judge = [&](std::optional<core::Money> most, catalog::Rate rate) -> std::optional<Verdict> {
    if (!most) return std::nullopt;
    if (!rates[rate]) return Verdict{Reason::unknown_price};
    return *rates[rate] > *most ? std::optional(Verdict{Reason::max_price}) : std::nullopt;
  };
  if (const auto verdict = judge(hints.max_input_price, catalog::Rate::input)) return verdict;
  return judge(hints.max_output_price, catalog::Rate::output);
}

bool is_unwanted(const Model& model, const Hints& hints) {
  if (!hints.only.empty() && !is_listed(model, hints.only)) return true;
  if (!hints.order.empty() && !hints.allow_fallbacks && !is_listed(model, hints.order)) return true;
  return is_listed(model, hints.ignore);
}

// From what no setting can change to what the client may change.
std::optional<Verdict> judge(const Model& model, const Question& question, const Use& limits) {
  const auto& profile = question.profile;
  if (model.facts.kind && *model.facts.kind != profile.kind) return Verdict{Reason::other_kind};
  if (const auto verdict = judge_abilities(model, question)) return verdict;
  if (model.facts.context_window && profile.input_tokens > *model.facts.context_window)
    return Verdict{Reason::context_window};
  if (limits.min_trust && model.trust < *limits.min_trust) return Verdict{Reason::trust_policy};
  if (limits.deny_data_collection && model.collects_data.value_or(true)) return Verdict{Reason::data_policy};
  if (is_unwanted(model, profile.hints)) return Verdict{Reason::provider_hint};
  return judge_price(model, profile);
}

std::optional<core::Money> cheapest_cost(const std::vector<Contender>& contenders) {
  std::optional<core::Money> least;
  for (const auto& contender : contenders)
    if (const auto cost = contender.candidate.expected_cost; cost && !contender.reading.refused)
      least = std::min(least.value_or(*cost), *cost);
  return least;
}

}  // namespace

std::size_t place_on(const Model& model, std::span<const std::string> list) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const std::string& name) {
    return same_name(name, model.provider) || (!name.empty() && same_name(name, model.facts.vendor));
  });
  return static_cast<std::size_t>(found - list.begin());
}

bool is_listed(const Model& model, std::span<const std::string> list) { return place_on(model, list) < list.size(); }

std::optional<Excluded> judge_facts(const Contender& contender, const Question& question, const Use& limits) {
  const auto verdict = judge(question.model(contender), question, limits);
  if (!verdict) return std::nullopt;
  return Excluded{contender.candidate.model, verdict->reason, verdict->lacking};
}

std::optional<Excluded> judge_measures(const Contender& contender, const Use& limits) {
  const auto& [model, probability, expected, worst, score, cached] = contender.candidate;
  const auto& reading = contender.reading;
  if (limits.max_cost && !expected) return Excluded{model, Reason::unknown_price};
  if (limits.max_cost && *expected > *limits.max_cost) return Excluded{model, Reason::max_cost};
  if (limits.first_token_within && reading.first_token && *reading.first_token > *limits.first_token_within)
    return Excluded{model, Reason::first_token_within};
  if (limits.min_quality && contender.quality_at_best < *limits.min_quality)
    return Excluded{model, Reason::min_quality};
  if (reading.budget_exhausted) return Excluded{model, Reason::budget_exceeded};
  return std::nullopt;
}

// Nobody is excluded for an unknown price when there is no known one to prefer.
void keep_cheapest(std::vector<Contender>& contenders, std::vector<Excluded>& excluded) {
  const auto least = cheapest_cost(contenders);
  if (!least) return;
  std::erase_if(contenders, [&](const Contender& contender) {
    const auto& candidate = contender.candidate;
    const bool goes =
        contender.reading.budget_degraded && (!candidate.expected_cost || *candidate.expected_cost > *least);
    if (goes) excluded.push_back({candidate.model, Reason::budget_degraded});
    return goes;
  });
}

}  // namespace headgate::routing
