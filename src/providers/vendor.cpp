#include "headgate/providers/vendor.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace headgate::providers {
namespace {

using Words = dialects::chat_completions::Words;
using Thinking = Words::Thinking;
using Thoughts = Words::Thoughts;

constexpr bool key = true, no_key = false;
constexpr bool usage_on_request = true, no_stream_options = false;

using Mark = wire::openai::Prefill::Mark;
constexpr wire::openai::Prefill unmarked{Mark::none}, prefix{Mark::prefix}, prefix_repeated{Mark::prefix, true},
    partial{Mark::partial}, final_message{Mark::final_message};

// What nearly every server takes that speaks OpenAI's API and is not OpenAI.
constexpr Words compatible() {
  Words words;
  words.max_tokens = "max_tokens";
  words.developer = "system";
  words.user = "user";
  words.refusals = words.audio = words.files = words.custom_tools = words.allowed_tools = false;
  words.metadata = words.service_tier = words.cache_key = words.verbosity = words.store = false;
  words.extras = {};
  return words;
}

constexpr Words deepseek() {
  auto words = compatible();
  words.thinking = Thinking::type;
  words.thoughts = Thoughts::reasoning_content;
  words.seed = "";
  words.schemas = words.parallel_tools = words.several_answers = false;
  return words;
}

constexpr Words mistral() {
  auto words = compatible();
  words.required = "any";
  words.seed = "random_seed";
  words.user = "";
  words.nine_letter_ids = true;
  words.stream_options = words.names = words.logprobs = false;
  words.metadata = words.cache_key = true;
  return words;
}

constexpr Words qwen() {
  auto words = compatible();
  words.thinking = Thinking::enable;
  words.thoughts = Thoughts::reasoning_content;
  words.cache_marks = Words::CacheMarks::cache_control;
  words.user = "";
  words.top_k = true;
  return words;
}

constexpr Words together() {
  auto words = compatible();
  words.stream_options = false;
  words.top_k = true;
  return words;
}

constexpr Words openrouter() {
  auto words = compatible();
  words.thinking = Thinking::reasoning;
  words.thoughts = Thoughts::reasoning_details;
  words.cache_marks = Words::CacheMarks::cache_control;
  words.files = words.top_k = words.verbosity = true;
  return words;
}

constexpr Words local_server() {
  auto words = compatible();
  words.thinking = Thinking::none;
  words.top_k = true;
  return words;
}

// Anthropic's documentation of 2026-07: the version that is said unless a client says another.
constexpr Vendor::Field anthropic_fields[] = {{"anthropic-version", "2023-06-01"}, {"anthropic-beta", ""}};

constexpr Places regions{"region", {"AWS_REGION", "AWS_DEFAULT_REGION"}, [](std::string_view region) {
                           return "https://bedrock-runtime." + std::string(region) + ".amazonaws.com";
                         }};

// As Google's and Anthropic's own clients of 2026 do: `us` and `eu` are many regions in one, `global` is all.
constexpr Places locations{"location", {"GOOGLE_CLOUD_LOCATION", ""}, [](std::string_view location) {
                             const std::string place(location);
                             if (place == "global") return std::string("https://aiplatform.googleapis.com/v1");
                             if (place == "us" || place == "eu")
                               return "https://aiplatform." + place + ".rep.googleapis.com/v1";
                             return "https://" + place + "-aiplatform.googleapis.com/v1";
                           }};

// A key is an API key of Bedrock; without one requests are signed.
Vendor bedrock() {
  Vendor row{"bedrock", "", "AWS_BEARER_TOKEN_BEDROCK", key, usage_on_request, unmarked};
  row.words = dialects::ConverseWords{};
  row.paths = Paths::model_and_converse;
  row.proof = Proof::signature;
  row.signed_service = "bedrock";
  row.places = &regions;
  return row;
}

// Vertex serves each publisher's models in the publisher's own words.
Vendor vertex(std::string_view name, std::string_view publisher, dialects::Words words, Paths paths) {
  Vendor row{name, "", "", no_key, usage_on_request, unmarked};
  row.words = std::move(words);
  row.paths = paths;
  row.in_catalog = row.publisher = publisher;
  row.proof = Proof::access_token;
  row.places = &locations;
  return row;
}

constexpr Vendor::Field beta_field[] = {{"anthropic-beta", ""}};

Vendor vertex_of_anthropic() {
  dialects::anthropic::Words words;
  words.in_url = true;
  words.version = "vertex-2023-10-16";
  auto row = vertex("vertex_anthropic", "anthropic", std::move(words), Paths::model_and_predict);
  row.fields = beta_field;
  return row;
}

const std::array rows{
    Vendor{"openai", "https://api.openai.com/v1", "OPENAI_API_KEY", key, usage_on_request, unmarked},
    Vendor{"anthropic",
           "https://api.anthropic.com/v1",
           "ANTHROPIC_API_KEY",
           key,
           usage_on_request,
           unmarked,
           {},
           dialects::anthropic::Words{},
           Paths::messages,
           "x-api-key: ",
           anthropic_fields},
    Vendor{"gemini",
           "https://generativelanguage.googleapis.com/v1beta",
           "GEMINI_API_KEY",
           key,
           usage_on_request,
           unmarked,
           {},
           dialects::gemini::Words{},
           Paths::model_and_method,
           "x-goog-api-key: ",
           {},
           "google"},
    bedrock(),
    vertex("vertex", "google", dialects::gemini::Words{}, Paths::model_and_method),
    vertex_of_anthropic(),
    Vendor{"azure",
           "",
           "AZURE_OPENAI_API_KEY",
           key,
           usage_on_request,
           unmarked,
           {},
           Words{},
           Paths::deployment,
           "api-key: "},
    // DeepSeek goes on with answers under /beta only (its guide to chat prefix completion, 2026).
    Vendor{"deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", key, usage_on_request, prefix, "/beta",
           deepseek()},
    // Mistral's schema of 2026-08 has no stream_options and refuses unknown members. Its answers begin with the prefix.
    Vendor{"mistral",
           "https://api.mistral.ai/v1",
           "MISTRAL_API_KEY",
           key,
           no_stream_options,
           prefix_repeated,
           {},
           mistral()},
    // Model Studio's guide to partial mode, 2026-10.
    Vendor{"qwen",
           "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
           "DASHSCOPE_API_KEY",
           key,
           usage_on_request,
           partial,
           {},
           qwen()},
    Vendor{"groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", key, usage_on_request, unmarked, {}, compatible()},
    // Together's schema of 2026-04 has none either; its last chunk carries usage.
    Vendor{"together",
           "https://api.together.xyz/v1",
           "TOGETHER_API_KEY",
           key,
           no_stream_options,
           unmarked,
           {},
           together()},
    Vendor{"fireworks",
           "https://api.fireworks.ai/inference/v1",
           "FIREWORKS_API_KEY",
           key,
           usage_on_request,
           unmarked,
           {},
           compatible()},
    Vendor{"xai", "https://api.x.ai/v1", "XAI_API_KEY", key, usage_on_request, unmarked, {}, compatible()},
    Vendor{"openrouter",
           "https://openrouter.ai/api/v1",
           "OPENROUTER_API_KEY",
           key,
           usage_on_request,
           unmarked,
           {},
           openrouter()},
    Vendor{"ollama", "http://127.0.0.1:11434/v1", "", no_key, usage_on_request, unmarked, {}, local_server()},
    Vendor{"vllm", "http://127.0.0.1:8000/v1", "", no_key, usage_on_request, final_message, {}, local_server()},
    Vendor{"openai_compatible", "", "", no_key, usage_on_request, unmarked, {}, compatible()},
    Vendor{"simulated", "", "", no_key, usage_on_request, unmarked},
};

}  // namespace

std::span<const Vendor> vendors() { return rows; }

const Vendor* find_vendor(std::string_view type) {
  const auto found = std::find_if(rows.begin(), rows.end(), [type](const Vendor& row) { return row.name == type; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace headgate::providers
