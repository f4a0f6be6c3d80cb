// One question to a model, in no provider's words. What a field leaves open the provider decides.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "headgate/chat/message.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::chat {

struct Tool {
  std::string name;
  std::string description;
  Json parameters;  // a JSON schema; empty: takes nothing. Of a custom tool its format, empty: free text
  std::optional<bool> strict;
  bool custom = false;  // takes text, not JSON
  std::optional<CacheTime> remember;
  bool operator==(const Tool&) const = default;
};

struct ToolChoice {
  enum class Mode : std::uint8_t { none, automatic, required };
  Mode mode = Mode::automatic;
  std::vector<std::string> only;  // of these tools; empty: of all. One and `required`: that one
  bool operator==(const ToolChoice&) const = default;
};

struct Format {
  Json schema;  // empty: any JSON object
  std::string name;
  std::string description;
  std::optional<bool> strict;
  bool operator==(const Format&) const = default;
};

enum class Effort : std::uint8_t { none, minimal, low, medium, high, xhigh, max };
inline constexpr std::array<std::string_view, 7> effort_names{"none", "minimal", "low", "medium",
                                                              "high", "xhigh",   "max"};

struct Thinking {
  std::optional<Effort> effort;
  std::optional<core::Tokens> budget;  // of tokens
  std::optional<bool> shown;           // whether the thoughts are wanted in the answer
  std::string summary;                 // "auto", "concise", "detailed"; empty: not asked for
  bool operator==(const Thinking&) const = default;
};

// A member of the client's body that has no word here, by its path in that body: "context_management",
// "tools[2]". The value is there for the dialect it came from.
struct Extra {
  std::string path;
  Json value;
  bool operator==(const Extra&) const = default;
};

struct Request {
  std::string model;
  bool stream = false;
  bool wants_usage = false;  // in the stream; dialects that always tell it set it

  std::vector<Message> messages;  // instructions (system, developer) where they stood, mostly in front
  std::vector<Tool> tools;
  std::optional<ToolChoice> tool_choice;
  std::optional<bool> parallel_tools;
  std::optional<Format> format;
  std::optional<Thinking> thinking;

  std::optional<core::Tokens> max_tokens;  // of the answer, reasoning included
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::uint64_t> top_k;
  std::optional<std::uint64_t> answers;  // `n`
  std::vector<std::string> stop;
  std::optional<std::int64_t> seed;
  std::optional<double> presence_penalty;
  std::optional<double> frequency_penalty;
  std::optional<bool> logprobs;
  std::optional<std::uint64_t> top_logprobs;

  std::string user;  // who of the client's own users asks
  std::vector<std::pair<std::string, std::string>> metadata;
  std::string service_tier;
  std::string cache_key;  // of the prompt cache
  std::string verbosity;
  std::optional<bool> store;

  std::vector<Extra> extras;
  bool operator==(const Request&) const = default;
};

}  // namespace headgate::chat
