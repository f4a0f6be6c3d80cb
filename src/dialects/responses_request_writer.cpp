#include <algorithm>

#include "headgate/dialects/responses.hpp"
#include "headgate/dialects/unsaid.hpp"
#include "responses_item_writer.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Effort;
using chat::ToolChoice;
using core::Result;

// What changes the cost or the pace of an answer, not the answer.
constexpr std::string_view harmless[] = {"cache_control", "prediction", "prompt_cache_options",
                                         "prompt_cache_retention", "stream_options"};

// Budgets of thinking as efforts, by the table that Google publishes for its own.
Effort effort_of(core::Tokens budget) {
  if (budget == 0) return Effort::none;
  if (budget <= 1024) return Effort::low;
  return budget <= 8192 ? Effort::medium : Effort::high;
}

// What has no member here and changes an answer; empty: nothing.
std::string_view unsaid_of(const chat::Request& request) {
  if (request.answers.value_or(1) != 1) return "n";
  if (!request.stop.empty()) return "stop";
  if (request.seed) return "seed";
  if (request.top_k) return "top_k";
  if (request.presence_penalty.value_or(0) != 0) return "presence_penalty";
  if (request.frequency_penalty.value_or(0) != 0) return "frequency_penalty";
  return {};
}

class RequestWriter {
 public:
  explicit RequestWriter(const chat::Request& request) : request_(request), json_(written_.body) {}

  Result<Written> write() {
    if (const auto unsaid = unsaid_of(request_); !unsaid.empty()) return cannot_say(unsaid);
    if (auto left = leave_behind(request_.extras, harmless, written_.changed); !left) return left.error();
    json_.begin_object().member("model", request_.model);
    if (auto said = write_input(); !said) return said.error();
    write_tools();
    write_tool_choice();
    if (request_.parallel_tools) json_.member("parallel_tool_calls", *request_.parallel_tools);
    write_text();
    write_thinking();
    write_scalars();
    write_include();
    write_metadata();
    // Here what nobody mentions would be stored; in every other dialect it would not.
    json_.member("store", request_.store.value_or(false));
    if (request_.stream) json_.member("stream", true);
    json_.end_object();
    return std::move(written_);
  }

 private:
  // The first instructions of a developer, if they are plain.
  const chat::Text* instructions() const {
    if (request_.messages.empty()) return nullptr;
    const auto& first = request_.messages.front();
    if (first.role != chat::Role::developer || first.parts.size() != 1 || !first.name.empty()) return nullptr;
    return std::get_if<chat::Text>(&first.parts.front().value);
  }

  Result<void> write_input() {
    const auto* text = instructions();
    if (text != nullptr) json_.member("instructions", text->text);
    if (text != nullptr && request_.messages.front().parts.front().remember)
      written_.changed.emplace_back("cache_control");
    json_.name("input").begin_array();
    InputWriter input(json_, written_.changed);
    for (std::size_t i = text == nullptr ? 0 : 1; i < request_.messages.size(); ++i) input.add(request_.messages[i]);
    json_.end_array();
    if (!input.unsaid().empty()) return cannot_say(input.unsaid());
    return {};
  }

  void write_tools() {
    if (request_.tools.empty()) return;
    json_.name("tools").begin_array();
    for (const auto& tool : request_.tools) {
      if (tool.remember) leave_out("cache_control");
      tool.custom ? write_custom(tool) : write_function(tool);
    }
    json_.end_array();
  }

  // Left open, `strict` would be true here and false everywhere else.
  void write_function(const chat::Tool& tool) {
    json_.begin_object().member("type", "function").member("name", tool.name);
    if (!tool.description.empty()) json_.member("description", tool.description);
    json_.raw_member("parameters", tool.parameters.empty() ? R"({"type":"object","properties":{}})"
                                                           : std::string_view(tool.parameters));
    json_.member("strict", tool.strict.value_or(false)).end_object();
  }

  void write_custom(const chat::Tool& tool) {
    json_.begin_object().member("type", "custom").member("name", tool.name);
    if (!tool.description.empty()) json_.member("description", tool.description);
    if (!tool.parameters.empty()) json_.raw_member("format", tool.parameters);
    json_.end_object();
  }

  std::string_view type_of(const std::string& name) const {
    const auto is_it = [&](const chat::Tool& tool) { return tool.name == name && tool.custom; };
    return std::any_of(request_.tools.begin(), request_.tools.end(), is_it) ? "custom" : "function";
  }

  void write_named(const std::string& name) {
    json_.begin_object().member("type", type_of(name)).member("name", name).end_object();
  }

  void write_tool_choice() {
    if (!request_.tool_choice) return;
    const auto& [mode, only] = *request_.tool_choice;
    json_.name("tool_choice");
    const bool required = mode == ToolChoice::Mode::required;
    if (mode == ToolChoice::Mode::none || only.empty()) {
      json_.string(required ? "required" : mode == ToolChoice::Mode::none ? "none" : "auto");
    } else if (required && only.size() == 1) {
      write_named(only.front());
    } else {
      json_.begin_object().member("type", "allowed_tools").member("mode", required ? "required" : "auto");
      json_.name("tools").begin_array();
      for (const auto& name : only) write_named(name);
      json_.end_array().end_object();
    }
  }

  void write_text() {
    if (!request_.format && request_.verbosity.empty()) return;
    json_.name("text").begin_object();
    if (request_.format) write_format(*request_.format);
    if (!request_.verbosity.empty()) json_.member("verbosity", request_.verbosity);
    json_.end_object();
  }

  void write_format(const chat::Format& format) {
    json_.name("format").begin_object().member("type", format.schema.empty() ? "json_object" : "json_schema");
    if (!format.schema.empty()) {
      json_.member("name", format.name.empty() ? "answer" : std::string_view(format.name));
      if (!format.description.empty()) json_.member("description", format.description);
      json_.raw_member("schema", format.schema).member("strict", format.strict.value_or(false));
    }
    json_.end_object();
  }

  void write_thinking() {
    if (!request_.thinking) return;
    const auto& thinking = *request_.thinking;
    auto effort = thinking.effort;
    if (thinking.budget) leave_out("thinking.budget");
    if (!effort && thinking.budget) effort = effort_of(*thinking.budget);
    const bool shown = thinking.shown.value_or(false);
    const std::string_view summary = thinking.summary.empty() && shown ? "auto" : std::string_view(thinking.summary);
    if (!effort && summary.empty()) return;
    json_.name("reasoning").begin_object();
    if (effort) json_.member("effort", chat::effort_names[static_cast<std::size_t>(*effort)]);
    if (!summary.empty()) json_.member("summary", summary);
    json_.end_object();
    thinks_ = effort != Effort::none;
  }

  void write_scalars() {
    if (request_.max_tokens) json_.member("max_output_tokens", *request_.max_tokens);
    if (request_.temperature) json_.member("temperature", *request_.temperature);
    if (request_.top_p) json_.member("top_p", *request_.top_p);
    if (request_.top_logprobs) json_.member("top_logprobs", *request_.top_logprobs);
    if (!request_.service_tier.empty()) json_.member("service_tier", request_.service_tier);
    if (!request_.cache_key.empty()) json_.member("prompt_cache_key", request_.cache_key);
    if (!request_.user.empty()) json_.member("safety_identifier", request_.user);
  }

  // Thoughts can be handed back only sealed, as nothing is stored; of a model that has none it is an error to ask.
  void write_include() {
    const bool sealed = thinks_ && !request_.store.value_or(false), logprobs = request_.logprobs.value_or(false);
    if (!sealed && !logprobs) return;
    json_.name("include").begin_array();
    if (sealed) json_.string("reasoning.encrypted_content");
    if (logprobs) json_.string("message.output_text.logprobs");
    json_.end_array();
  }

  void write_metadata() {
    if (request_.metadata.empty()) return;
    json_.name("metadata").begin_object();
    for (const auto& [name, value] : request_.metadata) {
      json_.string(name);
      written_.body += ':';
      json_.string(value);
    }
    json_.end_object();
  }

  void leave_out(std::string_view what) {
    auto& changed = written_.changed;
    if (std::find(changed.begin(), changed.end(), what) == changed.end()) changed.emplace_back(what);
  }

  const chat::Request& request_;
  Written written_;
  wire::JsonWriter json_;
  bool thinks_ = false;
};

}  // namespace

Result<Written> write_request(const chat::Request& request) { return RequestWriter(request).write(); }

}  // namespace headgate::dialects::responses
