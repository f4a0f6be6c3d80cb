#include "headgate/gateway/measured.hpp"

#include "headgate/gateway/prompt_caches.hpp"

namespace headgate::gateway {

routing::Reading Measured::of(routing::ModelIndex model, std::optional<core::Capability> capability,
                              core::Tokens input) const {
  const auto& target = *snapshot_.targets[model];
  auto& accounting = *snapshot_.accounting;
  routing::Reading reading;
  const auto standing = snapshot_.health->standing(model, now_.steady);
  reading.refused = standing.refusal || target.account->settings.name == without_provider_;
  reading.share = standing.share;
  const auto figures = accounting.records().figures(target.model, capability, input, std::nullopt, now_.steady);
  reading.overrun = figures.overrun;
  reading.success_rate = figures.success_rate;
  reading.first_token = figures.first_token;
  reading.tokens_per_second = figures.tokens_per_second;
  reading.output_tokens = figures.output_tokens;
  reading.reasoning_tokens = figures.reasoning_tokens;
  reading.answers = figures.answers;
  reading.feedback = figures.feedback;
  reading.feedback_count = figures.feedback_count;
  reading.flaws = figures.flaws.mean;
  reading.flaws_count = figures.flaws.count;
  reading.json_flaws = figures.json_flaws.mean;
  reading.json_flaws_count = figures.json_flaws.count;
  if (request_ != nullptr && request_->prompt) {
    const auto warmth = warmth_of(target, *request_, accounting, now_.steady);
    reading.cached_tokens = warmth.cached;
    reading.written_tokens = warmth.written;
  }
  if (!accounting.has_budgets()) return reading;
  auto charge = charge_;
  charge.model = target.model;
  charge.provider = target.account->settings.name;
  const auto spent = accounting.budgets().standing(charge, now_);
  reading.budget_exhausted = spent.exhausted;
  reading.budget_degraded = spent.degraded;
  reading.over_target = spent.over_target;
  return reading;
}

}  // namespace headgate::gateway
