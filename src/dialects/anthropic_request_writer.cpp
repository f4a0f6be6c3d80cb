#include <algorithm>
#include <utility>

#include "anthropic_turns.hpp"
#include "anthropic_words.hpp"
#include "headgate/dialects/anthropic.hpp"
#include "headgate/dialects/unsaid.hpp"

namespace headgate::dialects::anthropic {
namespace {

using chat::Effort;
using chat::Role;
using core::Result;
using core::Tokens;
using Mode = chat::ToolChoice::Mode;

constexpr std::string_view json_only = "Answer with one JSON object and nothing else.";
constexpr Tokens least_budget = 1024;

// Members of other dialects that change no answer.
constexpr std::string_view harmless[] = {"stream_options", "prompt_cache_options", "prompt_cache_retention",
                                         "prediction",     "moderation",           "background"};

// The share of an answer that an effort spends on thoughts, in percent: as OpenRouter counts.
Tokens share_of(Effort effort) {
  switch (effort) {
    case Effort::none: return 0;
    case Effort::minimal: return 10;
    case Effort::low: return 20;
    case Effort::medium: return 50;
    case Effort::high: return 80;
    default: return 95;
  }
}

std::string_view effort_word(Effort effort) {
  return chat::effort_names[static_cast<std::size_t>(std::max(effort, Effort::low))];
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos; }

template <typename Value>
bool holds(const chat::Part& part) {
  return std::holds_alternative<Value>(part.value);
}

// Whether results answer a turn whose calls were made without thoughts that can be handed back: models
// told to think refuse to go on from there.
bool goes_on_without_thoughts(const std::vector<chat::Message>& messages) {
  const auto last = std::ranges::find(messages.rbegin(), messages.rend(), Role::assistant, &chat::Message::role);
  if (last == messages.rend() || last == messages.rbegin()) return false;
  auto first = last;
  while (std::next(first) != messages.rend() && std::next(first)->role == Role::assistant) ++first;
  const bool called = std::any_of(last, std::next(first), [](const chat::Message& message) {
    return std::ranges::any_of(message.parts, holds<chat::ToolCall>);
  });
  if (!called) return false;
  for (const auto& part : first->parts) {
    return !is_own_thought(part);
  }
  return true;
}

class RequestWriter {
 public:
  RequestWriter(const chat::Request& request, const Words& words, std::size_t skipped_marks)
      : request_(request), words_(words), marks_(skipped_marks), json_(written_.body) {}

  Result<Written> write() {
    if (auto said = check(); said.has_error()) return said.error();
    decide_thinking();
    json_.begin_object();
    write_head();
    write_tools_first();
    if (refused_) return *refused_;
    write_tool_choice();
    write_stop();
    if (!request_.user.empty()) json_.name("metadata").begin_object().member("user_id", request_.user).end_object();
    write_sampling();
    write_thinking();
    write_output_config();
    write_service_tier();
    if (request_.stream) json_.member("stream", true);
    json_.end_object();
    return std::move(written_);
  }

  std::size_t marks() const { return marks_.asked(); }

 private:
  void tell(std::string_view what) { tell_once(written_.changed, what); }

  Result<void> check() {
    if (request_.answers.value_or(1) > 1) return cannot_say("n");
    if (request_.logprobs.value_or(false)) return cannot_say("logprobs");
    if (request_.top_logprobs.value_or(0) > 0) return cannot_say("top_logprobs");
    if (request_.seed) return cannot_say("seed");
    if (request_.presence_penalty.value_or(0) != 0) return cannot_say("presence_penalty");
    if (request_.frequency_penalty.value_or(0) != 0) return cannot_say("frequency_penalty");
    if (!request_.verbosity.empty() && request_.verbosity != "medium") return cannot_say("verbosity");
    for (std::size_t i = 0; i < request_.tools.size(); ++i)
      if (request_.tools[i].custom) return cannot_say("tools[" + std::to_string(i) + "]");
    const auto last = std::ranges::find_if(request_.messages.rbegin(), request_.messages.rend(),
                                           [](const auto& message) { return !message.parts.empty(); });
    if (!words_.prefill && last != request_.messages.rend() && last->role == Role::assistant)
      return cannot_say("messages[" + std::to_string(request_.messages.rend() - last - 1) + "]");
    if (!request_.metadata.empty()) tell("metadata");
    if (!request_.cache_key.empty()) tell("prompt_cache_key");
    if (request_.store.value_or(false)) tell("store");
    return leave_behind(request_.extras, harmless, written_.changed);
  }

  bool forces_tools() const {
    return !request_.tools.empty() && request_.tool_choice && request_.tool_choice->mode == Mode::required;
  }

  // Thoughts count into `max_tokens` here as everywhere, but must leave something of it.
  void decide_thinking() {
    max_tokens_ = request_.max_tokens.value_or(words_.max_tokens);
    if (!request_.thinking || request_.thinking->effort == Effort::none) return;
    const auto& asked = *request_.thinking;
    thinks_ = !forces_tools() && !goes_on_without_thoughts(request_.messages);
    if (!thinks_) return tell("thinking");
    if (!words_.manual_budget) return;
    if (asked.budget && *asked.budget >= max_tokens_ && !request_.max_tokens) max_tokens_ += *asked.budget;
    const auto effort = asked.effort.value_or(Effort::high);
    budget_ = std::max(least_budget, asked.budget.value_or(max_tokens_ / 100 * share_of(effort)));
    if (budget_ < max_tokens_) return;
    thinks_ = false;
    tell("thinking");
  }

  void write_head() {
    if (words_.in_url)
      json_.member("anthropic_version", words_.version);
    else
      json_.member("model", request_.model);
    json_.member("max_tokens", max_tokens_);
  }

  // Marks are counted in the order in which a prompt is remembered: tools, instructions, turns.
  void write_tools_first() {
    write_tools();
    Turns turns(json_, marks_, written_.changed);
    const bool any_object = request_.format && request_.format->schema.empty();
    if (any_object) tell("response_format");
    turns.write_system(request_.messages, any_object ? json_only : std::string_view());
    turns.write(request_.messages);
    refused_ = turns.refused();
  }

  bool is_allowed(const chat::Tool& tool) const {
    if (!request_.tool_choice || request_.tool_choice->only.empty() || names_one()) return true;
    return std::ranges::find(request_.tool_choice->only, tool.name) != request_.tool_choice->only.end();
  }

  bool names_one() const {
    return request_.tool_choice->mode == Mode::required && request_.tool_choice->only.size() == 1;
  }

  void write_tools() {
    if (request_.tools.empty()) return;
    json_.name("tools").begin_array();
    for (const auto& tool : request_.tools) {
      if (!is_allowed(tool)) continue;
      json_.begin_object().member("name", tool.name);
      if (!tool.description.empty()) json_.member("description", tool.description);
      json_.raw_member("input_schema", tool.parameters.empty() ? R"({"type":"object"})" : tool.parameters);
      if (tool.strict) json_.member("strict", *tool.strict);
      marks_.write(json_, tool.remember);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_tool_choice() {
    const bool one_by_one = request_.parallel_tools == false;
    if (request_.tools.empty() || (!request_.tool_choice && !one_by_one)) return;
    const auto mode = request_.tool_choice ? request_.tool_choice->mode : Mode::automatic;
    json_.name("tool_choice").begin_object();
    if (mode == Mode::none)
      json_.member("type", "none");
    else if (mode == Mode::automatic)
      json_.member("type", "auto");
    else if (names_one())
      json_.member("type", "tool").member("name", request_.tool_choice->only.front());
    else
      json_.member("type", "any");
    if (one_by_one && mode != Mode::none) json_.member("disable_parallel_tool_use", true);
    json_.end_object();
  }

  void write_stop() {
    const auto blanks = std::ranges::count_if(request_.stop, is_blank);
    if (blanks > 0) tell("stop");
    if (static_cast<std::size_t>(blanks) == request_.stop.size()) return;
    json_.name("stop_sequences").begin_array();
    for (const auto& stop : request_.stop)
      if (!is_blank(stop)) json_.string(stop);
    json_.end_array();
  }

  // Models that think take no other temperature than their own.
  void write_sampling() {
    const bool fixed = !words_.sampling || thinks_;
    write_probability("temperature", request_.temperature, fixed);
    write_probability("top_p", request_.top_p, fixed);
    if (!request_.top_k) return;
    if (fixed)
      tell("top_k");
    else
      json_.member("top_k", *request_.top_k);
  }

  void write_probability(std::string_view name, std::optional<double> value, bool fixed) {
    if (!value) return;
    if (fixed || *value > 1) tell(name);
    if (!fixed) json_.member(name, std::min(*value, 1.0));
  }

  void write_thinking() {
    if (!request_.thinking) return;
    const auto& asked = *request_.thinking;
    if (!thinks_) {
      if (asked.effort == Effort::none) json_.name("thinking").begin_object().member("type", "disabled").end_object();
      return;
    }
    json_.name("thinking").begin_object();
    if (words_.manual_budget)
      json_.member("type", "enabled").member("budget_tokens", budget_);
    else
      json_.member("type", "adaptive");
    if (asked.budget && (!words_.manual_budget || *asked.budget != budget_)) tell("thinking.budget_tokens");
    if (asked.shown || !asked.summary.empty())
      json_.member("display", asked.shown.value_or(true) ? "summarized" : "omitted");
    json_.end_object();
  }

  void write_output_config() {
    const bool effort = request_.thinking && request_.thinking->effort && !words_.manual_budget && thinks_;
    const bool schema = request_.format && !request_.format->schema.empty();
    if (!effort && !schema) return;
    json_.name("output_config").begin_object();
    if (effort) json_.member("effort", effort_word(*request_.thinking->effort));
    if (schema) {
      json_.name("format").begin_object().member("type", "json_schema");
      json_.raw_member("schema", request_.format->schema).end_object();
    }
    json_.end_object();
  }

  void write_service_tier() {
    if (request_.service_tier.empty()) return;
    if (request_.service_tier == "auto" || request_.service_tier == "default")
      json_.member("service_tier", request_.service_tier == "auto" ? "auto" : "standard_only");
    else
      tell("service_tier");
  }

  const chat::Request& request_;
  const Words& words_;
  Written written_;
  CacheMarks marks_;
  wire::JsonWriter json_;
  std::optional<core::Error> refused_;
  Tokens max_tokens_ = 0, budget_ = 0;
  bool thinks_ = false;
};

}  // namespace

Result<Written> write_request(const chat::Request& request, const Words& words) {
  RequestWriter writer(request, words, 0);
  auto written = writer.write();
  if (written.has_error() || writer.marks() <= CacheMarks::most) return written;
  written = RequestWriter(request, words, writer.marks() - CacheMarks::most).write();
  if (written.has_value()) tell_once(written->changed, "cache_control");
  return written;
}

}  // namespace headgate::dialects::anthropic
