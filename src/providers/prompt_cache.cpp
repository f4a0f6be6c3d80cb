#include "headgate/providers/prompt_cache.hpp"

#include <algorithm>
#include <array>

#include "headgate/providers/vendor.hpp"

namespace headgate::providers {
namespace {

using Kind = PromptCache::Kind;
using std::chrono::hours;
using std::chrono::minutes;

bool names(std::string_view model, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return model.find(word) != model.npos; });
}

// Anthropic's table of 2026-07. What is not in it is taken to be like the longest.
core::Tokens least_of_claude(std::string_view model) {
  if (names(model, {"sonnet-4-6", "sonnet-4.6", "3-haiku", "haiku-3", "3-5-haiku", "3.5-haiku"})) return 2048;
  if (names(model, {"opus-4-1", "opus-4.1", "opus-4-0", "opus-4-2025", "opus-3", "3-opus"})) return 1024;
  if (names(model, {"sonnet-4-5", "sonnet-4.5", "sonnet-4-0", "sonnet-4-2025", "3-7-sonnet", "3.7-sonnet"}))
    return 1024;
  return 4096;
}

PromptCache of_claude(std::string_view model) { return {Kind::marked, least_of_claude(model), minutes(5), false}; }

// Others than Claude take no marks there, or not on tools.
PromptCache of_bedrock(std::string_view model) { return names(model, {"claude"}) ? of_claude(model) : PromptCache{}; }

PromptCache of_openrouter(std::string_view model) {
  return names(model, {"claude"}) ? of_claude(model) : PromptCache{Kind::automatic};
}

// Remembered for minutes, as Google says without saying how many.
PromptCache of_gemini(std::string_view model) {
  return {Kind::automatic, names(model, {"flash"}) ? 1024u : 4096u, minutes(3), false};
}

PromptCache of_openai(std::string_view) { return {Kind::automatic, 1024, minutes(5), true}; }
// Not every version of its API knows the key.
PromptCache of_azure(std::string_view) { return {Kind::automatic, 1024, minutes(5), true}; }
// Its guide says hours; on disk.
PromptCache of_deepseek(std::string_view) { return {Kind::automatic, 64, hours(1), false}; }
PromptCache of_mistral(std::string_view) { return {Kind::automatic, 64, minutes(5), true}; }
PromptCache of_qwen(std::string_view) { return {Kind::marked, 1024, minutes(5), false}; }
PromptCache of_others(std::string_view) { return {Kind::automatic, 1024, minutes(5), false}; }

struct Row {
  std::string_view type;
  PromptCache (*cache)(std::string_view model);
};

constexpr std::array rows{
    Row{"openai", of_openai},
    Row{"azure", of_azure},
    Row{"anthropic", of_claude},
    Row{"gemini", of_gemini},
    Row{"bedrock", of_bedrock},
    Row{"deepseek", of_deepseek},
    Row{"mistral", of_mistral},
    Row{"qwen", of_qwen},
    Row{"openrouter", of_openrouter},
    Row{"vertex", of_gemini},
    Row{"vertex_anthropic", of_claude},
    Row{"groq", of_others},
    Row{"xai", of_others},
    Row{"fireworks", of_others},
    Row{"together", of_others},
    Row{"vllm", of_others},
    Row{"openai_compatible", of_others},
};

constexpr auto types = [] {
  std::array<std::string_view, rows.size()> names{};
  std::transform(rows.begin(), rows.end(), names.begin(), [](const Row& row) { return row.type; });
  return names;
}();

// A server of one's own may speak an API without knowing all its words.
bool stands_where_its_vendor_does(const Account& account) {
  const auto* vendor = find_vendor(account.type);
  return vendor != nullptr && !vendor->base_url.empty() && account.base_url == vendor->base_url;
}

}  // namespace

PromptCache prompt_cache_of(const Account& account, std::string_view upstream) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.type == account.type; });
  if (row == rows.end() || account.prompt_caching == PromptCaching::off) return {};
  auto cache = row->cache(upstream);
  if (account.prompt_caching != PromptCaching::on && !stands_where_its_vendor_does(account)) cache.takes_key = false;
  return cache;
}

std::span<const std::string_view> types_with_prompt_cache() { return types; }

}  // namespace headgate::providers
