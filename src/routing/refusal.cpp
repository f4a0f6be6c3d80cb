#include "refusal.hpp"

#include <algorithm>
#include <array>

#include "needs.hpp"

namespace headgate::routing {
namespace {

using core::Code;
using core::Error;

// In the order of the checks. The model that came furthest tells best what to change.
constexpr std::array checks{Reason::other_kind,     Reason::lacks_ability,      Reason::unknown_ability,
                            Reason::context_window, Reason::trust_policy,       Reason::data_policy,
                            Reason::provider_hint,  Reason::max_price,          Reason::unknown_price,
                            Reason::max_cost,       Reason::first_token_within, Reason::min_quality,
                            Reason::budget_exceeded};

Reason furthest(const std::vector<Excluded>& excluded) {
  const auto check_of = [](const Excluded& one) { return std::find(checks.begin(), checks.end(), one.reason); };
  return std::max_element(excluded.begin(), excluded.end(),
                          [&](const Excluded& a, const Excluded& b) { return check_of(a) < check_of(b); })
      ->reason;
}

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string listed(core::FeatureSet features) {
  std::string list;
  for (std::size_t i = 0; i < core::feature_count; ++i)
    if (features.has(static_cast<core::Feature>(i)))
      list += (list.empty() ? "" : " and ") + quoted(core::feature_names[i]);
  return list;
}

class Refusal {
 public:
  Refusal(const Plan& plan, const Question& question) : plan_(plan), question_(question) {}

  Error told() const {
    switch (furthest(plan_.excluded)) {
      case Reason::other_kind: return incapable(those("answers", "do not answer") + " at this endpoint. " + elsewhere);
      case Reason::lacks_ability: return lacking();
      case Reason::unknown_ability:
        return incapable(those("is known to offer", "are not known to offer") + " " + listed(missing()) +
                         ", and unknown is not enough here. Name another model.");
      case Reason::context_window: return too_long();
      case Reason::trust_policy:
        return Error(Code::trust_policy, those("is at a provider", "are not at a provider") + " trusted as " +
                                             ruled("trust") + " demands. " + elsewhere);
      case Reason::data_policy:
        return Error(Code::trust_policy, those("is at a provider", "are not at a provider") +
                                             " known not to keep what it is sent, as " + data_limit() + " demands. " +
                                             elsewhere);
      case Reason::provider_hint:
        return incapable(those("is at a provider", "are not at a provider") +
                         " that `provider` in the request allows. Widen its lists, or leave them out.")
            .with_param("provider");
      case Reason::max_price:
        return incapable(those("costs", "do not cost") + " at most `provider.max_price`. Raise it, or leave it out.")
            .with_param("provider");
      case Reason::unknown_price:
        return incapable(those("has a known price", "do not have a known price") + ", and " + cost_limit() +
                         " limits the cost. State the price in the configuration, or lift the limit.");
      case Reason::max_cost:
        return incapable(those("is expected to cost", "are not expected to cost") + " at most $" +
                         plan_.limits.max_cost->to_string() + " for this request, the limit of " + cost_limit() +
                         ". Send less, ask for fewer tokens of output, or raise the limit.");
      case Reason::first_token_within:
        return incapable(those("answers", "do not answer") + " as quickly as " + ruled("first_token_within") +
                         " demands. Try again later, or raise the limit.");
      case Reason::min_quality:
        return incapable(those("reaches", "do not reach") + " the quality that " + ruled("min_quality") +
                         " demands. Name another model, or lower the limit.");
      default:
        return Error(Code::budget_exceeded,
                     "The budgets for " + all() + " are spent. Wait for their next window, or have a limit raised.");
    }
  }

 private:
  static constexpr const char* elsewhere = "Name another model; GET /v1/models lists what you may use.";

  static Error incapable(const std::string& message) {
    return Error(Code::capability_unavailable, message).with_param("model");
  }

  Error lacking() const {
    const auto by_all = missing();
    const auto what = by_all.empty() ? listed(any_missing()) + " together" : listed(by_all);
    return incapable(those("offers", "do not offer") + " " + what +
                     ", which the request needs. Leave it out, or name another model.");
  }

  Error too_long() const {
    core::Tokens window = 0;
    for (const auto& one : plan_.excluded)
      window = std::max(window, question_.settings().models[one.model].facts.context_window.value_or(0));
    return Error(Code::context_length_exceeded,
                 "The request has about " + std::to_string(question_.profile.input_tokens) +
                     " tokens. The largest context window of " + all() + " is " + std::to_string(window) +
                     " tokens. Shorten the messages, or name a model with a larger window.")
        .with_param("messages");
  }

  // What every one of them lacks.
  core::FeatureSet missing() const {
    std::optional<core::FeatureSet> lacking;
    for (const auto& one : plan_.excluded)
      if (!one.lacking.empty()) lacking = lacking ? common(*lacking, one.lacking) : one.lacking;
    return lacking.value_or(core::FeatureSet());
  }
  core::FeatureSet any_missing() const {
    core::FeatureSet lacking;
    for (const auto& one : plan_.excluded) lacking = lacking | one.lacking;
    return lacking;
  }

  const std::string& only_name() const { return question_.settings().models[plan_.excluded.front().model].name; }

  // `No model of the pool `code` offers` or `The models asked for do not offer`.
  std::string those(std::string_view none_does, std::string_view they_do_not) const {
    if (plan_.excluded.size() == 1) return "The model " + quoted(only_name()) + singular(they_do_not);
    const auto& first = plan_.excluded.front();
    const bool is_mixed = std::any_of(plan_.excluded.begin(), plan_.excluded.end(),
                                      [&](const Excluded& one) { return one.reason != first.reason; });
    const std::string which = is_mixed ? " that could answer otherwise " : " ";
    if (plan_.pool.empty()) return "The models asked for" + which + std::string(they_do_not);
    return "No model of the pool " + quoted(plan_.pool) + which + std::string(none_does);
  }
  static std::string singular(std::string_view they_do_not) {
    const auto rest = they_do_not.substr(they_do_not.find(' '));
    return (they_do_not.starts_with("are") ? " is" : " does") + std::string(rest);
  }
  std::string all() const {
    if (plan_.excluded.size() == 1) return "the model " + quoted(only_name());
    return plan_.pool.empty() ? "the models asked for" : "the pool " + quoted(plan_.pool);
  }

  std::string ruled(std::string_view limit) const {
    return quoted(limit) + (plan_.rule ? " of the rule " + quoted(plan_.rule->name) : "");
  }
  std::string cost_limit() const {
    const auto& hints = question_.profile.hints;
    if (hints.max_cost && hints.max_cost == plan_.limits.max_cost) return "the header `x-headgate-max-cost`";
    if (!plan_.limits.max_cost) return "`provider.max_price`";
    return ruled("max_cost");
  }
  std::string data_limit() const {
    const bool is_ruled = plan_.rule && plan_.rule->use.deny_data_collection;
    return is_ruled ? ruled("data_collection") : "`provider.data_collection` of the request";
  }

  const Plan& plan_;
  const Question& question_;
};

}  // namespace

Error nobody_left(const Plan& plan, const Question& question) { return Refusal(plan, question).told(); }

}  // namespace headgate::routing
