// The decision behind a request, read from the daemon's JSON. Takes what it finds: members may be missing,
// null or of a type nobody expects, and texts of clients and providers become printable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headgate::app {

// Value: null is "nobody knows"; a member that is missing is not even that.
template <typename T>
struct Told {
  bool is_told = false;
  std::optional<T> value;
};

using Text = std::optional<std::string>;  // never empty text
using Number = std::optional<double>;

struct ToldCandidate {
  Text model, provider;
  Told<double> probability, expected_cost;
  Told<double> quality, cost, latency, health;  // parts of the score
  Told<double> cached;                          // tokens of the prompt that the provider is thought to remember
};

struct ToldExclusion {
  Text model, reason, detail;
};

struct ToldAttempt {
  Text model, provider, outcome, signal;
  Number status, first_byte_ms, total_ms;
  Told<double> cost;
  Number tokens_in, tokens_out, tokens_cached, tokens_reasoning;
  bool is_estimated = false;
  Number continued_after_characters;
  std::vector<std::string> adapted;
};

// Value.
struct Decision {
  Text request_id, tenant, zone, model, pool, objective, outcome;
  Told<std::string> capability, rule;
  Number confidence, difficulty, input_tokens, status, total_ms;
  Told<double> cost;
  std::vector<std::string> needs, tags;
  bool tells_candidates = false;
  std::vector<ToldCandidate> candidates;
  std::vector<ToldExclusion> excluded;
  std::vector<ToldAttempt> attempts;

  // Nothing has been sent: it tells what would be done.
  bool is_plan() const { return attempts.empty() && !status; }
};

// None: that is no JSON object.
std::optional<Decision> read_decision(std::string_view json);

}  // namespace headgate::app
