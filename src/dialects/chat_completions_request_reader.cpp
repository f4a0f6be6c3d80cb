#include <charconv>

#include "chat_completions_members.hpp"
#include "chat_completions_messages.hpp"
#include "chat_completions_pieces.hpp"

namespace headgate::dialects::chat_completions {
namespace {

using chat::Request;
using chat::ToolChoice;

core::Error must_be(std::string_view name, std::string_view what) {
  return wrong(std::string(name), '`' + std::string(name) + "` must be " + std::string(what) + '.');
}

std::string raw(JsonValue value) { return std::string(value.source()); }

Fault read(JsonValue value, std::string_view name, std::string& text) {
  if (!value.is_string()) return must_be(name, "a string");
  text = value.string();
  return {};
}

Fault read(JsonValue value, std::string_view name, std::optional<bool>& flag) {
  flag = value.boolean();
  return flag ? Fault() : must_be(name, "true or false");
}

Fault read(JsonValue value, std::string_view name, bool& flag) {
  std::optional<bool> read_flag;
  auto fault = read(value, name, read_flag);
  flag = read_flag.value_or(false);
  return fault;
}

Fault read(JsonValue value, std::string_view name, std::optional<std::uint64_t>& count) {
  count = value.count();
  return count ? Fault() : must_be(name, "a whole number that is not negative");
}

Fault read(JsonValue value, std::string_view name, std::optional<double>& number) {
  number = value.number();
  return number ? Fault() : must_be(name, "a number");
}

Fault read(JsonValue value, std::string_view name, std::optional<std::int64_t>& number) {
  const auto text = value.source();
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error != std::errc() || end != text.data() + text.size()) return must_be(name, "a whole number");
  number = whole;
  return {};
}

std::optional<chat::Effort> effort_of(JsonValue value) {
  for (std::size_t i = 0; i < chat::effort_names.size(); ++i)
    if (value.is(chat::effort_names[i])) return static_cast<chat::Effort>(i);
  return std::nullopt;
}

class RequestReader {
 public:
  core::Result<Request> read_all(JsonValue body) {
    if (!body.is_object()) return wrong("", "The body must be a JSON object.");
    for (const auto member : body.members()) {
      name_ = member.name.string(scratch_);
      if (!member.value.is_set()) continue;
      if (auto fault = read_member(member.value)) return *std::move(fault);
    }
    if (request_.model.empty()) return wrong("model", "`model` is missing.");
    if (request_.messages.empty()) return wrong("messages", "`messages` must be a non-empty list.");
    return std::move(request_);
  }

 private:
  Fault read_member(JsonValue value) {
    if (name_ == "messages") return read_messages(value, request_);
    if (name_ == "tools") return read_tools(value);
    if (name_ == "functions") return read_functions(value);
    if (name_ == "tool_choice") return read_tool_choice(value);
    if (name_ == "function_call") return read_function_call(value);
    if (name_ == "response_format") return read_format(value);
    if (name_ == "reasoning_effort") return read_effort(value);
    if (name_ == "reasoning") return read_reasoning(value);
    if (name_ == "stop") return read_stop(value);
    if (name_ == "metadata") return read_metadata(value);
    if (name_ == "stream_options") return read_stream_options(value);
    if (name_ == "headgate_extras") return read_extras(value);
    return read_setting(value);
  }

  Fault read_setting(JsonValue value) {
    auto& r = request_;
    if (name_ == "model") return read(value, name_, r.model);
    if (name_ == "stream") return read(value, name_, r.stream);
    if (name_ == "parallel_tool_calls") return read(value, name_, r.parallel_tools);
    if (name_ == "max_completion_tokens") return read(value, name_, r.max_tokens);
    if (name_ == "max_tokens") return r.max_tokens ? Fault() : read(value, name_, r.max_tokens);
    if (name_ == "temperature") return read(value, name_, r.temperature);
    if (name_ == "top_p") return read(value, name_, r.top_p);
    if (name_ == "top_k") return read(value, name_, r.top_k);
    if (name_ == "n") return read(value, name_, r.answers);
    if (name_ == "seed") return read(value, name_, r.seed);
    if (name_ == "presence_penalty") return read(value, name_, r.presence_penalty);
    if (name_ == "frequency_penalty") return read(value, name_, r.frequency_penalty);
    if (name_ == "logprobs") return read(value, name_, r.logprobs);
    if (name_ == "top_logprobs") return read(value, name_, r.top_logprobs);
    if (name_ == "safety_identifier") return read(value, name_, r.user);
    if (name_ == "user") return r.user.empty() ? read(value, name_, r.user) : Fault();
    if (name_ == "service_tier") return read(value, name_, r.service_tier);
    if (name_ == "prompt_cache_key") return read(value, name_, r.cache_key);
    if (name_ == "verbosity") return read(value, name_, r.verbosity);
    if (name_ == "store") return read(value, name_, r.store);
    if (!is_among(gateway_members, name_)) r.extras.push_back({std::string(name_), raw(value)});
    return {};
  }

  std::string nth(std::size_t index) const { return std::string(name_) + '[' + std::to_string(index) + ']'; }

  Fault read_tools(JsonValue list) {
    if (!list.is_array()) return must_be(name_, "a list");
    std::size_t index = 0;
    for (const auto item : list.items()) {
      const auto path = nth(index++);
      const bool custom = item["type"].is("custom");
      if (custom || item["type"].is("function")) {
        if (auto fault = read_tool(item[custom ? "custom" : "function"], path, custom)) return fault;
        request_.tools.back().remember = read_mark(item);
      } else if (item["type"].is_string()) {
        request_.extras.push_back({path, raw(item)});
      } else {
        return must_be(path + ".type", "function or custom");
      }
    }
    return {};
  }

  Fault read_tool(JsonValue said, const std::string& path, bool custom) {
    chat::Tool tool;
    tool.name = said["name"].string();
    if (tool.name.empty()) return must_be(path, "an object with the `name` of a tool");
    tool.description = said["description"].string();
    const auto schema = said[custom ? "format" : "parameters"];
    if (schema.is_set() && !schema.is_object()) return must_be(path + ".parameters", "an object");
    if (schema.is_set()) tool.parameters = raw(schema);
    if (!custom) tool.strict = said["strict"].boolean();
    tool.custom = custom;
    request_.tools.push_back(std::move(tool));
    return {};
  }

  Fault read_functions(JsonValue list) {
    std::size_t index = 0;
    for (const auto item : list.items())
      if (auto fault = read_tool(item, nth(index++), false)) return fault;
    return {};
  }

  Fault read_tool_choice(JsonValue value) {
    ToolChoice choice;
    const auto& type = value["type"];
    if (value.is("none")) {
      choice.mode = ToolChoice::Mode::none;
    } else if (value.is("required") || value.is("any")) {
      choice.mode = ToolChoice::Mode::required;
    } else if (type.is("allowed_tools")) {
      return read_allowed_tools(value["allowed_tools"].is_set() ? value["allowed_tools"] : value);
    } else if (value.is_object()) {
      choice.mode = ToolChoice::Mode::required;
      choice.only.push_back(value[type.is("custom") ? "custom" : "function"]["name"].string());
      if (choice.only.front().empty()) return must_be(name_, "none, auto, required or name a tool");
    } else if (!value.is("auto")) {
      return must_be(name_, "none, auto, required or name a tool");
    }
    request_.tool_choice = std::move(choice);
    return {};
  }

  Fault read_allowed_tools(JsonValue value) {
    ToolChoice choice;
    if (value["mode"].is("required"))
      choice.mode = ToolChoice::Mode::required;
    else if (!value["mode"].is("auto"))
      return must_be("tool_choice.allowed_tools.mode", "auto or required");
    for (const auto tool : value["tools"].items()) {
      auto name = tool[tool["type"].is("custom") ? "custom" : "function"]["name"].string();
      if (name.empty()) return must_be("tool_choice.allowed_tools.tools", "a list that names tools");
      choice.only.push_back(std::move(name));
    }
    if (choice.only.empty()) return must_be("tool_choice.allowed_tools.tools", "a list that names tools");
    request_.tool_choice = std::move(choice);
    return {};
  }

  Fault read_function_call(JsonValue value) {
    ToolChoice choice;
    if (value.is("none")) {
      choice.mode = ToolChoice::Mode::none;
    } else if (value.is_object() && !value["name"].is_empty()) {
      choice.mode = ToolChoice::Mode::required;
      choice.only.push_back(value["name"].string());
    } else if (!value.is("auto")) {
      return must_be(name_, "none, auto or name a function");
    }
    if (!request_.tool_choice) request_.tool_choice = std::move(choice);
    return {};
  }

  Fault read_format(JsonValue value) {
    const auto type = value["type"];
    if (type.is("text")) return {};
    if (type.is("json_object")) return request_.format.emplace(), Fault();
    if (!type.is("json_schema")) {
      if (!type.is_string()) return must_be("response_format.type", "text, json_object or json_schema");
      request_.extras.push_back({"response_format", raw(value)});
      return {};
    }
    const auto said = value["json_schema"];
    if (!said.is_object() || (said["schema"].is_set() && !said["schema"].is_object()))
      return must_be("response_format.json_schema", "an object with a `schema`");
    request_.format = {said["schema"].is_set() ? raw(said["schema"]) : "{}", said["name"].string(),
                       said["description"].string(), said["strict"].boolean()};
    return {};
  }

  chat::Thinking& thinking() { return request_.thinking ? *request_.thinking : request_.thinking.emplace(); }

  Fault read_effort(JsonValue value) {
    const auto effort = effort_of(value);
    if (!effort) return must_be(name_, "none, minimal, low, medium, high, xhigh or max");
    if (!thinking().effort) thinking().effort = effort;
    return {};
  }

  Fault read_reasoning(JsonValue value) {
    if (!value.is_object()) return must_be(name_, "an object");
    if (value["enabled"].boolean() == true) thinking();
    if (value["enabled"].boolean() == false) thinking().effort = chat::Effort::none;
    if (const auto effort = value["effort"]; effort.is_set()) {
      thinking().effort = effort_of(effort);
      if (!thinking().effort) return must_be("reasoning.effort", "none, minimal, low, medium, high, xhigh or max");
    }
    if (value["max_tokens"].is_set())
      if (auto fault = read(value["max_tokens"], "reasoning.max_tokens", thinking().budget)) return fault;
    if (const auto exclude = value["exclude"].boolean()) thinking().shown = !*exclude;
    if (value["summary"].is_string()) thinking().summary = value["summary"].string();
    return {};
  }

  Fault read_stop(JsonValue value) {
    if (value.is_string()) return request_.stop.push_back(value.string()), Fault();
    if (!value.is_array()) return must_be(name_, "a string or a list of strings");
    for (const auto item : value.items()) {
      if (!item.is_string()) return must_be(name_, "a string or a list of strings");
      request_.stop.push_back(item.string());
    }
    return {};
  }

  Fault read_metadata(JsonValue value) {
    if (!value.is_object()) return must_be(name_, "an object of strings");
    for (const auto member : value.members()) {
      if (!member.value.is_string()) return must_be(name_, "an object of strings");
      request_.metadata.emplace_back(member.name.string(), member.value.string());
    }
    return {};
  }

  Fault read_stream_options(JsonValue value) {
    if (!value.is_object()) return must_be(name_, "an object");
    request_.wants_usage = value["include_usage"].boolean().value_or(false);
    return {};
  }

  // Our own: what another dialect's body said that has no word here.
  Fault read_extras(JsonValue list) {
    for (const auto item : list.items())
      if (item["path"].is_string() && item["value"].kind() != wire::JsonKind::missing)
        request_.extras.push_back({item["path"].string(), raw(item["value"])});
    return {};
  }

  Request request_;
  std::string_view name_;
  std::string scratch_;
};

}  // namespace

core::Result<Request> read_request(JsonValue body) { return RequestReader().read_all(body); }

}  // namespace headgate::dialects::chat_completions
