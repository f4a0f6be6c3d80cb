#include "headgate/catalog/diff.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "price_reader.hpp"

namespace headgate::catalog {
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : " ") + part;
  return text;
}

void add_rates(const std::string& prefix, const Rates& rates, Facts& facts) {
  for (std::size_t i = 0; i < rate_names.size(); ++i)
    if (const auto& rate = rates[static_cast<Rate>(i)])
      facts.emplace_back(prefix + std::string(rate_names[i]), to_text(*rate));
}

void add_price(const Price& price, Facts& facts) {
  if (price.free) facts.emplace_back("price.free", "yes");
  add_rates("price.", price.rates, facts);
  for (const auto& tier : price.tiers) add_rates("price.above_" + std::to_string(tier.above) + ".", tier.rates, facts);
  add_rates("price.batch.", price.batch, facts);
  if (!price.origin.source.empty()) facts.emplace_back("price.source", price.origin.source);
  if (price.origin.as_of) facts.emplace_back("price.as_of", to_text(*price.origin.as_of));
}

std::string plain(double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

std::string limit_text(const ParameterLimit& limit) {
  if (!limit.supported) return "unsupported";
  std::string text;
  if (limit.min) text += "from " + plain(*limit.min) + " ";
  if (limit.max) text += "to " + plain(*limit.max) + " ";
  if (limit.max_items) text += "at most " + std::to_string(*limit.max_items) + " ";
  if (text.empty()) return "any";
  text.pop_back();
  return text;
}

void add_abilities(const Entry& entry, Facts& facts) {
  for (std::size_t i = 0; i < core::feature_count; ++i) {
    const auto support = entry.support(static_cast<core::Feature>(i));
    if (support != Support::unknown)
      facts.emplace_back("supports." + std::string(core::feature_names[i]), support == Support::yes ? "yes" : "no");
  }
  for (const auto& [name, limit] : entry.parameters) facts.emplace_back("parameters." + name, limit_text(limit));
  for (std::size_t i = 0; i < core::capability_count; ++i)
    if (const auto& quality = entry.quality[i])
      facts.emplace_back("quality." + std::string(core::capability_names[i]),
                         plain(quality->score) + " (" + quality->source + ")");
}

// Fields of a and of b that are not alike, in the order of a and then of b.
void compare(const Entry& a, const Entry& b, std::vector<Difference>& found) {
  const auto before = facts(a), after = facts(b);
  const auto value_in = [](const Facts& facts, const std::string& field) {
    const auto at = std::find_if(facts.begin(), facts.end(), [&](const auto& fact) { return fact.first == field; });
    return at == facts.end() ? std::string() : at->second;
  };
  for (const auto& [field, value] : before)
    if (auto now = value_in(after, field); now != value) found.push_back({a.vendor, a.model, field, value, now});
  for (const auto& [field, value] : after)
    if (value_in(before, field).empty()) found.push_back({a.vendor, a.model, field, "", value});
}

bool is_contestable(const std::string& field) {
  return field == "context_window" || field == "max_output" || field == "dimensions" ||
         (field.starts_with("price.") && field != "price.source" && field != "price.as_of");
}

}  // namespace

Facts facts(const Entry& entry) {
  Facts facts;
  if (!entry.aliases.empty()) facts.emplace_back("aliases", joined(entry.aliases));
  if (entry.kind) facts.emplace_back("kind", kind_names[static_cast<std::size_t>(*entry.kind)]);
  if (entry.price) add_price(*entry.price, facts);
  if (entry.context_window) facts.emplace_back("context_window", std::to_string(*entry.context_window));
  if (entry.max_output) facts.emplace_back("max_output", std::to_string(*entry.max_output));
  if (entry.dimensions) facts.emplace_back("dimensions", std::to_string(*entry.dimensions));
  if (!entry.input.empty()) facts.emplace_back("modalities.input", joined(entry.input));
  if (!entry.output.empty()) facts.emplace_back("modalities.output", joined(entry.output));
  add_abilities(entry, facts);
  if (entry.deprecation) facts.emplace_back("deprecation", to_text(*entry.deprecation));
  return facts;
}

std::vector<Difference> diff(const Catalog& before, const Catalog& after) {
  std::vector<Difference> found;
  const auto name = [](const Entry& entry) { return std::tie(entry.vendor, entry.model); };
  auto a = before.entries(), b = after.entries();
  while (!a.empty() || !b.empty()) {
    if (b.empty() || (!a.empty() && name(a.front()) < name(b.front()))) {
      found.push_back({a.front().vendor, a.front().model, "model", "listed", ""});
      a = a.subspan(1);
    } else if (a.empty() || name(b.front()) < name(a.front())) {
      found.push_back({b.front().vendor, b.front().model, "model", "", "listed"});
      b = b.subspan(1);
    } else {
      compare(a.front(), b.front(), found);
      a = a.subspan(1);
      b = b.subspan(1);
    }
  }
  return found;
}

std::vector<Difference> disagreements(const Catalog& a, const Catalog& b) {
  std::vector<Difference> found;
  for (const auto& entry : a.entries()) {
    const auto* other = b.find(entry.vendor, entry.model);
    if (other != nullptr) compare(entry, *other, found);
  }
  const auto is_none = [](const Difference& one) { return !one.is_disagreement() || !is_contestable(one.field); };
  found.erase(std::remove_if(found.begin(), found.end(), is_none), found.end());
  return found;
}

}  // namespace headgate::catalog
