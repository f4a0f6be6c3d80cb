#include <algorithm>
#include <array>

#include "bedrock_content.hpp"
#include "bedrock_marks.hpp"
#include "headgate/dialects/bedrock.hpp"
#include "headgate/dialects/unsaid.hpp"

namespace headgate::dialects::bedrock {
namespace {

using chat::Request;
using core::Result;
using Mode = chat::ToolChoice::Mode;

constexpr auto harmless = std::to_array<std::string_view>(
    {"safety_identifier", "prompt_cache_retention", "prompt_cache_options", "stream_options.include_obfuscation",
     "include", "truncation", "metadata.user_id", "cache_control"});

// A choice of tools as this service can make it.
struct Tools {
  std::vector<const chat::Tool*> offered;
  bool must = false;     // call one
  std::string_view one;  // this one
};

class RequestWriter {
 public:
  explicit RequestWriter(const Request& request) : request_(request), family_(family_of(request.model)) {}

  Result<Written> write() {
    if (auto can = check(); !can) return can.error();
    json_.begin_object();
    ContentWriter content(written_.body, family_, written_.changed);
    if (auto said = content.write(request_.messages); !said) return said.error();
    write_inference();
    if (auto said = write_tools(content); !said) return said.error();
    if (auto said = write_model_fields(); !said) return said.error();
    write_metadata();
    write_service_tier();
    write_output();
    json_.end_object();
    return std::move(written_);
  }

 private:
  void tell(std::string_view what) { bedrock::tell(written_.changed, what); }

  Result<void> check() {
    if (request_.answers.value_or(1) > 1) return cannot_say("n");
    if (request_.logprobs.value_or(false)) return cannot_say("logprobs");
    if (request_.presence_penalty.value_or(0) != 0) return cannot_say("presence_penalty");
    if (request_.frequency_penalty.value_or(0) != 0) return cannot_say("frequency_penalty");
    if (request_.format && request_.format->schema.empty()) return cannot_say("response_format");
    if (request_.seed) tell("seed");  // even where it is known it promises nothing
    if (!request_.cache_key.empty()) tell("prompt_cache_key");
    if (!request_.verbosity.empty()) tell("verbosity");
    if (request_.store.value_or(false)) tell("store");
    return leave_behind(request_.extras, harmless, written_.changed);
  }

  void write_share(std::string_view name, std::string_view ours, std::optional<double> value) {
    if (!value) return;
    const double nearest = std::clamp(*value, 0.0, 1.0);
    if (nearest != *value) tell(ours);
    json_.member(name, nearest);
  }

  void write_inference() {
    const bool stops = std::any_of(request_.stop.begin(), request_.stop.end(), [](auto& s) { return !s.empty(); });
    if (!request_.max_tokens && !request_.temperature && !request_.top_p && !stops) return;
    json_.name("inferenceConfig").begin_object();
    if (request_.max_tokens) json_.member("maxTokens", *request_.max_tokens);
    write_share("temperature", "temperature", request_.temperature);
    write_share("topP", "top_p", request_.top_p);
    if (stops) {
      json_.name("stopSequences").begin_array();
      for (const auto& stop : request_.stop)
        if (!stop.empty()) json_.string(stop);
      json_.end_array();
    }
    json_.end_object();
    asks_what_stopped_ = stops;
  }

  Result<Tools> choose() {
    Tools tools;
    const auto choice = request_.tool_choice.value_or(chat::ToolChoice{});
    for (const auto& tool : request_.tools)
      if (choice.only.empty() || std::find(choice.only.begin(), choice.only.end(), tool.name) != choice.only.end())
        tools.offered.push_back(&tool);
    tools.must = choice.mode == Mode::required;
    if (tools.offered.empty() && (tools.must || !choice.only.empty()) && choice.mode != Mode::none)
      return core::Error(core::Code::invalid_request, "`tool_choice` asks for a tool that `tools` does not hold.")
          .with_param("tool_choice");
    if (tools.must && choice.only.size() == 1) tools.one = tools.offered.front()->name;
    return tools;
  }

  // There is no word for "call nothing": without tools it goes without saying, but where calls were made
  // tools must be offered.
  Result<void> write_tools(ContentWriter& content) {
    auto tools = choose();
    if (!tools) return tools.error();
    if (request_.tool_choice && request_.tool_choice->mode == Mode::none) {
      if (!content.holds_calls()) return {};
      if (!tools->offered.empty()) tell("tool_choice");
    }
    if (tools->offered.empty()) {
      if (content.holds_calls()) write_called_tools(content.called());
      return {};
    }
    json_.name("toolConfig").begin_object().name("tools").begin_array();
    for (const auto* tool : tools->offered) {
      if (auto said = write_tool(*tool); !said) return said;
      content.write_cache_point(tool->remember);
    }
    json_.end_array();
    write_choice(*tools);
    json_.end_object();
    offers_tools_ = true;
    must_call_ = tools->must;
    return {};
  }

  Result<void> write_tool(const chat::Tool& tool) {
    const auto index = static_cast<std::size_t>(&tool - request_.tools.data());
    if (tool.custom || !is_tool_name(tool.name)) return cannot_say("tools[" + std::to_string(index) + "]");
    json_.begin_object().name("toolSpec").begin_object().member("name", tool.name);
    if (!tool.description.empty()) json_.member("description", tool.description);
    const std::string_view schema =
        tool.parameters.empty() ? R"({"type":"object","properties":{}})" : std::string_view(tool.parameters);
    json_.name("inputSchema").begin_object().raw_member("json", schema).end_object();
    if (tool.strict) json_.member("strict", *tool.strict);
    json_.end_object().end_object();
    return {};
  }

  // The conversation holds calls of tools that are offered no more.
  void write_called_tools(const std::vector<std::string>& called) {
    tell("tools");
    json_.name("toolConfig").begin_object().name("tools").begin_array();
    const std::vector<std::string> unknown{"unknown"};
    for (const auto& name : called.empty() ? unknown : called) {
      json_.begin_object().name("toolSpec").begin_object().member("name", name);
      json_.name("inputSchema").begin_object().raw_member("json", R"({"type":"object"})").end_object();
      json_.end_object().end_object();
    }
    json_.end_array().end_object();
  }

  void write_choice(const Tools& tools) {
    if (!request_.tool_choice || request_.tool_choice->mode == Mode::none) return;
    if (!tools.must && one_call_) return;  // said in the model's own words
    json_.name("toolChoice").begin_object();
    if (!tools.one.empty())
      json_.name("tool").begin_object().member("name", tools.one).end_object();
    else
      json_.name(tools.must ? "any" : "auto").begin_object().end_object();
    json_.end_object();
  }

  void begin_model_fields() {
    if (!has_model_fields_) json_.name("additionalModelRequestFields").begin_object();
    has_model_fields_ = true;
  }

  // What only some models take, in the words of each.
  Result<void> write_model_fields() {
    if (request_.top_k) write_top_k(*request_.top_k);
    if (one_call_ && offers_tools_) {
      if (family_ != Family::claude) return cannot_say("parallel_tool_calls");
      begin_model_fields();
      json_.name("tool_choice").begin_object();
      if (!must_call_) json_.member("type", "auto");  // said twice it would be refused
      json_.member("disable_parallel_tool_use", true).end_object();
    }
    if (request_.thinking)
      if (auto said = write_thinking(*request_.thinking); !said) return said;
    if (has_model_fields_) json_.end_object();
    if (asks_what_stopped_) json_.raw_member("additionalModelResponseFieldPaths", R"(["/stop_sequence"])");
    return {};
  }

  void write_top_k(std::uint64_t top_k) {
    begin_model_fields();
    if (family_ == Family::nova)
      json_.name("inferenceConfig").begin_object().member("topK", top_k).end_object();
    else
      json_.member("top_k", top_k);
  }

  Result<void> write_thinking(const chat::Thinking& thinking) {
    if (!thinking.summary.empty()) tell("reasoning.summary");
    const bool off = thinking.effort == chat::Effort::none;
    if (family_ == Family::claude) return write_claude_thinking(thinking, off), Result<void>();
    if (thinking.budget) return cannot_say("reasoning.max_tokens");
    if (thinking.shown) tell("reasoning.exclude");
    if (family_ == Family::nova) return write_nova_thinking(thinking, off), Result<void>();
    // The service has no word for none: what a model thinks unasked it goes on thinking.
    if (off) tell("reasoning_effort");
    return {};
  }

  void write_claude_thinking(const chat::Thinking& thinking, bool off) {
    const bool hidden = thinking.shown == false;
    if (!thinking.effort && !thinking.budget) return hidden ? tell("reasoning.exclude") : void();
    begin_model_fields();
    json_.name("thinking").begin_object();
    if (off && !thinking.budget)
      json_.member("type", "disabled");
    else if (thinking.budget)
      json_.member("type", "enabled").member("budget_tokens", *thinking.budget);
    else
      json_.member("type", "adaptive");
    if (hidden && !(off && !thinking.budget)) json_.member("display", "omitted");
    json_.end_object();
  }

  void write_nova_thinking(const chat::Thinking& thinking, bool off) {
    if (!thinking.effort) return;
    begin_model_fields();
    json_.name("reasoningConfig").begin_object().member("type", off ? "disabled" : "enabled");
    if (!off) json_.member("maxReasoningEffort", at_most_high(*thinking.effort));
    json_.end_object();
  }

  std::string_view at_most_high(chat::Effort effort) {
    if (effort > chat::Effort::high) tell("reasoning_effort");
    return service_word(std::min(effort, chat::Effort::high));
  }

  // "minimal" is said as "low".
  std::string_view service_word(chat::Effort effort) {
    if (effort == chat::Effort::minimal) tell("reasoning_effort");
    return chat::effort_names[static_cast<std::size_t>(std::max(effort, chat::Effort::low))];
  }

  static bool fits_metadata(std::string_view text, std::size_t least) {
    constexpr std::string_view marks = " \t\n\r\f\v:_@$#=/+,-.";
    return text.size() >= least && text.size() <= 256 && std::all_of(text.begin(), text.end(), [&](char c) {
             return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    marks.find(c) != marks.npos;
           });
  }

  // Written into the account's own logs of requests; what does not fit is left out.
  void write_metadata() {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    const auto add = [&](std::string_view key, std::string_view value, std::string_view what) {
      const bool twice = std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == key; });
      if (twice || pairs.size() == 16 || !fits_metadata(key, 1) || !fits_metadata(value, 0)) return tell(what);
      pairs.emplace_back(key, value);
    };
    if (!request_.user.empty()) add("user", request_.user, "user");
    for (const auto& [key, value] : request_.metadata) add(key, value, "metadata");
    if (pairs.empty()) return;
    json_.name("requestMetadata").begin_object();
    for (const auto& [key, value] : pairs) json_.string(key), written_.body += ':', json_.string(value);
    json_.end_object();
  }

  void write_service_tier() {
    std::string_view tier = request_.service_tier;
    if (tier.empty() || tier == "auto") return;
    if (tier == "fast") tier = "priority";
    if (tier == "standard" || tier == "standard_only") tier = "default";
    for (const std::string_view known : {"priority", "default", "flex", "reserved"})
      if (tier == known) return json_.name("serviceTier").begin_object().member("type", tier).end_object(), void();
    tell("service_tier");
  }

  void write_output() {
    const auto effort = request_.thinking ? request_.thinking->effort : std::nullopt;
    const bool says_effort = effort && *effort != chat::Effort::none && family_ != Family::nova;
    if (!request_.format && !says_effort) return;
    json_.name("outputConfig").begin_object();
    if (const auto& format = request_.format) {
      json_.name("textFormat").begin_object().member("type", "json_schema").name("structure").begin_object();
      json_.name("jsonSchema").begin_object().member("schema", format->schema);  // a text, not an object
      if (!format->name.empty()) json_.member("name", format->name);
      if (!format->description.empty()) json_.member("description", format->description);
      json_.end_object().end_object().end_object();
    }
    if (says_effort) json_.member("effort", service_word(*effort));
    json_.end_object();
  }

  const Request& request_;
  const Family family_;
  Written written_;
  wire::JsonWriter json_{written_.body};
  const bool one_call_ = request_.parallel_tools == false;
  bool offers_tools_ = false, must_call_ = false;
  bool has_model_fields_ = false;
  bool asks_what_stopped_ = false;
};

}  // namespace

Result<Written> write_request(const Request& request) {
  const auto fewer = with_fewer_marks(request);
  if (!fewer) return RequestWriter(request).write();
  auto written = RequestWriter(*fewer).write();
  if (written) tell(written->changed, "cache_control");
  return written;
}

}  // namespace headgate::dialects::bedrock
