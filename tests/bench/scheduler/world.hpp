// The simulated world: what models really do, phase by phase. Only prices are real, from the catalog; how
// good, quick and reliable the models are is assumed, and docs/scheduler.md says so.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "draws.hpp"
#include "headgate/routing/settings.hpp"
#include "headgate/routing/surroundings.hpp"
#include "trace.hpp"

namespace headgate::simulation {

using routing::ModelIndex;

enum class Phase : std::uint8_t { before, list_price, hidden_price, quality, outage, after };
inline constexpr std::array<std::string_view, 6> phase_names{"before",        "list price x3",  "longer answers",
                                                             "worse answers", "rolling outage", "after"};
inline constexpr std::size_t phase_count = phase_names.size();

// At one time.
struct Behaviour {
  double chat_quality, code_quality;  // share of usable answers
  double failures;                    // share of attempts
  double first_token;                 // seconds, median
  double tokens_per_second;
  double thinking = 0;   // tokens of reasoning before an answer, mean
  double verbosity = 1;  // length of its answers next to the trace's

  double quality(core::Capability capability) const {
    return capability == core::Capability::code ? code_quality : chat_quality;
  }
};

enum class Ending : std::uint8_t {
  answered,
  failed,  // before the first token: the next candidate can be asked
  cut,     // in the middle of the answer
};

struct Answer {
  Ending ending = Ending::answered;
  core::Duration first_token{}, total{};
  core::Usage usage;  // nothing known: nothing is charged
  bool usable = false;
};

// Value, never changed once made.
class World {
 public:
  World(routing::Settings at_first, Draws draws, const Trace& trace);

  std::size_t size() const { return at_first_.models.size(); }
  Phase phase_at(core::Duration at) const;
  core::Duration phase_length() const { return phase_length_; }
  // As an operator would have configured it, with the list prices of the phase.
  routing::Settings settings(Phase phase) const;
  Behaviour behaviour(ModelIndex model, Phase phase) const;
  bool is_down(ModelIndex model, core::Duration at) const;
  Answer ask(ModelIndex model, std::uint64_t request, const Arrival& arrival, core::Duration at) const;
  // Of an answer of the usual length, in dollars.
  double expected_cost(ModelIndex model, const Arrival& arrival, core::Duration at) const;
  const Draws& draws() const { return draws_; }

 private:
  Answer fail(ModelIndex model, std::uint64_t request) const;
  core::Usage usage_of(const Behaviour& does, ModelIndex model, std::uint64_t request, const Arrival& arrival) const;

  routing::Settings at_first_;
  Draws draws_;
  core::Duration phase_length_;
  double chat_output_, code_output_;
};

// The pool, cheapest first as a careful operator would list it; prices and windows from the catalog.
core::Result<routing::Settings> pool_of_the_world();

inline constexpr double quality_floor = 0.70;
inline constexpr core::Tokens asked_output = 4096;                    // `max_tokens` of every request
inline constexpr core::Duration patience = std::chrono::seconds(15);  // for the first token of one attempt

}  // namespace headgate::simulation
