// The members of a request that have a word in chat::Request, or are not the model's business.
#pragma once

#include <algorithm>
#include <string_view>

namespace headgate::dialects::chat_completions {

inline constexpr std::string_view known_members[] = {"model",
                                                     "messages",
                                                     "models",
                                                     "provider",
                                                     "stream",
                                                     "stream_options",
                                                     "tools",
                                                     "functions",
                                                     "tool_choice",
                                                     "function_call",
                                                     "response_format",
                                                     "reasoning_effort",
                                                     "reasoning",
                                                     "max_tokens",
                                                     "max_completion_tokens",
                                                     "temperature",
                                                     "top_p",
                                                     "top_k",
                                                     "n",
                                                     "stop",
                                                     "seed",
                                                     "presence_penalty",
                                                     "logprobs",
                                                     "frequency_penalty",
                                                     "top_logprobs",
                                                     "user",
                                                     "safety_identifier",
                                                     "metadata",
                                                     "service_tier",
                                                     "prompt_cache_key",
                                                     "verbosity",
                                                     "store",
                                                     "headgate_extras",
                                                     "parallel_tool_calls"};

// `models` and `provider` tell the gateway where to ask; they end there.
inline constexpr std::string_view gateway_members[] = {"models", "provider"};

template <std::size_t count>
bool is_among(const std::string_view (&names)[count], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace headgate::dialects::chat_completions
