#include <algorithm>
#include <array>

#include "headgate/dialects/responses.hpp"
#include "responses_items.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::ToolChoice;
using core::Result;
using wire::JsonValue;

// Read here or by read_state, or of no meaning to an answer: padding of a stream, the sides of a cut that no model
// here makes, and limits on tools that the gateway does not run.
constexpr std::array<std::string_view, 26> understood{"model",
                                                      "input",
                                                      "instructions",
                                                      "tools",
                                                      "tool_choice",
                                                      "parallel_tool_calls",
                                                      "max_output_tokens",
                                                      "temperature",
                                                      "top_p",
                                                      "top_logprobs",
                                                      "text",
                                                      "reasoning",
                                                      "include",
                                                      "store",
                                                      "previous_response_id",
                                                      "conversation",
                                                      "background",
                                                      "metadata",
                                                      "service_tier",
                                                      "stream",
                                                      "stream_options",
                                                      "user",
                                                      "safety_identifier",
                                                      "prompt_cache_key",
                                                      "prompt_cache_retention",
                                                      "max_tool_calls"};

// What may be included without a word: it is always told, or is about tools that are extras themselves.
constexpr std::array<std::string_view, 7> included{"reasoning.encrypted_content",
                                                   "message.input_image.image_url",
                                                   "file_search_call.results",
                                                   "web_search_call.results",
                                                   "web_search_call.action.sources",
                                                   "code_interpreter_call.outputs",
                                                   "computer_call_output.output.image_url"};
constexpr std::string_view included_logprobs = "message.output_text.logprobs";

template <typename List>
bool has(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

class RequestReader {
 public:
  explicit RequestReader(JsonValue body) : body_(body, {}, complaint_), items_(complaint_, Arguments::checked) {}

  Result<chat::Request> read(JsonValue body) {
    if (!body.is_object()) return core::Error(core::Code::invalid_request, "The request must be a JSON object.");
    read_scalars();
    read_conversation();
    read_tools();
    read_tool_choice();
    read_text();
    read_reasoning();
    read_include();
    read_rest(body);
    if (complaint_.error()) return *complaint_.error();
    return std::move(request_);
  }

 private:
  using Arguments = ItemReader::Arguments;

  void extra(std::string path, JsonValue value) {
    request_.extras.push_back({std::move(path), std::string(value.source())});
  }

  void read_scalars() {
    request_.model = body_.needed_text("model");
    request_.stream = body_.flag("stream").value_or(false);
    request_.wants_usage = true;
    request_.parallel_tools = body_.flag("parallel_tool_calls");
    request_.max_tokens = body_.count("max_output_tokens");
    request_.temperature = body_.number("temperature");
    request_.top_p = body_.number("top_p");
    request_.top_logprobs = body_.count("top_logprobs");
    request_.user = body_.text("safety_identifier");
    if (auto user = body_.text("user"); request_.user.empty()) request_.user = std::move(user);
    request_.service_tier = body_.text("service_tier");
    request_.cache_key = body_.text("prompt_cache_key");
    request_.store = body_.flag("store");
    for (const auto [name, value] : body_.object("metadata").members()) {
      if (!value.is_string()) complaint_.at("metadata." + name.string(), "a string");
      request_.metadata.emplace_back(name.string(), value.string());
    }
    (void)body_.text("previous_response_id");
    (void)body_.flag("background");
  }

  void read_conversation() {
    if (auto text = body_.text("instructions"); body_["instructions"].is_string())
      request_.messages.push_back({chat::Role::developer, {}, {chat::text_part(std::move(text))}});
    const auto input = body_["input"];
    if (input.is_string()) {
      request_.messages.push_back({chat::Role::user, {}, {chat::text_part(input.string())}});
    } else if (input.is_array()) {
      std::size_t index = 0;
      for (const auto item : input.items()) items_.add(item, nth("input", index++));
      for (auto& message : items_.take_messages()) request_.messages.push_back(std::move(message));
      for (auto& left : items_.take_extras()) request_.extras.push_back(std::move(left));
    } else if (!body_["prompt"].is_set()) {
      complaint_.at("input", "a string or an array of items");
    }
  }

  void read_tools() {
    std::size_t index = 0;
    for (const auto tool : body_.list("tools").items()) {
      const auto path = nth("tools", index++);
      const auto type = tool["type"];
      if (!tool.is_object())
        complaint_.at(path, "an object");
      else if (type.is("function") || type.is("custom"))
        read_tool(Fields(tool, path, complaint_), tool, type.is("custom"));
      else
        extra(path, tool);
    }
  }

  void read_tool(const Fields& fields, JsonValue value, bool custom) {
    chat::Tool tool;
    tool.name = fields.needed_text("name");
    tool.description = fields.text("description");
    tool.parameters = fields.object(custom ? "format" : "parameters").source();
    tool.strict = fields.flag("strict");
    tool.custom = custom;
    if (const auto mark = value["cache_control"]; mark.is_object())
      tool.remember = mark["ttl"].is("1h") ? chat::CacheTime::one_hour : chat::CacheTime::five_minutes;
    request_.tools.push_back(std::move(tool));
    // Who may call it and whether it is shown at once: not everybody, and not.
    for (const std::string_view name : {"allowed_callers", "defer_loading"})
      if (const auto said = value[name]; said.is_set() && said.boolean() != false) extra(fields.path_of(name), said);
  }

  void read_tool_choice() {
    const auto choice = body_["tool_choice"];
    if (!choice.is_set()) return;
    if (choice.is("none"))
      request_.tool_choice = {ToolChoice::Mode::none, {}};
    else if (choice.is("auto"))
      request_.tool_choice = {ToolChoice::Mode::automatic, {}};
    else if (choice.is("required"))
      request_.tool_choice = {ToolChoice::Mode::required, {}};
    else if (!choice.is_object())
      complaint_.at("tool_choice", "\"none\", \"auto\", \"required\" or an object");
    else if (choice["type"].is("function") || choice["type"].is("custom"))
      request_.tool_choice = {ToolChoice::Mode::required, {body_.fields("tool_choice").needed_text("name")}};
    else if (choice["type"].is("allowed_tools"))
      read_allowed_tools(choice);
    else
      extra("tool_choice", choice);
  }

  void read_allowed_tools(JsonValue choice) {
    ToolChoice allowed;
    if (choice["mode"].is("required")) allowed.mode = ToolChoice::Mode::required;
    for (const auto tool : choice["tools"].items()) {
      if (!tool["name"].is_string()) return extra("tool_choice", choice);
      allowed.only.push_back(tool["name"].string());
    }
    request_.tool_choice = std::move(allowed);
  }

  void read_text() {
    const auto text = body_.fields("text");
    request_.verbosity = text.text("verbosity");
    const auto format = text.fields("format");
    const auto type = format["type"];
    if (!type.is_set() || type.is("text")) return;
    if (type.is("json_object")) {
      request_.format.emplace();
    } else if (type.is("json_schema")) {
      request_.format = {std::string(format.object("schema").source()), format.needed_text("name"),
                         format.text("description"), format.flag("strict")};
      if (!format["schema"].is_set()) complaint_.at("text.format.schema", "an object");
    } else {
      extra("text.format", text["format"]);
    }
  }

  void read_reasoning() {
    if (!body_["reasoning"].is_set()) return;
    const auto reasoning = body_.fields("reasoning");
    chat::Thinking thinking;
    if (const auto effort = reasoning.text("effort"); !effort.empty()) {
      const auto at = std::find(chat::effort_names.begin(), chat::effort_names.end(), effort);
      if (at == chat::effort_names.end())
        complaint_.at("reasoning.effort", "none, minimal, low, medium, high, xhigh or max");
      else
        thinking.effort = static_cast<chat::Effort>(at - chat::effort_names.begin());
    }
    thinking.summary = reasoning.text("summary");
    if (thinking.summary.empty()) thinking.summary = reasoning.text("generate_summary");
    if (!thinking.summary.empty()) thinking.shown = true;
    if (thinking != chat::Thinking{}) request_.thinking = std::move(thinking);
    for (const std::string_view name : {"mode", "context"})
      if (const auto said = reasoning[name]; said.is_set() && !said.is("auto") && !said.is("standard"))
        extra(reasoning.path_of(name), said);
  }

  void read_include() {
    std::size_t index = 0;
    for (const auto item : body_.list("include").items()) {
      const auto name = item.string();
      if (name == included_logprobs)
        request_.logprobs = true;
      else if (!has(included, name))
        extra(nth("include", index), item);
      ++index;
    }
  }

  void read_rest(JsonValue body) {
    for (const auto [name, value] : body.members()) {
      auto member = name.string();
      if (has(understood, member) || !value.is_set()) continue;
      // To refuse what is too long is what everybody does.
      if (member == "truncation" && value.is("disabled")) continue;
      extra(std::move(member), value);
    }
  }

  Complaint complaint_;
  Fields body_;
  ItemReader items_;
  chat::Request request_;
};

}  // namespace

Result<chat::Request> read_request(JsonValue body) { return RequestReader(body).read(body); }

}  // namespace headgate::dialects::responses
