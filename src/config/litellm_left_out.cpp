#include <algorithm>
#include <array>

#include "litellm_importer.hpp"
#include "reader.hpp"
#include "text.hpp"

namespace headgate::config::litellm {
namespace {

using Words = std::initializer_list<std::string_view>;

struct Reason {
  std::string_view key;
  std::string_view why;  // after "`key` is left out: "
  std::string_view hint = {};
};

// Keys with more to say than that there is nothing like it.
constexpr std::array reasons{
    // of a deployment
    Reason{"rpm", "models have no limits of their own", "a provider's 429 pauses the model for as long as it asks"},
    Reason{"tpm", "models have no limits of their own", "a provider's 429 pauses the model for as long as it asks"},
    Reason{"weight", "shares follow from what is measured"},
    Reason{"max_parallel_requests", "models have no limits of their own", "`max_connections` bounds a provider's"},
    Reason{"default_max_parallel_requests", "models have no limits of their own",
           "`max_connections` bounds a provider's"},
    Reason{"stream_timeout", "streams have the deadlines of all requests", "set `timeouts` of the provider"},
    Reason{"extra_headers", "they may be credentials", "write those that are none under `headers` of the provider"},
    Reason{"base_model", "the catalog knows models by their own names", "`price` and `context_window` can be written"},
    Reason{"max_tokens", "it may be input, output or both", "write `max_input_tokens` and `max_output_tokens`"},
    Reason{"supported_environments", "one file describes one gateway", "leave the model out where it is not served"},
    // of the router
    Reason{"routing_strategy", "routes follow from cost, latency and success", "rules may set an `objective`"},
    Reason{"routing_strategy_args", "routes follow from cost, latency and success"},
    Reason{"allowed_fails", "failures are counted in another way", "see `breakers`"},
    Reason{"allowed_fails_policy", "failures are counted in another way", "see `breakers`"},
    Reason{"cooldown_time", "the time that a breaker is open doubles with each failed probe",
           "see `breakers.open_for`"},
    Reason{"disable_cooldowns", "breakers are always at work", "see `breakers`"},
    Reason{"retry_policy", "the kind of failure decides by itself who is asked next"},
    Reason{"retry_after", "another candidate is asked at once, the same one is not asked again"},
    Reason{"max_fallbacks", "every candidate of the pool may be asked", "shorten the pool"},
    Reason{"content_policy_fallbacks", "a refusal by content policy goes to the client"},
    Reason{"enable_pre_call_checks", "context windows are known from the catalog"},
    Reason{"redis_host", "this gateway keeps its state on its own machine"},
    Reason{"redis_port", "this gateway keeps its state on its own machine"},
    Reason{"redis_url", "this gateway keeps its state on its own machine"},
    Reason{"redis_password", "this gateway keeps its state on its own machine"},
    // of the library and the server
    Reason{"drop_params", "parameters are adapted to the model that answers"},
    Reason{"cache", "caches differ too much", "see `cache`"},
    Reason{"cache_params", "caches differ too much", "see `cache`"},
    Reason{"callbacks", "code is not loaded", "see the metrics and the log"},
    Reason{"success_callback", "code is not loaded", "see the metrics and the log"},
    Reason{"failure_callback", "code is not loaded", "see the metrics and the log"},
    Reason{"master_key", "keys never stand in the file", "make keys with `headgate key create --tenant NAME`"},
    Reason{"max_request_size_mb", "it is another limit", "see `server.max_body`"},
    Reason{"allowed_ips", "addresses are not refused one by one", "see `access.zones`"},
    Reason{"database_url", "LiteLLM's database is not read",
           "what lies there, models and keys too, is not carried over"},
    Reason{"store_model_in_db", "LiteLLM's database is not read", "models that lie there are not carried over"},
    // blocks
    Reason{"include", "other files are not read", "put their content into one file, then import it"},
    Reason{"environment_variables", "variables belong to what starts the gateway", "set them there"},
    Reason{"guardrails", "guards are others here", "see `guard`"},
};

Reason reason_for(std::string_view key) {
  const auto found =
      std::find_if(reasons.begin(), reasons.end(), [key](const Reason& reason) { return reason.key == key; });
  if (found != reasons.end()) return *found;
  if (key.starts_with("supports_"))
    return {key, "one ability is not all of them", "`supports` of a model replaces what the catalog knows"};
  if (key.find("_cost") != key.npos) return {key, "prices are for tokens of input, output and cache"};
  return {key, "there is nothing like it here"};
}

bool is_one_of(std::string_view key, Words words) { return std::find(words.begin(), words.end(), key) != words.end(); }

bool is_price(std::string_view key) {
  return is_one_of(key, {"input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost",
                         "cache_creation_input_token_cost"});
}

// Of settings that are carried over.
bool has_known_form(const Entry& entry) {
  if (entry.value.kind == Node::Kind::null) return true;
  if (is_one_of(entry.key, {"model_group_alias", "provider_budget_config"})) return entry.value.is_map();
  return entry.key != "default_fallbacks" || entry.value.is_sequence();
}

bool may_hold_credentials(std::string_view key) {
  static constexpr std::array<std::string_view, 9> parts{
      "key", "secret", "token", "password", "credential", "auth", "cookie", "headers", "environment_variables"};
  std::string lower(key);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::any_of(parts.begin(), parts.end(), [&](auto part) { return lower.find(part) != lower.npos; });
}

}  // namespace

// Of what no shown line may hold. `inside`: somewhere under a key that speaks of credentials.
void Importer::hide_credentials(const Node& node, bool inside) {
  const bool text = node.is_scalar() && node.scalar() == Node::Scalar::text && !variable_of(node);
  if (text && (inside || node.text.find('@') != node.text.npos)) report_.hide(node.text);
  for (const Node& item : node.items) hide_credentials(item, inside);
  for (const Entry& entry : node.entries) hide_credentials(entry.value, inside || may_hold_credentials(entry.key));
}

void Importer::list(const Entry& entry) {
  const Reason reason = reason_for(entry.key);
  leave_out(entry, quote(entry.key) + " is left out: " + std::string(reason.why), std::string(reason.hint));
}

void Importer::list_item(const Node& item) {
  for (const Entry& entry : item.entries) {
    if (!is_one_of(entry.key, {"model_name", "litellm_params", "model_info"})) list(entry);
  }
  list_params(*item.find("litellm_params"));
  for (const Entry& entry : entries(item.find("model_info"))) {
    if (!is_price(entry.key) && !is_one_of(entry.key, {"id", "mode", "max_input_tokens", "max_output_tokens"}))
      list(entry);
  }
}

void Importer::list_params(const Node& params) {
  for (const Entry& entry : params.entries) {
    if (is_one_of(entry.key, {"temperature", "max_tokens", "max_completion_tokens", "top_p", "stop", "seed", "n",
                              "presence_penalty", "frequency_penalty", "reasoning_effort", "extra_body"})) {
      leave_out(entry, quote(entry.key) + " is left out: nothing is added to requests", "let clients send it");
    } else if (!is_price(entry.key) &&
               !is_one_of(entry.key,
                          {"model", "api_key", "api_base", "base_url", "custom_llm_provider", "organization", "timeout",
                           "order", "max_budget", "budget_duration", "litellm_credential_name"})) {
      list(entry);
    }
  }
}

void Importer::list_blocks() {
  for (const Entry& block : document_.entries) {
    if (block.key == "credential_list") {
      for (const Node& item : block.value.items)
        if (const Node* values = child(&item, "credential_values")) list_params(*values);
    } else if (is_one_of(block.key, {"router_settings", "litellm_settings", "general_settings"}) &&
               block.value.is_map()) {
      list_settings(block.key, block.value);
    } else if (block.key != "model_list" && block.value.kind != Node::Kind::null) {
      list(block);
    }
  }
}

void Importer::list_settings(std::string_view block, const Node& settings) {
  if (block == "general_settings") {
    for (const Entry& entry : settings.entries) list(entry);
    return;
  }
  const bool router = block == "router_settings";
  for (const Entry& entry : settings.entries) {
    const bool shared = is_one_of(
        entry.key, {"fallbacks", "default_fallbacks", "context_window_fallbacks", "num_retries", "model_group_alias"});
    const bool own = router ? is_one_of(entry.key, {"timeout", "provider_budget_config"})
                            : is_one_of(entry.key, {"request_timeout", "max_budget", "budget_duration"});
    const std::string_view there = entry.key == "request_timeout" ? "timeout" : std::string_view(entry.key);
    if (!router && (shared || own) && child(router_, there)) {
      leave_out(entry, quote(entry.key) + " is left out here: " + quote(there) +
                           " stands under `router_settings`, and that counts");
    } else if (!shared && !own) {
      list(entry);
    } else if (!has_known_form(entry)) {
      leave_out(entry, quote(entry.key) + " is left out: it has another form than LiteLLM reads");
    }
  }
}

}  // namespace headgate::config::litellm
