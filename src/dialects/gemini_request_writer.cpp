#include <algorithm>
#include <array>
#include <limits>

#include "gemini_contents_writer.hpp"
#include "headgate/dialects/gemini.hpp"
#include "headgate/dialects/unsaid.hpp"

namespace headgate::dialects::gemini {
namespace {

using chat::Effort;
using core::Result;

constexpr std::size_t max_stop = 5;
constexpr core::Tokens max_number = std::numeric_limits<std::int32_t>::max();

// Members that go back to the dialect they came from, as they are.
constexpr std::array<std::string_view, 5> own{"safetySettings", "safety_settings", "cachedContent", "cached_content",
                                              "labels"};
// Members of other dialects that change no answer.
constexpr std::array<std::string_view, 4> harmless{"prediction", "prompt_cache_retention", "prompt_cache_options",
                                                   "safety_identifier"};
constexpr std::string_view of_generation = "generationConfig.";

bool is_own(const chat::Extra& extra) {
  if (std::ranges::find(own, extra.path) != own.end()) return true;
  if (!extra.path.starts_with(of_generation) || extra.path.size() == of_generation.size()) return false;
  return std::ranges::all_of(std::string_view(extra.path).substr(of_generation.size()), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

class RequestWriter {
 public:
  RequestWriter(const chat::Request& request, const Words& words)
      : request_(request), words_(words), json_(written_.body) {}

  Result<Written> write() {
    if (auto done = check(); done.has_error()) return done.error();
    json_.begin_object();
    if (auto done = write_conversation(json_, request_, words_, written_.changed); done.has_error())
      return done.error();
    if (auto done = write_tools(); done.has_error()) return done.error();
    write_tool_choice();
    write_generation();
    write_tier();
    for (const auto& extra : request_.extras)
      if (std::ranges::find(own, extra.path) != own.end()) json_.raw_member(extra.path, extra.value);
    json_.end_object();
    note_left_out();
    return std::move(written_);
  }

 private:
  Result<void> check() {
    std::vector<chat::Extra> foreign;
    std::ranges::copy_if(request_.extras, std::back_inserter(foreign),
                         [](const auto& extra) { return !is_own(extra); });
    if (request_.stop.size() > max_stop) return cannot_say("stop");
    if (request_.max_tokens.value_or(0) > max_number) return cannot_say("max_tokens");
    if (request_.top_k.value_or(0) > max_number) return cannot_say("top_k");
    if (request_.answers.value_or(0) > max_number) return cannot_say("n");
    if (request_.top_logprobs.value_or(0) > max_number) return cannot_say("top_logprobs");
    const auto seed = request_.seed.value_or(0);
    if (seed < std::numeric_limits<std::int32_t>::min() || seed > std::numeric_limits<std::int32_t>::max())
      return cannot_say("seed");
    return leave_behind(foreign, harmless, written_.changed);
  }

  Result<void> write_tools() {
    if (request_.tools.empty()) return {};
    json_.name("tools").begin_array().begin_object().name("functionDeclarations").begin_array();
    for (std::size_t i = 0; i < request_.tools.size(); ++i) {
      const auto& tool = request_.tools[i];
      if (tool.custom) return cannot_say("tools[" + std::to_string(i) + "]");
      if (tool.strict.value_or(false)) tell(written_.changed, "strict");
      if (tool.remember) tell(written_.changed, "cache_control");
      json_.begin_object().member("name", tool.name);
      if (!tool.description.empty()) json_.member("description", tool.description);
      if (!tool.parameters.empty()) json_.raw_member("parametersJsonSchema", tool.parameters);
      json_.end_object();
    }
    json_.end_array().end_object().end_array();
    return {};
  }

  std::string_view mode() const {
    using Mode = chat::ToolChoice::Mode;
    const auto& choice = *request_.tool_choice;
    if (choice.mode == Mode::none) return "NONE";
    if (choice.mode == Mode::required) return "ANY";
    return choice.only.empty() ? "AUTO" : "VALIDATED";
  }

  void write_tool_choice() {
    if (!request_.tool_choice) return;
    json_.name("toolConfig").begin_object().name("functionCallingConfig").begin_object().member("mode", mode());
    write_texts("allowedFunctionNames", request_.tool_choice->only);
    json_.end_object().end_object();
  }

  void write_texts(std::string_view name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    json_.name(name).begin_array();
    for (const auto& text : texts) json_.string(text);
    json_.end_array();
  }

  template <typename Value>
  void write_set(std::string_view name, const std::optional<Value>& value) {
    if (value) json_.member(name, *value);
  }

  void write_generation() {
    const auto before = written_.body.size();
    json_.name("generationConfig").begin_object();
    const auto empty = written_.body.size();
    write_set("maxOutputTokens", request_.max_tokens);
    write_set("temperature", request_.temperature);
    write_set("topP", request_.top_p);
    write_set("topK", request_.top_k);
    write_set("candidateCount", request_.answers);
    write_texts("stopSequences", request_.stop);
    write_set("seed", request_.seed);
    write_set("presencePenalty", request_.presence_penalty);
    write_set("frequencyPenalty", request_.frequency_penalty);
    write_set("responseLogprobs", request_.logprobs);
    write_set("logprobs", request_.top_logprobs);
    write_format();
    write_thinking();
    for (const auto& extra : request_.extras)
      if (extra.path.starts_with(of_generation) && is_own(extra))
        json_.raw_member(std::string_view(extra.path).substr(of_generation.size()), extra.value);
    if (written_.body.size() == empty)
      written_.body.resize(before);
    else
      json_.end_object();
  }

  void write_format() {
    if (!request_.format) return;
    json_.member("responseMimeType", "application/json");
    if (!request_.format->schema.empty()) json_.raw_member("responseJsonSchema", request_.format->schema);
  }

  void write_thinking() {
    if (!request_.thinking) return;
    const auto& thinking = *request_.thinking;
    const bool asked = thinking.effort || thinking.budget;
    auto shown = thinking.shown;
    if (!shown && !thinking.summary.empty()) shown = true;
    if (!asked && !shown) return;
    json_.name("thinkingConfig").begin_object();
    write_set("includeThoughts", shown);
    if (asked && words_.thinking_level)
      json_.member("thinkingLevel", level());
    else if (asked)
      json_.member("thinkingBudget", budget());
    json_.end_object();
  }

  // These models cannot be kept from thinking, nor be told a number.
  std::string_view level() {
    const auto& thinking = *request_.thinking;
    if (!thinking.effort) {
      tell(written_.changed, "thinking");
      if (*thinking.budget == 0) return "MINIMAL";
      return *thinking.budget <= 1024 ? "LOW" : *thinking.budget <= 8192 ? "MEDIUM" : "HIGH";
    }
    constexpr std::array<std::string_view, 7> levels{"MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"};
    if (*thinking.effort == Effort::none || *thinking.effort > Effort::high) tell(written_.changed, "reasoning_effort");
    return levels[static_cast<std::size_t>(*thinking.effort)];
  }

  // As the vendor itself reads an effort.
  core::Tokens budget() {
    const auto& thinking = *request_.thinking;
    if (thinking.budget) return std::min(*thinking.budget, max_number);
    constexpr std::array<core::Tokens, 7> budgets{0, 1024, 1024, 8192, 24576, 24576, 24576};
    if (*thinking.effort > Effort::high) tell(written_.changed, "reasoning_effort");
    return budgets[static_cast<std::size_t>(*thinking.effort)];
  }

  void write_tier() {
    const auto& tier = request_.service_tier;
    if (tier.empty() || tier == "auto") return;
    if (tier == "default" || tier == "standard" || tier == "standard_only")
      json_.member("serviceTier", "standard");
    else if (tier == "flex" || tier == "priority")
      json_.member("serviceTier", tier);
    else if (tier == "fast")
      json_.member("serviceTier", "priority");
    else
      tell(written_.changed, "service_tier");
  }

  void note_left_out() {
    auto& changed = written_.changed;
    if (request_.parallel_tools == false) tell(changed, "parallel_tool_calls");
    if (!request_.user.empty()) tell(changed, "user");
    if (!request_.metadata.empty()) tell(changed, "metadata");
    if (!request_.cache_key.empty()) tell(changed, "prompt_cache_key");
    if (!request_.verbosity.empty()) tell(changed, "verbosity");
    if (request_.store == true) tell(changed, "store");
  }

  const chat::Request& request_;
  const Words& words_;
  Written written_;
  wire::JsonWriter json_;
};

}  // namespace

Result<Written> write_request(const chat::Request& request, const Words& words) {
  return RequestWriter(request, words).write();
}

}  // namespace headgate::dialects::gemini
