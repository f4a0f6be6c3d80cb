#include <algorithm>
#include <array>

#include "headgate/providers/vendor.hpp"
#include "litellm_importer.hpp"
#include "litellm_numbers.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config::litellm {
namespace {

// What LiteLLM's api_base is to our base_url.
enum class ApiBase {
  same,
  version_is_added,  // LiteLLM speaks the server's own API there, we speak OpenAI's beneath /v1
  required,          // unset, LiteLLM looks into the environment
  unlike,
};

struct Prefix {
  std::string_view name;
  std::string_view type;
  ApiBase api_base = ApiBase::same;
};

constexpr std::array prefixes{
    Prefix{"openai", "openai"},
    Prefix{"deepseek", "deepseek"},
    Prefix{"mistral", "mistral"},
    Prefix{"dashscope", "qwen"},
    Prefix{"groq", "groq"},
    Prefix{"together_ai", "together"},
    Prefix{"fireworks_ai", "fireworks"},
    Prefix{"xai", "xai"},
    Prefix{"openrouter", "openrouter"},
    Prefix{"ollama", "ollama", ApiBase::version_is_added},
    Prefix{"ollama_chat", "ollama", ApiBase::version_is_added},
    Prefix{"hosted_vllm", "vllm", ApiBase::required},
    Prefix{"custom_openai", "openai_compatible", ApiBase::required},
    Prefix{"openai_like", "openai_compatible", ApiBase::required},
    Prefix{"litellm_proxy", "openai_compatible", ApiBase::required},
    Prefix{"lm_studio", "openai_compatible", ApiBase::required},
    Prefix{"llamafile", "openai_compatible", ApiBase::required},
    Prefix{"xinference", "openai_compatible", ApiBase::required},
    Prefix{"anthropic", "anthropic", ApiBase::unlike},
    Prefix{"gemini", "gemini", ApiBase::unlike},
};

const Prefix* find_prefix(std::string_view name) {
  const auto found =
      std::find_if(prefixes.begin(), prefixes.end(), [name](const Prefix& prefix) { return prefix.name == name; });
  return found == prefixes.end() ? nullptr : &*found;
}

// Every model of LiteLLM's own list whose name begins so, without a provider, is OpenAI's.
bool is_openais(std::string_view model) {
  static constexpr std::array<std::string_view, 7> starts{
      "gpt-", "chatgpt-", "o1-", "o3-", "o4-", "text-embedding-3-", "text-embedding-ada-"};
  return model == "o1" || model == "o3" ||
         std::any_of(starts.begin(), starts.end(), [model](auto start) { return model.starts_with(start); });
}

bool is_header_text(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

// The host of a checked URL, if it can begin a name.
std::string host_of(std::string_view url) {
  constexpr std::size_t longest = 48;
  url.remove_prefix(std::min(url.find("://") + 3, url.size()));
  url = url.substr(0, std::min(url.find_first_of(":/"), longest));
  const bool letter = !url.empty() && ((url[0] >= 'a' && url[0] <= 'z') || (url[0] >= 'A' && url[0] <= 'Z'));
  return letter ? std::string(url) : std::string();
}

}  // namespace

// LiteLLM's "PROVIDER/MODEL", or the provider said apart. An empty prefix: nobody says.
Target Importer::split_target(const Params& params, const Node& name) {
  const Node& said = *params.find("model");
  Target target{{}, said.text, &name, &said};
  if (const Node* apart = params.find("custom_llm_provider"); apart && apart->is_scalar()) {
    target.prefix = apart->text;
    if (said.text.starts_with(apart->text + "/")) target.upstream = said.text.substr(apart->text.size() + 1);
  } else if (const auto slash = said.text.find('/'); slash != said.text.npos) {
    target.prefix = said.text.substr(0, slash);
    target.upstream = said.text.substr(slash + 1);
  } else if (is_openais(said.text)) {
    target.prefix = "openai";
  }
  return target;
}

std::optional<Target> Importer::target_of(const Params& params, const Node& name) {
  const Target target = split_target(params, name);
  const Node& said = *target.said;
  const auto refuse = [&](const std::string& why, std::string hint = {}) -> std::optional<Target> {
    leave_out_deployment(name, said, why, std::move(hint));
    return std::nullopt;
  };
  if (variable_of(said)) return refuse("its model stands in the environment", "write the model out");
  if (target.prefix.empty())
    return refuse(quote(said.text) + " does not say which provider has it",
                  "write it as PROVIDER/MODEL, as in " + quote("openai/" + said.text));
  const Prefix* prefix = find_prefix(target.prefix);
  if (!prefix || !providers::find_vendor(prefix->type)) {
    return refuse("provider " + quote(target.prefix) + " is not spoken here",
                  "a server that speaks OpenAI's API is `type: openai_compatible` with a `base_url`");
  }
  if (target.prefix == "openai" && target.upstream.starts_with("responses/"))
    return refuse("LiteLLM's detour over the Responses API has no counterpart", "name the model itself");
  if (target.prefix == "fireworks_ai" && target.upstream.find('/') == target.upstream.npos)
    return refuse("LiteLLM completes this name by rules of its own",
                  "write the name in full, such as fireworks_ai/accounts/fireworks/models/NAME");
  if (check_kind("upstream_name", target.upstream)) return refuse("its model has a name that cannot be sent");
  return target;
}

std::optional<std::size_t> Importer::account_of(const Params& params, const Target& target) {
  Account account;
  account.prefix = target.prefix;
  account.type = find_prefix(target.prefix)->type;
  if (!take_address(account, params, target)) return std::nullopt;
  const Node* literal = take_key(account, params);
  take_organization(account, params);
  take_timeout(account, params);
  std::string identity;
  for (const auto& part : {account.prefix, account.type, account.base_url, account.key, account.organization,
                           account.timeout, literal ? literal->text : std::string()})
    identity += part + '\n';
  const auto [known, fresh] = account_index_.emplace(std::move(identity), draft_.accounts.size());
  if (fresh) {
    account.name = account_name(account);
    draft_.accounts.push_back(std::move(account));
  }
  if (literal) literals_.push_back({known->second, literal});
  return known->second;
}

bool Importer::take_address(Account& account, const Params& params, const Target& target) {
  const Prefix& prefix = *find_prefix(target.prefix);
  const Node* node = params.find("api_base");
  if (!node) node = params.find("base_url");
  const auto refuse = [&](const Node& where, const std::string& why, std::string hint) {
    leave_out_deployment(*target.name, where, why, std::move(hint));
    return false;
  };
  if (!node && prefix.api_base == ApiBase::required)
    return refuse(*target.said, "its address stands in the environment", "write `api_base` out");
  if (!node) return true;
  if (!node->is_scalar() || variable_of(*node))
    return refuse(*node, "its address stands in the environment", "write `api_base` out");
  if (prefix.api_base == ApiBase::unlike)
    return refuse(*node, "an address of its own cannot be carried over for this provider", "set `base_url` by hand");
  if (const auto problem = check_url(node->text))
    return refuse(*node, problem->message, "write an address such as https://api.example.com/v1");
  account.base_url = node->text;
  while (account.base_url.ends_with('/')) account.base_url.pop_back();
  if (account.type == "openai") account.type = "openai_compatible";
  if (prefix.api_base == ApiBase::version_is_added && !account.base_url.ends_with("/v1")) account.base_url += "/v1";
  return true;
}

void Importer::take_organization(Account& account, const Params& params) {
  const Node* node = params.find("organization");
  if (!node) return;
  if (account.prefix == "openai" && node->is_scalar() && !variable_of(*node) && is_header_text(node->text)) {
    account.organization = node->text;
  } else {
    leave_out(*node, "`organization` is left out: only one of OpenAI that is written out can be carried over",
              "add `headers: {OpenAI-Organization: ...}` to the provider");
  }
}

void Importer::take_timeout(Account& account, const Params& params) {
  const Node* own = params.find("timeout");
  if (const auto time = own ? seconds(*own) : std::nullopt) {
    account.timeout = *time;
    return;
  }
  if (own) leave_out(*own, "`timeout` is left out: it is no number of seconds");
  if (default_timeout_) account.timeout = *default_timeout_;
}

std::string Importer::account_name(const Account& account) {
  const std::string host = account.type == "openai_compatible" ? host_of(account.base_url) : std::string();
  const std::string name = host.empty() ? account.type : host;
  std::string unique = name;
  for (std::size_t& number = account_numbers_[name]; !account_names_.insert(unique).second;)
    unique = name + "-" + std::to_string(++number + 1);
  return unique;
}

}  // namespace headgate::config::litellm
