#include "cost.hpp"

#include <algorithm>
#include <limits>

namespace headgate::routing {
namespace {

// Of an answer whose length neither the client nor the catalog limits. Reserved, not spent; most models
// stop here or far earlier.
constexpr core::Tokens most_output_assumed = 8192;

std::optional<core::Tokens> least(std::optional<core::Tokens> a, std::optional<core::Tokens> b) {
  return a && b ? std::min(a, b) : a ? a : b;
}

core::Money times(core::Money cost, double factor) {
  const double amount = static_cast<double>(cost.in_picodollars()) * std::max(0.0, factor);
  if (amount >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) return core::Money::most();
  return core::Money::picodollars(static_cast<std::int64_t>(amount));
}

// Of pictures and sound nobody can tell before what they come to.
std::optional<core::Money> unmeasured(const catalog::Price& price) {
  return price.free ? std::optional(core::Money()) : std::nullopt;
}

std::int64_t choices(const Profile& profile) { return std::max(1u, profile.choices); }

}  // namespace

core::Tokens expected_output(const Model& model, const Profile& profile, const Reading& reading,
                             const Scheduler& scheduler) {
  if (profile.kind == catalog::Kind::embedding) return 0;
  const auto most = least(profile.output_tokens, model.facts.max_output);
  return *least(reading.output_tokens.value_or(scheduler.assumed_output), most);
}

std::optional<core::Money> expected_cost(const Model& model, const Profile& profile, const Reading& reading,
                                         core::Tokens output) {
  if (!model.facts.price) return std::nullopt;
  if (!profile.kind) return unmeasured(*model.facts.price);
  core::Usage usage;
  usage.cache_read = std::min(reading.cached_tokens.value_or(0), profile.input_tokens);
  usage.cache_write = std::min(reading.written_tokens.value_or(0), profile.input_tokens - *usage.cache_read);
  usage.input = profile.input_tokens - *usage.cache_read - *usage.cache_write;
  usage.output = output * static_cast<core::Tokens>(choices(profile));
  if (const auto thought = reading.reasoning_tokens) {
    const auto most = least(profile.output_tokens, model.facts.max_output);
    const auto room = most ? *most - std::min(*most, output) : *thought;
    usage.reasoning = std::min(*thought, room) * static_cast<core::Tokens>(choices(profile));
  }
  const auto cost = model.facts.price->cost(usage);
  return cost ? std::optional(times(*cost, reading.overrun)) : std::nullopt;
}

std::optional<core::Money> worst_cost(const Model& model, const Profile& profile) {
  if (!model.facts.price) return std::nullopt;
  if (!profile.kind) return unmeasured(*model.facts.price);
  const auto most = least(profile.output_tokens, model.facts.max_output).value_or(most_output_assumed);
  const auto output = profile.kind == catalog::Kind::embedding ? 0 : most;
  const auto cost = model.facts.price->worst_cost(std::max(profile.most_input_tokens, profile.input_tokens), output);
  return cost ? std::optional(*cost * choices(profile)) : std::nullopt;
}

}  // namespace headgate::routing
