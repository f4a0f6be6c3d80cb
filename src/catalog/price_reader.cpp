#include "price_reader.hpp"

#include <algorithm>

#include "row_reader.hpp"

namespace headgate::catalog {
namespace {

using core::Money;
using core::Result;

constexpr std::int64_t million = 1'000'000;

std::optional<Rate> rate_named(std::string_view name) {
  const auto found = std::find(rate_names.begin(), rate_names.end(), name);
  if (found == rate_names.end()) return std::nullopt;
  return static_cast<Rate>(found - rate_names.begin());
}

Result<void> read_rate(Rate rate, const Json& json, Rates& rates) {
  const std::string name(rate_names[static_cast<std::size_t>(rate)]);
  const auto* text = text_of(&json);
  const auto value = text == nullptr ? std::nullopt : rate_from(*text);
  if (!value)
    return wrong("`" + name +
                 "` is not dollars per million tokens; write a string such as \"2.5\", with at most six "
                 "digits behind the point");
  if (*value == Money())
    return wrong("`" + name + "` is \"0\". Leave out what is unknown; where nothing is charged write \"free\": true");
  rates[rate] = *value;
  return {};
}

Result<Rates> read_rates(const Json& json, std::string_view beside) {
  const auto* object = json.get_ptr<const Json::object_t*>();
  if (object == nullptr) return wrong("prices stand in an object, such as {\"input\": \"2.5\", \"output\": \"10\"}");
  Rates rates;
  for (const auto& [name, value] : *object) {
    if (name == beside) continue;
    const auto rate = rate_named(name);
    if (!rate)
      return wrong(shown(name) +
                   " is no class of tokens; known are input, output, cache_read, cache_write, "
                   "cache_write_1h, reasoning, audio_input and audio_output");
    if (auto read = read_rate(*rate, value, rates); !read) return read.error();
  }
  return rates;
}

Result<std::vector<Tier>> read_tiers(const Json& json) {
  const auto* array = json.get_ptr<const Json::array_t*>();
  if (array == nullptr || array->size() > max_tiers)
    return wrong("`tiers` takes a list of at most " + std::to_string(max_tiers) + " prices");
  std::vector<Tier> tiers;
  for (const auto& one : *array) {
    const auto above = count_of(member(one, "above"), most_tokens);
    if (!above || (!tiers.empty() && *above <= tiers.back().above))
      return wrong("a tier needs `above`, a number of tokens larger than that of the tier before");
    auto rates = read_rates(one, "above");
    if (!rates) return rates.error();
    tiers.push_back({*above, *rates});
  }
  return tiers;
}

Result<void> read_part(const std::string& name, const Json& value, Price& price, Json& plain) {
  if (name == "tiers") {
    auto tiers = read_tiers(value);
    if (!tiers) return tiers.error();
    price.tiers = std::move(*tiers);
  } else if (name == "batch") {
    auto batch = read_rates(value, "");
    if (!batch) return batch.error();
    price.batch = *batch;
  } else if (name == "free") {
    if (!value.is_boolean()) return wrong("`free` is true or false");
    price.free = value.get<bool>();
  } else {
    plain[name] = value;
  }
  return {};
}

}  // namespace

Result<Price> read_price(const Json& json, Origin origin) {
  const auto* object = json.get_ptr<const Json::object_t*>();
  if (object == nullptr) return wrong("`price` takes an object, such as {\"input\": \"2.5\", \"output\": \"10\"}");
  Price price;
  price.origin = std::move(origin);
  Json plain = Json::object();
  for (const auto& [name, value] : *object)
    if (auto read = read_part(name, value, price, plain); !read) return read.error();
  auto rates = read_rates(plain, "");
  if (!rates) return rates.error();
  price.rates = *rates;
  if (price.free != price.rates.empty() || (price.free && !price.tiers.empty()))
    return wrong(price.free ? "what is free has no prices" : "the price names nothing; write null for an unknown one");
  return price;
}

std::optional<Money> rate_from(std::string_view dollars_per_million) {
  const auto price = dollars_per_million.starts_with('$') ? std::nullopt : Money::parse(dollars_per_million);
  if (!price || price->in_picodollars() % million != 0 || *price > Money::dollars(million)) return std::nullopt;
  return Money::picodollars(price->in_picodollars() / million);
}

std::string to_text(Money rate) { return (rate * million).to_string(); }

}  // namespace headgate::catalog
