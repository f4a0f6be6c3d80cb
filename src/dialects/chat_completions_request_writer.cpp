#include <algorithm>

#include "chat_completions_members.hpp"
#include "chat_completions_messages.hpp"
#include "chat_completions_pieces.hpp"
#include "chat_completions_thinking.hpp"
#include "headgate/dialects/unsaid.hpp"

namespace headgate::dialects::chat_completions {
namespace {

using chat::Request;
using chat::ToolChoice;

class RequestWriter {
 public:
  RequestWriter(const Request& request, const Words& words) : request_(request), words_(words), json_(written_.body) {}

  // Cheap prompts depend on it: what stays the same between questions stands in front.
  core::Result<Written> write() {
    json_.begin_object().member("model", request_.model);
    write_tools();
    json_.name("messages");
    if (auto fault = write_messages(json_, request_, words_, written_.changed)) return *std::move(fault);
    write_tool_choice();
    write_format();
    if (!write_thinking(json_, request_, words_, written_.changed)) refuse("reasoning_effort");
    write_limits();
    write_sampling();
    write_choices();
    write_about();
    write_stream();
    write_extras();
    if (fault_) return *std::move(fault_);
    json_.end_object();
    return std::move(written_);
  }

 private:
  bool all() const { return words_.keeps_all; }
  void refuse(std::string_view member) {
    if (!fault_) fault_ = cannot_say(member);
  }

  // A wish whose loss changes the answer.
  template <typename Value>
  void write_or_refuse(bool known, std::string_view name, const std::optional<Value>& value, Value nothing) {
    if (!value) return;
    if (all() || known)
      json_.member(name, *value);
    else if (*value != nothing)
      refuse(name);
  }

  // A wish that changes no answer.
  void write_or_leave(bool known, std::string_view name, const std::string& value) {
    if (value.empty()) return;
    if (all() || known)
      json_.member(name, value);
    else
      note(written_.changed, name);
  }

  bool is_offered(const chat::Tool& tool) const {
    if (all() || words_.allowed_tools || !request_.tool_choice || request_.tool_choice->only.size() < 2) return true;
    const auto& only = request_.tool_choice->only;
    return std::find(only.begin(), only.end(), tool.name) != only.end();
  }

  void write_tools() {
    bool any = false;
    for (const auto& tool : request_.tools) {
      if (!is_offered(tool)) continue;
      if (!any) json_.name("tools").begin_array();
      any = true;
      if (tool.custom && !all() && !words_.custom_tools) refuse("tools");
      write_tool(tool);
    }
    if (any) json_.end_array();
  }

  void write_tool(const chat::Tool& tool) {
    const std::string_view type = tool.custom ? "custom" : "function";
    json_.begin_object().member("type", type).name(type).begin_object().member("name", tool.name);
    if (!tool.description.empty()) json_.member("description", tool.description);
    if (!tool.parameters.empty()) json_.raw_member(tool.custom ? "format" : "parameters", tool.parameters);
    if (tool.strict && (all() || words_.strict_tools)) json_.member("strict", *tool.strict);
    if (tool.strict.value_or(false) && !all() && !words_.strict_tools)
      note(written_.changed, "tools[].function.strict");
    json_.end_object();
    if (all() || words_.cache_marks == Words::CacheMarks::cache_control)
      write_mark(json_, tool.remember);
    else if (tool.remember)
      note(written_.changed, "cache_control");
    json_.end_object();
  }

  void write_tool_choice() {
    if (const auto parallel = request_.parallel_tools; all() || !request_.tools.empty())
      write_or_refuse(words_.parallel_tools, "parallel_tool_calls", parallel, true);
    if (!request_.tool_choice || (!all() && request_.tools.empty())) return;
    const auto& choice = *request_.tool_choice;
    const bool required = choice.mode == ToolChoice::Mode::required;
    json_.name("tool_choice");
    if (choice.mode == ToolChoice::Mode::none)
      json_.string("none");
    else if (required && choice.only.size() == 1)
      write_name(choice.only.front());
    else if (!choice.only.empty() && (all() || words_.allowed_tools))
      write_allowed_tools(choice);
    else
      write_mode(choice);
  }

  void write_mode(const ToolChoice& choice) {
    if (!choice.only.empty()) note(written_.changed, "tool_choice.allowed_tools");
    if (choice.mode == ToolChoice::Mode::required)
      json_.string(all() ? "required" : words_.required);
    else
      json_.string("auto");
  }

  void write_name(const std::string& name) {
    const auto tool = std::find_if(request_.tools.begin(), request_.tools.end(),
                                   [&](const chat::Tool& each) { return each.name == name; });
    const std::string_view type = tool != request_.tools.end() && tool->custom ? "custom" : "function";
    json_.begin_object().member("type", type).name(type).begin_object().member("name", name);
    json_.end_object().end_object();
  }

  void write_allowed_tools(const ToolChoice& choice) {
    json_.begin_object().member("type", "allowed_tools").name("allowed_tools").begin_object();
    json_.member("mode", choice.mode == ToolChoice::Mode::required ? "required" : "auto");
    json_.name("tools").begin_array();
    for (const auto& name : choice.only) write_name(name);
    json_.end_array().end_object().end_object();
  }

  void write_format() {
    if (!request_.format) return;
    const auto& format = *request_.format;
    if (format.schema.empty()) {
      json_.name("response_format").begin_object().member("type", "json_object").end_object();
      return;
    }
    if (!all() && !words_.schemas) return refuse("response_format");
    json_.name("response_format").begin_object().member("type", "json_schema").name("json_schema").begin_object();
    if (all() ? !format.name.empty() : true) json_.member("name", format.name.empty() ? "answer" : format.name);
    if (!format.description.empty()) json_.member("description", format.description);
    json_.raw_member("schema", format.schema);
    if (format.strict) json_.member("strict", *format.strict);
    json_.end_object().end_object();
  }

  void write_limits() {
    if (request_.max_tokens) json_.member(all() ? "max_completion_tokens" : words_.max_tokens, *request_.max_tokens);
    if (request_.stop.empty()) return;
    json_.name("stop").begin_array();
    for (const auto& stop : request_.stop) json_.string(stop);
    json_.end_array();
  }

  void write_sampling() {
    if (request_.temperature) json_.member("temperature", *request_.temperature);
    if (request_.top_p) json_.member("top_p", *request_.top_p);
    if (request_.top_k && !all() && !words_.top_k)
      refuse("top_k");
    else if (request_.top_k)
      json_.member("top_k", *request_.top_k);
    if (request_.seed && !all() && words_.seed.empty())
      refuse("seed");
    else if (request_.seed)
      json_.member(all() ? "seed" : words_.seed, *request_.seed);
    write_or_refuse(words_.penalties, "presence_penalty", request_.presence_penalty, 0.0);
    write_or_refuse(words_.penalties, "frequency_penalty", request_.frequency_penalty, 0.0);
  }

  void write_choices() {
    write_or_refuse(words_.several_answers, "n", request_.answers, std::uint64_t{1});
    write_or_refuse(words_.logprobs, "logprobs", request_.logprobs, false);
    write_or_refuse(words_.logprobs, "top_logprobs", request_.top_logprobs, std::uint64_t{0});
  }

  void write_user() {
    const auto name = all() ? std::string_view("user") : words_.user;
    if (request_.user.empty()) return;
    if (!all() && (name.empty() || request_.user.size() > words_.longest_user)) return note(written_.changed, "user");
    json_.member(name, request_.user);
  }

  void write_about() {
    write_user();
    if (!request_.metadata.empty() && !all() && !words_.metadata)
      note(written_.changed, "metadata");
    else if (!request_.metadata.empty())
      write_metadata();
    write_or_leave(words_.service_tier, "service_tier", request_.service_tier);
    write_or_leave(words_.cache_key, "prompt_cache_key", request_.cache_key);
    write_or_leave(words_.verbosity, "verbosity", request_.verbosity);
    if (!request_.store) return;
    if (all() || words_.store)
      json_.member("store", *request_.store);
    else if (*request_.store)
      note(written_.changed, "store");
  }

  // Names are the client's own and may need escapes.
  void write_metadata() {
    std::string object = "{";
    for (const auto& [name, value] : request_.metadata) {
      if (object.size() > 1) object += ',';
      wire::append_json_string(object, name);
      object += ':';
      wire::append_json_string(object, value);
    }
    json_.raw_member("metadata", object += '}');
  }

  // The gateway wants to know what was used, whether or not the client does.
  void write_stream() {
    if (request_.stream) json_.member("stream", true);
    if (all() ? request_.wants_usage : request_.stream && words_.stream_options)
      json_.name("stream_options").begin_object().member("include_usage", true).end_object();
  }

  void write_extras() {
    if (all()) return write_all_extras();
    std::vector<chat::Extra> unknown;
    for (const auto& extra : request_.extras) {
      if (is_among(gateway_members, extra.path)) continue;
      if (std::find(words_.extras.begin(), words_.extras.end(), extra.path) != words_.extras.end())
        json_.raw_member(extra.path, extra.value);
      else
        unknown.push_back(extra);
    }
    if (const auto left = leave_behind(unknown, harmless_extras, written_.changed); !left && !fault_)
      fault_ = left.error();
  }

  // Members of a name that means nothing here stand where policy looks for them; the rest is listed.
  void write_all_extras() {
    const auto& extras = request_.extras;
    std::size_t at = 0;
    for (; at < extras.size() && is_member(at); ++at) json_.raw_member(extras[at].path, extras[at].value);
    if (at == extras.size()) return;
    json_.name("headgate_extras").begin_array();
    for (; at < extras.size(); ++at) {
      json_.begin_object().member("path", extras[at].path);
      json_.raw_member("value", extras[at].value).end_object();
    }
    json_.end_array();
  }

  bool is_member(std::size_t at) const {
    const auto& extra = request_.extras[at];
    const auto is_plain = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    };
    for (std::size_t i = 0; i < at; ++i)
      if (request_.extras[i].path == extra.path) return false;
    if (extra.path.empty() || extra.value == "null") return false;
    if (is_among(known_members, extra.path) && !is_among(gateway_members, extra.path)) return false;
    return std::all_of(extra.path.begin(), extra.path.end(), is_plain);
  }

  const Request& request_;
  const Words& words_;
  Written written_;
  JsonWriter json_;
  Fault fault_;
};

}  // namespace

core::Result<Written> write_request(const Request& request, const Words& words) {
  return RequestWriter(request, words).write();
}

}  // namespace headgate::dialects::chat_completions
