#include "facts.hpp"

#include <array>

#include "reader.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config {
namespace {

using catalog::ParameterLimit;
using catalog::Rate;
using core::Money;

constexpr std::array<Rate, 5> stated_rates{Rate::input, Rate::output, Rate::cache_read, Rate::cache_write,
                                           Rate::reasoning};

void refuse_price(std::string message, std::string hint, const Node& node, Report& report) {
  report.error({"HG-1216", std::move(message), {}, std::move(hint)}, node.mark, node.length());
}

// Of one token, from the price of `tokens`.
Money rate_of(const Node& node, std::int64_t tokens, Report& report) {
  const auto amount = parse_money(node.text);
  if (!amount) return {};
  if (*amount == Money()) {
    refuse_price("a price of " + quote(node.text), "where nothing is charged write `{free: true}`", node, report);
    return {};
  }
  if (*amount > Money::dollars(tokens)) {
    report.error({"HG-1104", quote(node.text) + " is more than a dollar a token", "at most $1 a token"}, node.mark,
                 node.length());
    return {};
  }
  const auto picodollars = amount->in_picodollars();
  const auto rate = Money::picodollars((picodollars + tokens / 2) / tokens);
  if (rate == Money()) {
    report.error(
        {"HG-1104", quote(node.text) + " is too small", "at least $" + (Money::picodollars(1) * tokens).to_string()},
        node.mark, node.length());
  } else if (picodollars % tokens != 0) {
    report.warning({"HG-1504", quote(node.text) + " counts as $" + (rate * tokens).to_string() + ": money is whole " +
                                   "millionths of a millionth of a dollar a token"},
                   node.mark, node.length());
  }
  return rate;
}

catalog::Price read_price(const Node& node, Report& report) {
  catalog::Price price;
  std::string per = "1M";
  take_text(&node, "per", per);
  take_flag(&node, "free", price.free);
  for (const Rate rate : stated_rates) {
    const Node* stated = node.find(catalog::rate_names[static_cast<std::size_t>(rate)]);
    if (stated && stated->is_scalar()) price.rates[rate] = rate_of(*stated, per == "1K" ? 1'000 : 1'000'000, report);
  }
  if (price.free && !price.rates.empty())
    refuse_price("what is free has no prices", "remove `free`, or the prices", node, report);
  else if (!price.free && !price.rates[Rate::input])
    refuse_price("a price without `input` says nothing about the cost of a request",
                 "add it, or write `{free: true}` where nothing is charged", node, report);
  return price;
}

void read_supports(const Node& list, catalog::Entry& facts) {
  for (const Node& item : list.items)
    if (const auto feature = core::feature_named(item.text)) facts.supported.add(*feature);
  for (const auto name : core::feature_names) {
    const auto feature = *core::feature_named(name);
    if (!facts.supported.has(feature)) facts.lacking.add(feature);
  }
}

ParameterLimit read_limit(const Entry& entry, Report& report) {
  ParameterLimit limit;
  limit.supported = !entry.value.is_scalar();
  take_if(take_number<double>, &entry.value, "min", limit.min);
  take_if(take_number<double>, &entry.value, "max", limit.max);
  take_if(take_number<unsigned>, &entry.value, "max_items", limit.max_items);
  if (limit.min && limit.max && *limit.min > *limit.max)
    report.error({"HG-1213", "`min` of " + quote(entry.key) + " is above its `max`"}, entry.mark, entry.key.size());
  return limit;
}

void read_quality(const Node* scores, catalog::Entry& facts) {
  for (std::size_t i = 0; i < core::capability_count; ++i) {
    const auto name = core::capability_names[i];
    if (child(scores, name)) take_number(scores, name, facts.quality[i].emplace().score);
  }
}

}  // namespace

catalog::Entry read_facts(const Node& model, Report& report) {
  catalog::Entry facts;
  take_if(take_number<core::Tokens>, &model, "context_window", facts.context_window);
  take_if(take_number<core::Tokens>, &model, "max_output", facts.max_output);
  if (const Node* price = model.find("price"); price && price->is_map()) facts.price = read_price(*price, report);
  if (const Node* list = model.find("supports"); list && list->is_sequence()) read_supports(*list, facts);
  for (const Entry& entry : entries(model.find("parameters")))
    facts.parameters.insert_or_assign(entry.key, read_limit(entry, report));
  read_quality(model.find("quality"), facts);
  return facts;
}

}  // namespace headgate::config
