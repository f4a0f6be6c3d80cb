// Who is asked first, and who after: Headgate's router, what others do, and what could not be done better.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "headgate/budget/book.hpp"
#include "headgate/budget/track_record.hpp"
#include "headgate/health/book.hpp"
#include "headgate/routing/router.hpp"
#include "world.hpp"

namespace headgate::simulation {

// What the gateway measures, of the same classes.
struct Measures {
  Measures(const routing::Settings& settings, budget::Settings budgets, std::uint64_t seed, core::TimePoint now);

  health::Book health;
  budget::Book budgets;
  budget::TrackRecords records;
};

struct Asking {
  std::uint64_t number;
  const Arrival& arrival;
  core::Duration at;  // in the world
  budget::Now now;
  std::string_view tenant;
};

class Policy {
 public:
  virtual ~Policy() = default;
  // A reload: prices have changed.
  virtual void take(const routing::Settings& settings) = 0;
  // Nobody: the request is refused.
  virtual std::vector<routing::Candidate> order(const Asking& asking) = 0;
};

// Made anew for every run.
struct Setup {
  const World& world;
  Measures& measures;
};
using MakePolicy = std::unique_ptr<Policy> (*)(Setup);

struct NamedPolicy {
  std::string_view name;
  MakePolicy make;
};
// Headgate first, the one that knows the truth last.
const std::vector<NamedPolicy>& policies();

// In headgate.cpp.
std::unique_ptr<Policy> headgate_by_cost(Setup setup);
std::unique_ptr<Policy> headgate_balanced(Setup setup);

std::optional<core::Money> worst_cost(const routing::Model& model, const Arrival& arrival);
// What clients' estimates may be too low by.
core::Tokens most_input(core::Tokens input);

}  // namespace headgate::simulation
