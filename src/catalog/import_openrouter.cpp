// OpenRouter's list of models: prices are strings, dollars for one token; -1 means that it depends,
// and what is free ends in `:free`.
#include <algorithm>

#include "import_formats.hpp"
#include "row_reader.hpp"

namespace headgate::catalog {
namespace {

using core::Feature;

struct RateMember {
  std::string_view name;
  Rate rate;
};
constexpr std::array rate_members{
    RateMember{"prompt", Rate::input},
    RateMember{"completion", Rate::output},
    RateMember{"input_cache_read", Rate::cache_read},
    RateMember{"input_cache_write", Rate::cache_write},
    RateMember{"internal_reasoning", Rate::reasoning},
    RateMember{"audio", Rate::audio_input},
};

struct FeatureName {
  std::string_view name;
  Feature feature;
};
constexpr std::array parameters{
    FeatureName{"tools", Feature::tools},
    FeatureName{"parallel_tool_calls", Feature::parallel_tools},
    FeatureName{"structured_outputs", Feature::json_schema},
    FeatureName{"response_format", Feature::json_object},
    FeatureName{"logprobs", Feature::logprobs},
    FeatureName{"reasoning", Feature::reasoning},
};
constexpr std::array inputs{
    FeatureName{"image", Feature::vision},
    FeatureName{"audio", Feature::audio},
    FeatureName{"file", Feature::files},
};

Rates rates_in(const Json& pricing) {
  Rates rates;
  for (const auto& [name, rate] : rate_members) rates[rate] = rate_of(member(pricing, name));
  return rates;
}

// [{"min_prompt_tokens": 200000, prices}]. False when the price depends on anything else, such as
// the time of day.
bool read_overrides(const Json& list, Price& price) {
  for (const auto& one : list) {
    const auto from = count_of(member(one, "min_prompt_tokens"), most_tokens);
    if (!from || *from == 0 || member(one, "utc_start") != nullptr) return false;
    price.tiers.push_back({*from - 1, rates_in(one)});
  }
  std::sort(price.tiers.begin(), price.tiers.end(), [](const Tier& a, const Tier& b) { return a.above < b.above; });
  const auto same = [](const Tier& a, const Tier& b) { return a.above == b.above; };
  return price.tiers.size() <= max_tiers &&
         std::adjacent_find(price.tiers.begin(), price.tiers.end(), same) == price.tiers.end() &&
         std::none_of(price.tiers.begin(), price.tiers.end(), [](const Tier& tier) { return tier.rates.empty(); });
}

void read_price(const Json& pricing, const Origin& origin, Import& import, Entry& entry) {
  Price price;
  price.origin = origin;
  price.rates = rates_in(pricing);
  price.free = price.rates.empty() && entry.model.ends_with(":free");
  if (const auto* overrides = member(pricing, "overrides"); overrides != nullptr && !read_overrides(*overrides, price))
    return skip(import, entry.model, "the price depends on more than the length of the input: left unknown");
  if (rate_of(member(pricing, "request")))
    return skip(import, entry.model, "charges for each request besides the tokens: price left unknown");
  entry.price = std::move(price);
}

template <std::size_t size>
void read_features(const Json* list, const std::array<FeatureName, size>& known, Entry& entry) {
  if (list == nullptr || !list->is_array()) return;
  for (const auto& one : *list)
    for (const auto& [name, feature] : known)
      if (text_of(&one) != nullptr && *text_of(&one) == name) entry.supported.add(feature);
}

void read_modalities(const Json* list, std::vector<std::string>& into) {
  if (list == nullptr || !list->is_array()) return;
  for (const auto& one : *list)
    if (const auto* name = text_of(&one); name != nullptr && is_modality(*name))
      if (std::find(into.begin(), into.end(), *name) == into.end()) into.push_back(*name);
}

void read_abilities(const Json& model, Entry& entry) {
  read_features(member(model, "supported_parameters"), parameters, entry);
  const auto* architecture = member(model, "architecture");
  if (architecture == nullptr) return;
  read_features(member(*architecture, "input_modalities"), inputs, entry);
  read_modalities(member(*architecture, "input_modalities"), entry.input);
  read_modalities(member(*architecture, "output_modalities"), entry.output);
}

void read_limits(const Json& model, Entry& entry) {
  const auto limit = [](const Json* json) {
    const auto count = count_of(json, most_tokens);
    return count && *count > 0 ? count : std::nullopt;
  };
  entry.context_window = limit(member(model, "context_length"));
  if (const auto* provider = member(model, "top_provider"))
    entry.max_output = limit(member(*provider, "max_completion_tokens"));
  if (const auto* day = text_of(member(model, "expiration_date"))) entry.deprecation = day_from(*day);
}

}  // namespace

core::Result<Import> import_openrouter(const Json& list, const ImportSettings& settings) {
  const auto* models = member(list, "data");
  if (models == nullptr || !models->is_array()) return wrong("OpenRouter's list has its models in an array `data`");
  Import import;
  import.source = "openrouter";
  for (const auto& model : *models) {
    const auto* id = text_of(member(model, "id"));
    if (id == nullptr) {
      skip(import, "(nameless)", "no id");
      continue;
    }
    Entry entry;
    entry.vendor = "openrouter";
    entry.model = *id;
    read_limits(model, entry);
    read_abilities(model, entry);
    if (const auto* pricing = member(model, "pricing"))
      read_price(*pricing, {import.source, settings.as_of}, import, entry);
    add(import, *id, std::move(entry));
  }
  return import;
}

}  // namespace headgate::catalog
