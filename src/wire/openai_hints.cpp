#include "headgate/wire/openai_hints.hpp"

#include <array>
#include <cmath>

namespace headgate::wire::openai {
namespace {

using core::Money;
using Fault = std::optional<core::Error>;  // none: fine

core::Error wrong(std::string_view member, std::string_view expected) {
  std::string message = "`provider";
  if (!member.empty()) message.append(".").append(member);
  message.append("` must be ").append(expected).append(".");
  return core::Error(core::Code::invalid_request, std::move(message)).with_param("provider");
}

// One member of `provider`, by name. Null counts as absent.
class Member {
 public:
  Member(JsonValue provider, std::string_view name) : value_(provider[name]), name_(name) {}

  Fault read(std::vector<std::string>& names) const {
    if (!value_.is_set()) return {};
    if (!value_.is_array()) return wrong(name_, names_expected);
    for (const auto item : value_.items()) {
      auto name = item.string();
      if (name.empty() || name.size() > max_hint_name || names.size() == max_hint_names)
        return wrong(name_, names_expected);
      names.push_back(std::move(name));
    }
    return {};
  }

  Fault read(bool& flag) const {
    if (value_.is_set() && !value_.boolean()) return wrong(name_, "true or false");
    flag = value_.boolean().value_or(flag);
    return {};
  }

  // The place of the word that is there among `words`.
  template <std::size_t count>
  Fault read(std::optional<std::size_t>& place, const std::array<std::string_view, count>& words,
             std::string_view expected) const {
    if (!value_.is_set()) return {};
    for (std::size_t i = 0; i < count; ++i)
      if (value_.is(words[i])) place = i;
    return place ? Fault() : wrong(name_, expected);
  }

  // Dollars, as number or as decimal in a string.
  Fault read(std::optional<Money>& price) const {
    if (!value_.is_set()) return {};
    price = value_.is_string() ? Money::parse(value_.string()) : dollars();
    return price ? Fault() : wrong("max_price", "an object of prices in dollars for a million tokens, not negative");
  }

 private:
  static constexpr std::string_view names_expected = "a list of at most 32 provider names of at most 64 bytes";

  std::optional<Money> dollars() const {
    if (value_.kind() != JsonKind::number) return std::nullopt;
    if (const auto exact = Money::parse(value_.source())) return exact;
    const auto number = value_.number();
    if (!number || !(*number >= 0) || *number > Money::most().in_dollars() / 2) return std::nullopt;
    return Money::picodollars(std::llround(*number * static_cast<double>(Money::per_dollar)));
  }

  JsonValue value_;
  std::string_view name_;
};

Fault read_names(Hints& hints, JsonValue provider) {
  if (auto fault = Member(provider, "order").read(hints.order)) return fault;
  if (auto fault = Member(provider, "only").read(hints.only)) return fault;
  return Member(provider, "ignore").read(hints.ignore);
}

Fault read_flags(Hints& hints, JsonValue provider) {
  if (auto fault = Member(provider, "require_parameters").read(hints.require_parameters)) return fault;
  return Member(provider, "allow_fallbacks").read(hints.allow_fallbacks);
}

Fault read_words(Hints& hints, JsonValue provider) {
  static constexpr std::array<std::string_view, 3> orders{"price", "throughput", "latency"};
  static constexpr std::array<std::string_view, 2> policies{"allow", "deny"};
  std::optional<std::size_t> order, policy;
  if (auto fault = Member(provider, "sort").read(order, orders, "price, throughput or latency")) return fault;
  if (auto fault = Member(provider, "data_collection").read(policy, policies, "allow or deny")) return fault;
  if (order) hints.sort = static_cast<Hints::Sort>(*order);
  hints.deny_data_collection = policy == 1;
  return {};
}

Fault read_prices(Hints& hints, JsonValue provider) {
  const auto prices = provider["max_price"];
  if (!prices.is_set()) return {};
  if (!prices.is_object()) return wrong("max_price", "an object");
  // No provider of ours charges by the request, so any such limit holds; it is only judged.
  std::optional<Money> request;
  if (auto fault = Member(prices, "request").read(request)) return fault;
  if (auto fault = Member(prices, "prompt").read(hints.max_prompt_price)) return fault;
  return Member(prices, "completion").read(hints.max_completion_price);
}

}  // namespace

core::Result<Hints> read_hints(JsonValue document) {
  Hints hints;
  const auto provider = document["provider"];
  if (!provider.is_set()) return hints;
  if (!provider.is_object()) return wrong("", "an object");
  for (const auto read : {read_names, read_flags, read_words, read_prices})
    if (auto fault = read(hints, provider)) return *std::move(fault);
  return hints;
}

}  // namespace headgate::wire::openai
