#include <iterator>

#include "table.hpp"

namespace headgate::routing {
namespace {

// Of the best of a pool of which nothing is known. High, since somebody ranked it first, and not so high
// that a measured one could not be better.
constexpr double first_quality = 0.75;
// What a rank lower keeps of the quality above it, and a rank higher of what the one below it lacks.
constexpr double kept_by_rank = 0.9;

using Known = std::vector<std::optional<double>>;

std::optional<std::size_t> last_known_before(const Known& known, std::size_t rank) {
  while (rank-- > 0)
    if (known[rank]) return rank;
  return std::nullopt;
}

std::optional<std::size_t> first_known_after(const Known& known, std::size_t rank) {
  while (++rank < known.size())
    if (known[rank]) return rank;
  return std::nullopt;
}

double falling(double from, std::size_t ranks) {
  while (ranks-- > 0) from *= kept_by_rank;
  return from;
}

double presume(const Known& known, std::size_t rank) {
  if (known[rank]) return *known[rank];
  const auto above = last_known_before(known, rank), below = first_known_after(known, rank);
  if (!above && !below) return falling(first_quality, rank);
  if (!below) return falling(*known[*above], rank - *above);
  if (!above) return 1 - falling(1 - *known[*below], *below - rank);
  const auto part = static_cast<double>(rank - *above) / static_cast<double>(*below - *above);
  return *known[*above] + part * (*known[*below] - *known[*above]);
}

}  // namespace

std::vector<double> presumed_quality(const std::vector<std::optional<double>>& known) {
  std::vector<double> quality;
  for (std::size_t rank = 0; rank < known.size(); ++rank) quality.push_back(presume(known, rank));
  return quality;
}

std::optional<double> known_quality(const catalog::Entry& facts, std::optional<core::Capability> capability) {
  if (capability) {
    const auto& quality = facts.quality[row_of(capability)];
    return quality ? std::optional(quality->score) : std::nullopt;
  }
  double sum = 0;
  int count = 0;
  for (const auto& quality : facts.quality)
    if (quality) sum += quality->score, ++count;
  return count == 0 ? std::nullopt : std::optional(sum / count);
}

double Table::quality(ModelIndex model, std::optional<Place> place, std::optional<core::Capability> capability) const {
  if (place) return pools[place->pool].quality[row_of(capability)][place->rank];
  return known_quality(settings.models[model].facts, capability).value_or(first_quality);
}

}  // namespace headgate::routing
