#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "litellm_draft.hpp"

namespace headgate::config::litellm {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";

bool has_a_meaning(std::string_view text) {
  static constexpr std::array<std::string_view, 9> words{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::find(words.begin(), words.end(), lower) != words.end();
}

// Printable ASCII, in quotes unless it can be nothing but text.
std::string scalar(std::string_view text) {
  const bool simple = !text.empty() && letters.find(text[0]) != letters.npos &&
                      text.find_first_not_of(plain) == text.npos && !has_a_meaning(text);
  if (simple) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + scalar(name);
  return "[" + text + "]";
}

// `{a: 1, b: 2}` of what is not empty; the values are written already.
std::string mapping(std::initializer_list<std::pair<std::string_view, std::string>> entries) {
  std::string text;
  for (const auto& [key, value] : entries) {
    if (!value.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key, value);
  }
  return "{" + text + "}";
}

std::string scalar_or_nothing(const std::string& text) { return text.empty() ? text : scalar(text); }

std::string account_line(const Account& account) {
  const auto& time = account.timeout;
  const auto& organization = account.organization;
  return fmt::format(
      "  {}: {}\n", scalar(account.name),
      mapping({{"type", account.type},
               {"base_url", scalar_or_nothing(account.base_url)},
               {"key", account.key},  // of characters that need no quotes
               {"headers", organization.empty() ? "" : mapping({{"OpenAI-Organization", scalar(organization)}})},
               {"timeouts", time.empty() ? "" : mapping({{"first_byte", time}, {"total", time}})}}));
}

std::string price_of(const Model& model) {
  const bool free =
      std::all_of(model.price.begin(), model.price.end(), [](const auto& rate) { return rate.second == "0"; });
  if (model.price.empty()) return {};
  if (free) return "{free: true}";
  std::string price;
  for (const auto& [what, dollars] : model.price) price += fmt::format("{}: ${}, ", what, dollars);
  return "{" + price + "per: 1M}";
}

std::string model_line(const Draft& draft, const Model& model) {
  return fmt::format("  {}: {}\n", scalar(model.name),
                     mapping({{"provider", scalar(draft.accounts[model.account].name)},
                              {"upstream", model.upstream == model.name ? "" : scalar(model.upstream)},
                              {"price", price_of(model)},
                              {"context_window", model.context_window},
                              {"max_output", model.max_output}}));
}

std::string pools(const Draft& draft) {
  std::string text = "\npools:\n";
  for (const auto& pool : draft.pools) text += fmt::format("  {}: {}\n", scalar(pool.name), list(pool.models));
  text += "  # For `auto`, which LiteLLM does not have: name what may answer it, best first.\n";
  text += fmt::format("  default: {}\n", list({draft.default_model}));
  if (draft.pools.empty()) return text;
  text += "\n# Who takes over for a model that a client names.\nrules:\n";
  for (const auto& pool : draft.pools) {
    text += fmt::format("  - {{name: {}, when: {{model: {}}}, use: {{pool: {}}}}}\n", scalar(pool.model),
                        scalar(pool.model), scalar(pool.name));
  }
  return text;
}

std::string budgets(const Draft& draft) {
  std::string text = "\nbudgets:\n";
  for (const auto& budget : draft.budgets) {
    text += fmt::format("  - {}\n", mapping({{"name", scalar(budget.name)},
                                             {"provider", scalar_or_nothing(budget.provider)},
                                             {"model", scalar_or_nothing(budget.model)},
                                             {"window", budget.window},
                                             {"limit", "$" + budget.limit}}));
  }
  return text;
}

}  // namespace

std::string to_yaml(const Draft& draft) {
  std::string text =
      "# Made from LiteLLM's configuration by `headgate import litellm`; it listed what is not in here.\n";
  text += "providers:\n";
  for (const auto& account : draft.accounts) text += account_line(account);
  text += "\nmodels:\n";
  for (const auto& model : draft.models) text += model_line(draft, model);
  text += pools(draft);
  text += fmt::format("\nfailover: {}\n",
                      mapping({{"max_attempts", draft.max_attempts == 0 ? "" : std::to_string(draft.max_attempts)},
                               {"within", draft.within},
                               {"named_models", draft.pools.empty() ? "strict" : "equivalents"}}));
  if (!draft.budgets.empty()) text += budgets(draft);
  if (draft.asks_for_keys) text += "\naccess: {auth: required}\n";
  return text;
}

}  // namespace headgate::config::litellm
