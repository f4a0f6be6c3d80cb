// LiteLLM's map: one object, a model a member; dollars for one token. A zero is "nobody filled this
// in", an absent supports_* is unknown, and above_* prices hold for the whole request.
#include <algorithm>
#include <charconv>

#include "import_formats.hpp"
#include "row_reader.hpp"

namespace headgate::catalog {
namespace {

using core::Feature;

struct Place {
  std::string_view provider;  // the map's litellm_provider
  std::string_view prefix;    // before the model's name, often
  std::string_view vendor;
};
constexpr std::array places{
    Place{"openai", "", "openai"},
    Place{"anthropic", "", "anthropic"},
    Place{"gemini", "gemini/", "google"},
    Place{"mistral", "mistral/", "mistral"},
    Place{"deepseek", "deepseek/", "deepseek"},
    Place{"dashscope", "dashscope/", "qwen"},
    Place{"xai", "xai/", "xai"},
    Place{"groq", "groq/", "groq"},
    Place{"together_ai", "together_ai/", "together"},
    Place{"fireworks_ai", "fireworks_ai/", "fireworks"},
    Place{"fireworks_ai-embedding-models", "fireworks_ai/", "fireworks"},
    Place{"openrouter", "openrouter/", "openrouter"},
    Place{"azure", "azure/", "azure"},
    Place{"azure_ai", "azure_ai/", "azure"},
    Place{"bedrock", "bedrock/", "bedrock"},
    Place{"bedrock_converse", "bedrock/", "bedrock"},
    Place{"bedrock_mantle", "bedrock_mantle/", "bedrock"},
    Place{"ollama", "ollama/", "ollama"},
};

struct FeatureMember {
  std::string_view name;
  Feature feature;
};
constexpr std::array feature_members{
    FeatureMember{"supports_function_calling", Feature::tools},
    FeatureMember{"supports_parallel_function_calling", Feature::parallel_tools},
    FeatureMember{"supports_vision", Feature::vision},
    FeatureMember{"supports_audio_input", Feature::audio},
    FeatureMember{"supports_pdf_input", Feature::files},
    FeatureMember{"supports_response_schema", Feature::json_schema},
    FeatureMember{"supports_reasoning", Feature::reasoning},
    FeatureMember{"supports_assistant_prefill", Feature::prefill},
    FeatureMember{"supports_system_messages", Feature::system},
};

struct RateMember {
  std::string_view name;
  Rate rate;
};
constexpr std::array rate_members{
    RateMember{"input_cost_per_token", Rate::input},
    RateMember{"output_cost_per_token", Rate::output},
    RateMember{"cache_read_input_token_cost", Rate::cache_read},
    RateMember{"cache_creation_input_token_cost", Rate::cache_write},
    RateMember{"cache_creation_input_token_cost_above_1hr", Rate::cache_write_1h},
    RateMember{"output_cost_per_reasoning_token", Rate::reasoning},
    RateMember{"input_cost_per_audio_token", Rate::audio_input},
    RateMember{"output_cost_per_audio_token", Rate::audio_output},
};

const Place* place_of(const Json& model) {
  const auto* provider = text_of(member(model, "litellm_provider"));
  const auto found = std::find_if(places.begin(), places.end(), [&](const Place& place) {
    return provider != nullptr && place.provider == *provider;
  });
  return found == places.end() ? nullptr : &*found;
}

Rates rates_in(const Json& model, std::string_view suffix) {
  Rates rates;
  for (const auto& [name, rate] : rate_members)
    rates[rate] = rate_of(member(model, std::string(name) + std::string(suffix)));
  if (suffix.empty() && !rates[Rate::cache_read])
    rates[Rate::cache_read] = rate_of(member(model, "input_cost_per_token_cache_hit"));
  return rates;
}

// 272000 from `input_cost_per_token_above_272k_tokens`.
std::optional<core::Tokens> threshold_in(std::string_view name) {
  constexpr std::string_view before = "input_cost_per_token_above_", after = "k_tokens";
  if (!name.starts_with(before) || !name.ends_with(after)) return std::nullopt;
  name.remove_prefix(before.size());
  name.remove_suffix(after.size());
  unsigned thousands = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), thousands);
  if (error != std::errc() || end != name.data() + name.size() || thousands == 0 || thousands > 1'000'000)
    return std::nullopt;
  return core::Tokens{thousands} * 1000;
}

void read_thresholds(const Json& model, Price& price) {
  for (const auto& [name, value] : model.items())
    if (const auto above = threshold_in(name))
      price.tiers.push_back({*above, rates_in(model, "_above_" + std::to_string(*above / 1000) + "k_tokens")});
  std::sort(price.tiers.begin(), price.tiers.end(), [](const Tier& a, const Tier& b) { return a.above < b.above; });
}

// [{"range": [0, 32000], prices}, {"range": [32000, 128000], prices}]: the first is the base.
bool read_ranges(const Json& list, Price& price) {
  for (const auto& one : list) {
    const auto* range = member(one, "range");
    if (range == nullptr || !range->is_array() || range->size() != 2) return false;
    const auto from = count_of(&(*range)[0], most_tokens);
    if (!from || (!price.tiers.empty() && *from <= price.tiers.back().above)) return false;
    if (*from == 0)
      price.rates = rates_in(one, "");
    else
      price.tiers.push_back({*from, rates_in(one, "")});
  }
  return !price.rates.empty();
}

void read_price(const Json& model, const ImportSettings& settings, Import& import, const std::string& name,
                Entry& entry) {
  Price price;
  price.origin = {import.source, settings.as_of};
  price.rates = rates_in(model, "");
  price.batch = rates_in(model, "_batches");
  read_thresholds(model, price);
  if (const auto* ranges = member(model, "tiered_pricing"); ranges != nullptr && !read_ranges(*ranges, price))
    return skip(import, name, "tiered_pricing without ranges that follow each other: price left unknown");
  const auto empty = [](const Tier& tier) { return tier.rates.empty(); };
  price.tiers.erase(std::remove_if(price.tiers.begin(), price.tiers.end(), empty), price.tiers.end());
  if (price.tiers.size() > max_tiers) return skip(import, name, "too many tiers: price left unknown");
  // Local by nature: nobody charges for it.
  if (entry.vendor == "ollama") price = {.free = true, .rates = {}, .tiers = {}, .batch = {}, .origin = price.origin};
  entry.price = std::move(price);
}

void read_features(const Json& model, Entry& entry) {
  for (const auto& [name, feature] : feature_members) {
    const auto* value = member(model, name);
    if (value == nullptr || !value->is_boolean()) continue;
    (value->get<bool>() ? entry.supported : entry.lacking).add(feature);
  }
  const auto* sampling = member(model, "supports_sampling_params");
  if (sampling == nullptr || !sampling->is_boolean() || sampling->get<bool>()) return;
  for (const auto* name : {"temperature", "top_p", "top_k"}) entry.parameters[name].supported = false;
}

void read_modalities(const Json* list, std::vector<std::string>& into) {
  if (list == nullptr || !list->is_array()) return;
  for (const auto& one : *list)
    if (const auto* name = text_of(&one); name != nullptr && is_modality(*name))
      if (std::find(into.begin(), into.end(), *name) == into.end()) into.push_back(*name);
}

void read_limits(const Json& model, Entry& entry) {
  const auto limit = [&](const char* name) {
    const auto count = count_of(member(model, name), most_tokens);
    return count && *count > 0 ? count : std::nullopt;
  };
  entry.context_window = limit("max_input_tokens");
  if (entry.kind != Kind::embedding) entry.max_output = limit("max_output_tokens");
  entry.dimensions = limit("output_vector_size");
  read_modalities(member(model, "supported_modalities"), entry.input);
  read_modalities(member(model, "supported_output_modalities"), entry.output);
  if (const auto* day = text_of(member(model, "deprecation_date"))) entry.deprecation = day_from(*day);
}

std::optional<Kind> kind_of(const Json& model) {
  const auto* mode = text_of(member(model, "mode"));
  const auto found = std::find(kind_names.begin(), kind_names.end(), mode == nullptr ? std::string_view() : *mode);
  return found == kind_names.end() ? std::nullopt : std::optional(static_cast<Kind>(found - kind_names.begin()));
}

// The name that the vendor's own API takes. Empty: the price of one region, contract or size class.
std::string upstream_name(std::string_view listed_as, const Place& place) {
  const bool prefixed = !place.prefix.empty() && listed_as.starts_with(place.prefix);
  if (prefixed) listed_as.remove_prefix(place.prefix.size());
  if (!prefixed && (place.vendor == "together" || place.vendor == "fireworks")) return {};
  const bool has_path = listed_as.find('/') != listed_as.npos;
  if ((place.vendor == "azure" || place.vendor == "bedrock") && has_path) return {};
  if (place.vendor == "openai" && (has_path || listed_as.starts_with("ft:"))) return {};
  if (place.provider == "fireworks_ai" && !has_path) return "accounts/fireworks/models/" + std::string(listed_as);
  return std::string(listed_as);
}

void read_model(const std::string& name, const Json& model, const ImportSettings& settings, Import& import) {
  const auto* place = place_of(model);
  if (place == nullptr) return skip(import, name, "of a vendor that is not in the table");
  const auto kind = kind_of(model);
  if (!kind) return skip(import, name, "neither chat, responses nor embedding");
  Entry entry;
  entry.vendor = place->vendor;
  entry.model = upstream_name(name, *place);
  entry.kind = kind;
  if (entry.model.empty())
    return skip(import, name, "the price of one region, contract, size class or fine-tuned model");
  read_limits(model, entry);
  read_features(model, entry);
  read_price(model, settings, import, name, entry);
  add(import, name, std::move(entry));
}

}  // namespace

core::Result<Import> import_litellm(const Json& list, const ImportSettings& settings) {
  if (!list.is_object()) return wrong("LiteLLM's map is an object with a member for each model");
  Import import;
  import.source = "litellm";
  // Of two entries for one model the one under its vendor's prefix is the better kept.
  for (const bool prefixed : {true, false})
    for (const auto& [name, model] : list.items()) {
      if (name == "sample_spec" || member(model, "rules") != nullptr) continue;  // a legend, and patterns
      const auto* place = place_of(model);
      if ((place != nullptr && name.starts_with(place->prefix)) == prefixed) read_model(name, model, settings, import);
    }
  return import;
}

}  // namespace headgate::catalog
