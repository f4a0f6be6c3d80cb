#include "headgate/providers/vendor.hpp"

#include <algorithm>
#include <array>

namespace headgate::providers {
namespace {

constexpr bool key = true, no_key = false;
constexpr bool usage_on_request = true, no_stream_options = false;

using Mark = wire::openai::Prefill::Mark;
constexpr wire::openai::Prefill unmarked{Mark::none}, prefix{Mark::prefix}, prefix_repeated{Mark::prefix, true},
    partial{Mark::partial}, final_message{Mark::final_message};

constexpr std::array rows{
    Vendor{"openai", "https://api.openai.com/v1", "OPENAI_API_KEY", key, usage_on_request, unmarked},
    // DeepSeek goes on with answers under /beta only (its guide to chat prefix completion, 2026).
    Vendor{"deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", key, usage_on_request, prefix, "/beta"},
    // Mistral's schema of 2026-08 has no stream_options and refuses unknown members. Its answers begin with the prefix.
    Vendor{"mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", key, no_stream_options, prefix_repeated},
    // Model Studio's guide to partial mode, 2026-10.
    Vendor{"qwen", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "DASHSCOPE_API_KEY", key, usage_on_request,
           partial},
    Vendor{"groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", key, usage_on_request, unmarked},
    // Together's schema of 2026-04 has none either; its last chunk carries usage.
    Vendor{"together", "https://api.together.xyz/v1", "TOGETHER_API_KEY", key, no_stream_options, unmarked},
    Vendor{"fireworks", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY", key, usage_on_request, unmarked},
    Vendor{"xai", "https://api.x.ai/v1", "XAI_API_KEY", key, usage_on_request, unmarked},
    Vendor{"openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", key, usage_on_request, unmarked},
    Vendor{"ollama", "http://127.0.0.1:11434/v1", "", no_key, usage_on_request, unmarked},
    Vendor{"vllm", "http://127.0.0.1:8000/v1", "", no_key, usage_on_request, final_message},
    Vendor{"openai_compatible", "", "", no_key, usage_on_request, unmarked},
    Vendor{"simulated", "", "", no_key, usage_on_request, unmarked},
};

}  // namespace

std::span<const Vendor> vendors() { return rows; }

const Vendor* find_vendor(std::string_view type) {
  const auto found = std::find_if(rows.begin(), rows.end(), [type](const Vendor& row) { return row.name == type; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace headgate::providers
