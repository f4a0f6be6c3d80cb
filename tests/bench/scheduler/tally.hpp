// What came of the requests of a phase, and how soon a policy found the best it could do.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "world.hpp"

namespace headgate::simulation {

// One request, after its end.
struct Result {
  core::Duration came{};
  double dollars = 0;     // all attempts
  bool answered = false;  // whole
  bool usable = false;
  double quality = 0;            // share of usable answers of the model that answered
  bool below_floor = false;      // who answered
  core::Duration first_token{};  // since it came
  std::optional<ModelIndex> asked_first;
  bool is_code = false;
  // Of who was asked first and of the best there was, by their true cost for a usual answer.
  double choice = 0, best = 0;
  bool choice_below_floor = false;
};

struct Tally {
  std::size_t requests = 0, answered = 0, usable = 0, below_floor = 0;
  double dollars = 0, quality = 0, choices = 0, best = 0;
  std::vector<double> first_tokens;                // seconds
  std::map<ModelIndex, std::size_t> chats, codes;  // who was asked first

  void add(const Result& result);
  double per_answer() const { return dollars / static_cast<double>(answered); }
  double per_usable() const { return dollars / static_cast<double>(usable); }
  double share(std::size_t part) const { return static_cast<double>(part) / static_cast<double>(requests); }
  double below_floor_share() const { return static_cast<double>(below_floor) / static_cast<double>(answered); }
  double excess() const { return choices / best - 1; }
  double mean_quality() const { return quality / static_cast<double>(answered); }
  double p95_first_token() const;
};

// One policy, one seed.
struct Outcome {
  std::array<Tally, phase_count> phases;
  std::array<Tally, phase_count> last_windows;  // of the phases: two windows and more after the step
  // From a phase's beginning until choices stay close to the best for five minutes on end; none: never.
  std::array<std::optional<core::Duration>, phase_count> settled;
};

Outcome tally(const std::vector<Result>& results, const World& world, core::Duration window);

}  // namespace headgate::simulation
