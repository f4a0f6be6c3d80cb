#include "headgate/catalog/row.hpp"

#include <nlohmann/json.hpp>

#include "price_reader.hpp"

namespace headgate::catalog {
namespace {

using Ordered = nlohmann::ordered_json;

void write_rates(const Rates& rates, Ordered& json) {
  for (std::size_t i = 0; i < rate_names.size(); ++i)
    if (const auto& rate = rates[static_cast<Rate>(i)]) json[std::string(rate_names[i])] = to_text(*rate);
}

Ordered price_json(const Price& price) {
  auto json = Ordered::object();
  if (price.free) json["free"] = true;
  write_rates(price.rates, json);
  for (const auto& tier : price.tiers) {
    Ordered one{{"above", tier.above}};
    write_rates(tier.rates, one);
    json["tiers"].push_back(std::move(one));
  }
  if (!price.batch.empty()) write_rates(price.batch, json["batch"]);
  return json;
}

Ordered limit_json(const ParameterLimit& limit) {
  if (!limit.supported) return "unsupported";
  auto json = Ordered::object();
  if (limit.min) json["min"] = *limit.min;
  if (limit.max) json["max"] = *limit.max;
  if (limit.max_items) json["max_items"] = *limit.max_items;
  return json;
}

void write_features(const char* name, core::FeatureSet features, Ordered& json) {
  for (std::size_t i = 0; i < core::feature_count; ++i)
    if (features.has(static_cast<core::Feature>(i))) json[name].push_back(core::feature_names[i]);
}

void write_limits(const Entry& entry, Ordered& json) {
  if (entry.kind) json["kind"] = kind_names[static_cast<std::size_t>(*entry.kind)];
  if (entry.context_window) json["context_window"] = *entry.context_window;
  if (entry.max_output) json["max_output"] = *entry.max_output;
  if (entry.dimensions) json["dimensions"] = *entry.dimensions;
  if (!entry.input.empty()) json["modalities"]["input"] = entry.input;
  if (!entry.output.empty()) json["modalities"]["output"] = entry.output;
}

void write_abilities(const Entry& entry, Ordered& json) {
  write_features("supports", entry.supported, json);
  write_features("lacks", entry.lacking, json);
  for (const auto& [name, limit] : entry.parameters) json["parameters"][name] = limit_json(limit);
  for (std::size_t i = 0; i < core::capability_count; ++i)
    if (const auto& quality = entry.quality[i])
      json["quality"][std::string(core::capability_names[i])] = {{"score", quality->score},
                                                                 {"source", quality->source}};
}

}  // namespace

std::string to_row(const Entry& entry) { return to_row(entry, entry.price ? entry.price->origin : Origin()); }

std::string to_row(const Entry& entry, const Origin& origin) {
  Ordered json{{"vendor", entry.vendor}, {"model", entry.model}};
  if (!entry.aliases.empty()) json["aliases"] = entry.aliases;
  if (!origin.source.empty()) json["source"] = origin.source;
  if (origin.as_of) json["as_of"] = to_text(*origin.as_of);
  if (entry.price) json["price"] = price_json(*entry.price);
  write_limits(entry, json);
  write_abilities(entry, json);
  if (entry.deprecation) json["deprecation"] = to_text(*entry.deprecation);
  return json.dump();
}

}  // namespace headgate::catalog
