#include "tally.hpp"

#include <algorithm>

namespace headgate::simulation {
namespace {

using std::chrono::minutes;

// Close to the best: what exploring costs, and a little for those that are nearly as good.
constexpr double close_cost = 1.15, close_share = 0.05;

struct Minute {
  double requests = 0, below_floor = 0, choices = 0, best = 0;
  bool is_settled() const { return choices <= close_cost * best && below_floor <= close_share * requests; }
};

std::optional<core::Duration> settled_after(const std::vector<Minute>& all) {
  constexpr std::size_t on_end = 5;
  std::size_t run = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    run = all[i].is_settled() ? run + 1 : 0;
    if (run == on_end) return minutes(i + 1 - on_end);
  }
  return std::nullopt;
}

}  // namespace

void Tally::add(const Result& result) {
  ++requests;
  dollars += result.dollars;
  choices += result.choice;
  best += result.best;
  if (result.asked_first) ++(result.is_code ? codes : chats)[*result.asked_first];
  if (!result.answered) return;
  ++answered;
  usable += result.usable ? 1u : 0u;
  below_floor += result.below_floor ? 1u : 0u;
  quality += result.quality;
  first_tokens.push_back(std::chrono::duration<double>(result.first_token).count());
}

double Tally::p95_first_token() const {
  if (first_tokens.empty()) return 0;
  auto sorted = first_tokens;
  const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() * 95 / 100);
  std::nth_element(sorted.begin(), place, sorted.end());
  return *place;
}

Outcome tally(const std::vector<Result>& results, const World& world, core::Duration window) {
  Outcome outcome;
  const auto per_phase = static_cast<std::size_t>(world.phase_length() / minutes(1));
  std::vector<std::vector<Minute>> minutes_of(phase_count, std::vector<Minute>(per_phase));
  for (const auto& result : results) {
    const auto phase = static_cast<std::size_t>(world.phase_at(result.came));
    const auto into_phase = result.came % world.phase_length();
    outcome.phases[phase].add(result);
    if (into_phase >= world.phase_length() - window) outcome.last_windows[phase].add(result);
    auto& minute = minutes_of[phase][static_cast<std::size_t>(into_phase / minutes(1))];
    ++minute.requests;
    minute.below_floor += result.choice_below_floor ? 1 : 0;
    minute.choices += result.choice;
    minute.best += result.best;
  }
  for (std::size_t i = 0; i < phase_count; ++i) outcome.settled[i] = settled_after(minutes_of[i]);
  return outcome;
}

}  // namespace headgate::simulation
