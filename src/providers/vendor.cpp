#include "headgate/providers/vendor.hpp"

#include <algorithm>
#include <array>

namespace headgate::providers {
namespace {

constexpr bool key = true, no_key = false;
constexpr bool usage_on_request = true, no_stream_options = false;

constexpr std::array rows{
    Vendor{"openai", "https://api.openai.com/v1", "OPENAI_API_KEY", key, usage_on_request},
    Vendor{"deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", key, usage_on_request},
    // Mistral's schema of 2026-08 has no stream_options and refuses unknown members.
    Vendor{"mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", key, no_stream_options},
    Vendor{"qwen", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "DASHSCOPE_API_KEY", key,
           usage_on_request},
    Vendor{"groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", key, usage_on_request},
    // Together's schema of 2026-04 has none either; its last chunk carries usage.
    Vendor{"together", "https://api.together.xyz/v1", "TOGETHER_API_KEY", key, no_stream_options},
    Vendor{"fireworks", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY", key, usage_on_request},
    Vendor{"xai", "https://api.x.ai/v1", "XAI_API_KEY", key, usage_on_request},
    Vendor{"openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", key, usage_on_request},
    Vendor{"ollama", "http://127.0.0.1:11434/v1", "", no_key, usage_on_request},
    Vendor{"vllm", "http://127.0.0.1:8000/v1", "", no_key, usage_on_request},
    Vendor{"openai_compatible", "", "", no_key, usage_on_request},
    Vendor{"simulated", "", "", no_key, usage_on_request},
};

}  // namespace

std::span<const Vendor> vendors() { return rows; }

const Vendor* find_vendor(std::string_view type) {
  const auto found = std::find_if(rows.begin(), rows.end(), [type](const Vendor& row) { return row.name == type; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace headgate::providers
