// Portkey's prices: one file a provider, cents for one token. Its `default` entry of price zero
// stands for every model that is not listed, and is left out.
#include <algorithm>

#include "import_formats.hpp"
#include "row_reader.hpp"

namespace headgate::catalog {
namespace {

constexpr double cents = 0.01;

struct RateMember {
  std::string_view name;
  Rate rate;
};
constexpr std::array rate_members{
    RateMember{"request_token", Rate::input},
    RateMember{"response_token", Rate::output},
    RateMember{"cache_read_input_token", Rate::cache_read},
    RateMember{"cache_write_input_token", Rate::cache_write},
    RateMember{"request_audio_token", Rate::audio_input},
    RateMember{"response_audio_token", Rate::audio_output},
};

struct VendorName {
  std::string_view theirs, ours;
};
constexpr std::array vendor_names{
    VendorName{"open-ai", "openai"},     VendorName{"mistral-ai", "mistral"},   VendorName{"dashscope", "qwen"},
    VendorName{"x-ai", "xai"},           VendorName{"together-ai", "together"}, VendorName{"fireworks-ai", "fireworks"},
    VendorName{"azure-openai", "azure"}, VendorName{"azure-ai", "azure"},       VendorName{"bedrock-mantle", "bedrock"},
};

std::string our_name(const std::string& theirs) {
  const auto found = std::find_if(vendor_names.begin(), vendor_names.end(),
                                  [&](const VendorName& name) { return name.theirs == theirs; });
  return found == vendor_names.end() ? theirs : std::string(found->ours);
}

bool is_in_dollars(const Json& pricing) {
  const auto* currency = member(pricing, "currency");
  return currency == nullptr || (text_of(currency) != nullptr && *text_of(currency) == "USD");
}

void read_model(const std::string& name, const Json& model, const Origin& origin, const std::string& vendor,
                Import& import) {
  const auto* pricing = member(model, "pricing_config");
  const auto* prices = pricing == nullptr ? nullptr : member(*pricing, "pay_as_you_go");
  if (prices == nullptr) return skip(import, name, "no pay_as_you_go prices");
  if (!is_in_dollars(*pricing)) return skip(import, name, "not priced in dollars");
  Entry entry;
  entry.vendor = vendor;
  entry.model = name;
  entry.price.emplace().origin = origin;
  for (const auto& [member_name, rate] : rate_members)
    if (const auto* value = member(*prices, member_name))
      entry.price->rates[rate] = rate_of(member(*value, "price"), cents);
  if (entry.price->rates.empty()) return skip(import, name, "no price for tokens, or zero");
  add(import, name, std::move(entry));
}

}  // namespace

core::Result<Import> import_portkey(const Json& list, const ImportSettings& settings) {
  if (!list.is_object()) return wrong("Portkey's prices are an object with a member for each model");
  if (!is_name(settings.vendor))
    return wrong("Portkey's file does not say whose prices they are; name the vendor with --vendor");
  Import import;
  import.source = "portkey";
  const Origin origin{import.source, settings.as_of};
  for (const auto& [name, model] : list.items())
    if (name != "default") read_model(name, model, origin, our_name(settings.vendor), import);
  return import;
}

}  // namespace headgate::catalog
