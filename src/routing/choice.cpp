#include "choice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <tuple>

#include "eligibility.hpp"
#include "weights.hpp"

namespace headgate::routing {
namespace {

constexpr double last = std::numeric_limits<double>::infinity();

// What nobody measured comes last.
double sort_key(const Contender& contender) {
  const auto& reading = contender.reading;
  if (!contender.sort) return 0;
  switch (*contender.sort) {
    case Sort::price: {
      const auto& cost = contender.candidate.expected_cost;
      return cost ? cost->in_dollars() : last;
    }
    case Sort::throughput: return reading.tokens_per_second ? -*reading.tokens_per_second : last;
    case Sort::latency: return reading.first_token ? std::chrono::duration<double>(*reading.first_token).count() : last;
  }
  return 0;
}

// One that comes back takes only a share, so it stands further behind as a second choice, too.
double standing(const Contender& contender) {
  return contender.candidate.score.total() - (1 - contender.reading.share);
}

void put_in_order(std::vector<Contender>& contenders, const Question& question) {
  const auto& order = question.profile.hints.order;
  for (auto& contender : contenders) {
    contender.preference = order.empty() ? 0 : place_on(question.model(contender), order);
    contender.sort_key = sort_key(contender);
  }
  // The pool's ranking decides between equals.
  const auto key = [](const Contender& contender) {
    const auto place = contender.place.value_or(Place{});
    return std::tuple(contender.reading.refused, contender.group, contender.preference, contender.sort_key,
                      -standing(contender), place.pool, place.rank, contender.candidate.model);
  };
  std::sort(contenders.begin(), contenders.end(),
            [&](const Contender& a, const Contender& b) { return key(a) < key(b); });
}

// Those among whom chance decides: the first group of which anybody can be asked.
std::span<Contender> leading(std::vector<Contender>& contenders) {
  const auto end = std::find_if(contenders.begin(), contenders.end(), [&](const Contender& contender) {
    return contender.reading.refused || contender.group != contenders.front().group;
  });
  return {contenders.begin(), end};
}

// Proportional to exp(score / temperature) among those that count; at no temperature all to the best.
class Softmax {
 public:
  template <typename Counts>
  Softmax(std::span<const Contender> group, double temperature, Counts counts) : temperature_(temperature) {
    for (const auto& contender : group)
      if (counts(contender) && (!best_ || total(contender) > total(*best_))) best_ = &contender;
    for (const auto& contender : group)
      if (counts(contender)) sum_ += weight(contender);
  }
  bool empty() const { return best_ == nullptr; }
  double of(const Contender& contender) const { return weight(contender) / sum_; }

 private:
  static double total(const Contender& contender) { return contender.candidate.score.total(); }
  double weight(const Contender& contender) const {
    if (temperature_ <= 0) return &contender == best_ ? 1 : 0;
    return std::exp((total(contender) - total(*best_)) / temperature_);
  }

  double temperature_;
  const Contender* best_ = nullptr;
  double sum_ = 0;
};

// What those that come back may not take yet goes to the others; if all come back, they share it.
void weigh(std::span<Contender> group, double temperature) {
  const auto is_well = [](const Contender& contender) { return contender.reading.share >= 1; };
  const Softmax all(group, temperature, [](const Contender&) { return true; }), well(group, temperature, is_well);
  double taken = 0;
  for (auto& contender : group) {
    contender.candidate.probability = all.of(contender) * std::clamp(contender.reading.share, 0.0, 1.0);
    taken += contender.candidate.probability;
  }
  for (auto& contender : group) {
    double& probability = contender.candidate.probability;
    if (well.empty())
      probability = taken > 0 ? probability / taken : 1 / static_cast<double>(group.size());
    else if (is_well(contender))
      probability += (1 - taken) * well.of(contender);
  }
}

// The same for all that cost up to twice the least, and for others the less the more they cost: exploring
// takes no more of the requests than `share`, and adds no more than that to what the cheapest would cost.
class Exploration {
 public:
  Exploration(std::span<const Contender> group, double share) : even_(share / static_cast<double>(group.size())) {
    for (const auto& contender : group)
      if (const auto& cost = contender.candidate.expected_cost) least_ = std::min(least_, cost->in_dollars());
  }
  double of(const Contender& contender) const {
    const auto& cost = contender.candidate.expected_cost;
    if (!cost) return even_;
    return even_ / std::max(1.0, (cost->in_dollars() - least_) / (least_ + least_dollars));
  }

 private:
  double even_;
  double least_ = std::numeric_limits<double>::infinity();
};

void explore(std::span<Contender> group, double share) {
  const Exploration exploration(group, share);
  double taken = 0;
  for (const auto& contender : group) taken += exploration.of(contender);
  for (auto& contender : group) {
    double& probability = contender.candidate.probability;
    probability = (1 - taken) * probability + exploration.of(contender);
  }
}

std::size_t drawn_from(std::span<const Contender> group, double draw) {
  double reached = 0;
  for (std::size_t i = 0; i < group.size(); ++i) {
    reached += group[i].candidate.probability;
    if (draw < reached) return i;
  }
  return group.size() - 1;
}

}  // namespace

void arrange(std::vector<Contender>& contenders, const Question& question, double draw) {
  put_in_order(contenders, question);
  const auto group = leading(contenders);
  if (group.empty()) return;  // nobody can be asked at the moment; the order is that of who should be
  if (group.size() == 1 || group.front().sort || !question.profile.hints.order.empty()) {
    group.front().candidate.probability = 1;
    return;
  }
  weigh(group, question.settings().scheduler.temperature);
  explore(group, question.settings().scheduler.exploration);
  const auto first = group.begin() + static_cast<std::ptrdiff_t>(drawn_from(group, draw));
  std::rotate(group.begin(), first, first + 1);
}

}  // namespace headgate::routing
