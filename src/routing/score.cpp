#include "score.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cost.hpp"
#include "weights.hpp"

namespace headgate::routing {
namespace {

using Seconds = std::chrono::duration<double>;

// 0 at the least, towards -1 far above it, and at every size the same for the same ratio: so one that is
// free does not make all others look alike.
double part(std::optional<double> value, double least, double unit) {
  if (!value) return unknown_part;
  const double x = std::log(std::max(1.0, (*value + unit) / (least + unit)));
  return -x / (1 + x);
}

// Cost and time as far as known.
class Scale {
 public:
  Scale(const std::vector<Contender>& contenders, const Question& question) : question_(question) {
    for (const auto& contender : contenders)
      has_speeds_ = has_speeds_ && (!contender.reading.first_token || contender.reading.tokens_per_second > 0.0);
    for (const auto& contender : contenders) {
      if (contender.reading.refused) continue;
      if (const auto cost = dollars(contender)) least_dollars_ = std::min(least_dollars_, *cost);
      if (const auto time = seconds(contender)) least_seconds_ = std::min(least_seconds_, *time);
    }
  }

  double cost(const Contender& contender) const { return part(dollars(contender), least_dollars_, least_dollars); }
  double latency(const Contender& contender) const { return part(seconds(contender), least_seconds_, least_seconds); }

 private:
  static std::optional<double> dollars(const Contender& contender) {
    const auto& cost = contender.candidate.expected_cost;
    return cost ? std::optional(cost->in_dollars()) : std::nullopt;
  }

  // To the end of the answer if the speed of all is known, else to its first token.
  std::optional<double> seconds(const Contender& contender) const {
    const auto& reading = contender.reading;
    if (!reading.first_token) return std::nullopt;
    const double first = Seconds(*reading.first_token).count();
    if (!has_speeds_) return first;
    const auto output =
        expected_output(question_.model(contender), question_.profile, reading, question_.settings().scheduler);
    return first + static_cast<double>(output) / *reading.tokens_per_second;
  }

  const Question& question_;
  bool has_speeds_ = true;
  double least_dollars_ = std::numeric_limits<double>::infinity();
  double least_seconds_ = std::numeric_limits<double>::infinity();
};

// All of a budget's models alike when the budget is beyond its target, and the dearer ones more.
double beyond_target(const Reading& reading, double cost_part) {
  const double over = reading.over_target.value_or(1);
  return over <= 1 ? 0 : target_weight * (1 - 1 / over) * (cost_part - 1);
}

}  // namespace

double with_feedback(double presumed, const Reading& reading) {
  if (!reading.feedback) return presumed;
  const auto count = static_cast<double>(reading.feedback_count);
  return (presumed * prior_scores + *reading.feedback * count) / (prior_scores + count);
}

double without_flaws(double quality, const Reading& reading, bool asks_json) {
  const auto left = [](double mean, std::uint32_t count) {
    return 1 - std::clamp(mean, 0.0, 1.0) * count / (prior_flaws + count);
  };
  const double of_json = asks_json ? left(reading.json_flaws, reading.json_flaws_count) : 1;
  return quality * left(reading.flaws, reading.flaws_count) * of_json;
}

double at_best(double presumed, double quality, const Reading& reading) {
  if (quality >= presumed) return quality;
  const double doubt = deviation_of_scores / std::sqrt(prior_scores + static_cast<double>(reading.feedback_count));
  return std::min(presumed, quality + doubt);
}

void score(std::vector<Contender>& contenders, const Question& question, Objective objective) {
  auto weights = weights_for(objective);
  // Nothing is gained by quality where the question is easy, and twice as much as usual where it is hard.
  if (const auto difficulty = question.profile.difficulty) weights.quality *= 2 * std::clamp(*difficulty, 0.0f, 1.0f);
  const Scale scale(contenders, question);
  for (auto& contender : contenders) {
    const auto& reading = contender.reading;
    const double cost = scale.cost(contender);
    const double success = std::clamp(reading.success_rate, 0.0, 1.0);
    contender.candidate.score = {.quality = weights.quality * contender.quality,
                                 .cost = weights.cost * cost + beyond_target(reading, cost),
                                 .latency = weights.latency * scale.latency(contender),
                                 .health = health_weight * (success * success - 1)};
  }
}

}  // namespace headgate::routing
