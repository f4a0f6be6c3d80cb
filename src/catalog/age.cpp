#include "headgate/catalog/age.hpp"

#include <algorithm>

#include "price_reader.hpp"

namespace headgate::catalog {
namespace {

bool is_own(const Price& price) { return price.origin.source.empty(); }

// Another price for the tokens of a plain request; empty when the two agree.
std::string contradiction(const Price& price, const Price& other) {
  for (const auto rate : {Rate::input, Rate::output, Rate::cache_read, Rate::cache_write}) {
    const auto &here = price.rates[rate], &there = other.rates[rate];
    if (here && there && *here != *there)
      return std::string(rate_names[static_cast<std::size_t>(rate)]) + " costs $" + to_text(*here) + " says " +
             price.origin.source + ", $" + to_text(*there) + " says " + other.origin.source;
  }
  return {};
}

std::string old_price(const Entry& entry, core::WallTime now, const AgeSettings& settings) {
  const auto& origin = entry.price->origin;
  if (!origin.as_of) return "nobody says since when the price of " + origin.source + " holds; import a newer list";
  const auto days = std::chrono::floor<std::chrono::days>(now) - *origin.as_of;
  if (days <= settings.price) return {};
  return "the price is of " + to_text(*origin.as_of) + ", " + std::to_string(days.count()) +
         " days ago; import a newer list";
}

}  // namespace

std::vector<Alarm> alarms(const Entry& entry, core::WallTime now, const AgeSettings& settings) {
  std::vector<Alarm> found;
  const auto raise = [&](Concern concern, std::string text) {
    if (!text.empty()) found.push_back({concern, entry.vendor, entry.model, std::move(text)});
  };
  if (!entry.price)
    raise(Concern::unknown_price, "no price is known; state one, or import a list that has it");
  else if (!is_own(*entry.price) && !entry.price->free)
    raise(Concern::old_price, old_price(entry, now, settings));
  if (entry.deprecation && *entry.deprecation <= now)
    raise(Concern::past_deprecation, "deprecated since " + to_text(*entry.deprecation) + "; move to another model");
  if (entry.price && !is_own(*entry.price))
    for (const auto& other : entry.other_prices) raise(Concern::disagreement, contradiction(*entry.price, other));
  return found;
}

std::vector<Alarm> age(const Catalog& catalog, core::WallTime now, const AgeSettings& settings) {
  std::vector<Alarm> found;
  for (const auto& entry : catalog.entries()) {
    auto of_one = alarms(entry, now, settings);
    std::move(of_one.begin(), of_one.end(), std::back_inserter(found));
  }
  return found;
}

std::optional<std::chrono::seconds> price_age(const Entry& entry, core::WallTime now) {
  if (!entry.price || entry.price->free || is_own(*entry.price) || !entry.price->origin.as_of) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(now - *entry.price->origin.as_of);
}

}  // namespace headgate::catalog
