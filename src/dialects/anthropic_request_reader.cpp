#include <algorithm>
#include <utility>

#include "anthropic_reading.hpp"
#include "anthropic_words.hpp"
#include "headgate/dialects/anthropic.hpp"

namespace headgate::dialects::anthropic {
namespace {

using core::Result;
using wire::JsonValue;

class RequestReader {
 public:
  explicit RequestReader(JsonValue body) : body_(body) {}

  Result<chat::Request> read() {
    using Step = Result<void> (RequestReader::*)();
    for (const Step step : {&RequestReader::read_model, &RequestReader::read_system, &RequestReader::read_messages,
                            &RequestReader::read_numbers, &RequestReader::read_stop, &RequestReader::read_tools,
                            &RequestReader::read_tool_choice, &RequestReader::read_thinking,
                            &RequestReader::read_output_config, &RequestReader::read_client})
      if (auto done = (this->*step)(); done.has_error()) return done.error();
    keep_unknown(
        body_,
        {"model", "messages", "system", "max_tokens", "stream", "temperature", "top_p", "top_k", "stop_sequences",
         "tools", "tool_choice", "thinking", "output_config", "metadata", "service_tier", "cache_control"},
        {}, request_.extras);
    return std::move(request_);
  }

 private:
  Result<void> read_model() {
    auto model = read_text(body_, "model", {});
    if (model.has_error()) return model.error();
    if (model->empty()) return wrong("model", "must name a model");
    request_.model = std::move(*model);
    request_.wants_usage = true;
    if (const auto stream = body_["stream"]; stream.is_set()) {
      if (!stream.boolean()) return wrong("stream", "must be true or false");
      request_.stream = *stream.boolean();
    }
    return {};
  }

  Result<void> read_system() {
    const auto system = body_["system"];
    if (!system.is_set()) return {};
    auto parts = read_texts(system, "system", request_.extras);
    if (parts.has_error()) return parts.error();
    if (!parts->empty()) request_.messages.push_back({chat::Role::system, {}, std::move(*parts)});
    return {};
  }

  Result<void> read_messages() {
    const auto messages = body_["messages"];
    if (!messages.is_array() || messages.is_empty()) return wrong("messages", "must be a list with a message in it");
    std::size_t index = 0;
    for (const auto turn : messages.items())
      if (auto read = read_turn(turn, item_path("messages", index++), request_); read.has_error()) return read;
    // Asks for a mark on whatever comes last.
    if (const auto remember = cache_time(body_["cache_control"]))
      if (auto& parts = request_.messages.back().parts; !parts.empty() && !parts.back().remember)
        parts.back().remember = remember;
    return {};
  }

  Result<void> take(std::optional<double>& to, std::string_view name) {
    const auto value = body_[name];
    if (!value.is_set()) return {};
    to = value.number();
    return to ? Result<void>() : wrong(std::string(name), "must be a number");
  }

  Result<void> take(std::optional<std::uint64_t>& to, std::string_view name) {
    const auto value = body_[name];
    if (!value.is_set()) return {};
    to = value.count();
    return to ? Result<void>() : wrong(std::string(name), "must be a whole number, not negative");
  }

  Result<void> read_numbers() {
    if (auto done = take(request_.max_tokens, "max_tokens"); done.has_error()) return done;
    if (auto done = take(request_.top_k, "top_k"); done.has_error()) return done;
    if (auto done = take(request_.temperature, "temperature"); done.has_error()) return done;
    return take(request_.top_p, "top_p");
  }

  Result<void> read_stop() {
    const auto stop = body_["stop_sequences"];
    if (!stop.is_set()) return {};
    if (!stop.is_array()) return wrong("stop_sequences", "must be a list of texts");
    for (const auto text : stop.items()) {
      if (!text.is_string()) return wrong("stop_sequences", "must be a list of texts");
      request_.stop.push_back(text.string());
    }
    return {};
  }

  Result<void> read_tools() {
    const auto tools = body_["tools"];
    if (!tools.is_set()) return {};
    if (!tools.is_array()) return wrong("tools", "must be a list");
    std::size_t index = 0;
    for (const auto tool : tools.items())
      if (auto read = read_tool(tool, item_path("tools", index++)); read.has_error()) return read;
    return {};
  }

  Result<void> read_tool(JsonValue tool, const std::string& path) {
    if (!tool.is_object()) return wrong(path, "must be an object");
    // Tools that the provider itself runs.
    if (tool["type"].is_set() && !tool["type"].is("custom"))
      return request_.extras.push_back({path, std::string(tool.source())}), Result<void>();
    auto name = read_text(tool, "name", path);
    if (name.has_error()) return name.error();
    if (name->empty()) return wrong(member_path(path, "name"), "must not be empty");
    const auto schema = tool["input_schema"];
    if (!schema.is_object()) return wrong(member_path(path, "input_schema"), "must be a JSON schema of an object");
    // How finely arguments are streamed changes no answer.
    keep_unknown(tool,
                 {"type", "name", "description", "input_schema", "strict", "cache_control", "eager_input_streaming"},
                 path, request_.extras);
    request_.tools.push_back({std::move(*name), tool["description"].string(), std::string(schema.source()),
                              tool["strict"].boolean(), false, cache_time(tool["cache_control"])});
    return {};
  }

  Result<void> read_tool_choice() {
    const auto choice = body_["tool_choice"];
    if (!choice.is_set()) return {};
    using Mode = chat::ToolChoice::Mode;
    const auto type = choice["type"];
    if (const auto one_by_one = choice["disable_parallel_tool_use"].boolean()) request_.parallel_tools = !*one_by_one;
    if (type.is("auto")) return request_.tool_choice.emplace(), Result<void>();
    if (type.is("none")) return request_.tool_choice = chat::ToolChoice{Mode::none, {}}, Result<void>();
    if (type.is("any")) return request_.tool_choice = chat::ToolChoice{Mode::required, {}}, Result<void>();
    if (!type.is("tool")) return wrong("tool_choice.type", "must be `auto`, `any`, `tool` or `none`");
    auto name = read_text(choice, "name", "tool_choice");
    if (name.has_error()) return name.error();
    request_.tool_choice = chat::ToolChoice{Mode::required, {std::move(*name)}};
    return {};
  }

  Result<void> read_thinking() {
    const auto thinking = body_["thinking"];
    if (!thinking.is_set()) return {};
    const auto type = thinking["type"];
    if (!type.is_string()) return wrong("thinking.type", "must be `enabled`, `adaptive` or `disabled`");
    if (!type.is("enabled") && !type.is("adaptive") && !type.is("disabled"))
      return request_.extras.push_back({"thinking", std::string(thinking.source())}), Result<void>();
    auto& read = request_.thinking.emplace();
    if (type.is("disabled")) read.effort = chat::Effort::none;
    if (type.is("enabled")) {
      read.budget = thinking["budget_tokens"].count();
      if (!read.budget) return wrong("thinking.budget_tokens", "must be a whole number of tokens");
    }
    if (const auto display = thinking["display"]; display.is_string()) read.shown = !display.is("omitted");
    keep_unknown(thinking, {"type", "budget_tokens", "display"}, "thinking", request_.extras);
    return {};
  }

  Result<void> read_output_config() {
    const auto config = body_["output_config"];
    if (!config.is_set()) return {};
    if (!config.is_object()) return wrong("output_config", "must be an object");
    keep_unknown(config, {"effort", "format"}, "output_config", request_.extras);
    if (const auto effort = config["effort"]; effort.is_set()) {
      const auto* name = std::ranges::find_if(chat::effort_names, [&](auto known) { return effort.is(known); });
      if (name == chat::effort_names.end())
        return wrong("output_config.effort", "must be `low`, `medium`, `high`, `xhigh` or `max`");
      if (!request_.thinking) request_.thinking.emplace();
      // Without thoughts there is nothing to spend it on.
      if (!request_.thinking->effort)
        request_.thinking->effort = static_cast<chat::Effort>(name - chat::effort_names.begin());
    }
    const auto format = config["format"];
    if (!format.is_set()) return {};
    if (!format["type"].is("json_schema")) return wrong("output_config.format.type", "must be `json_schema`");
    if (!format["schema"].is_object()) return wrong("output_config.format.schema", "must be a JSON schema");
    request_.format = chat::Format{std::string(format["schema"].source()), {}, {}, {}};
    return {};
  }

  Result<void> read_client() {
    const auto metadata = body_["metadata"], tier = body_["service_tier"];
    if (metadata.is_set() && !metadata.is_object()) return wrong("metadata", "must be an object");
    request_.user = metadata["user_id"].string();
    keep_unknown(metadata, {"user_id"}, "metadata", request_.extras);
    if (!tier.is_set()) return {};
    if (!tier.is_string()) return wrong("service_tier", "must be a text");
    request_.service_tier = tier.is("standard_only") ? "default" : tier.string();
    return {};
  }

  JsonValue body_;
  chat::Request request_;
};

}  // namespace

core::Error wrong(const std::string& path, std::string_view must) {
  return core::Error(core::Code::invalid_request, "`" + path + "` " + std::string(must) + ".").with_param(path);
}

std::string member_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

std::string item_path(const std::string& path, std::size_t index) { return path + "[" + std::to_string(index) + "]"; }

void keep_unknown(JsonValue object, std::initializer_list<std::string_view> known, const std::string& path,
                  std::vector<chat::Extra>& extras) {
  for (const auto member : object.members()) {
    if (!member.value.is_set()) continue;
    const auto is = [&](std::string_view name) { return member.name.is(name); };
    if (std::ranges::none_of(known, is))
      extras.push_back({member_path(path, member.name.string()), std::string(member.value.source())});
  }
}

Result<std::string> read_text(JsonValue object, std::string_view name, const std::string& path) {
  const auto value = object[name];
  if (!value.is_string()) return wrong(member_path(path, name), "must be a text");
  return value.string();
}

Result<chat::Request> read_request(JsonValue body) {
  if (!body.is_object()) return core::Error(core::Code::invalid_request, "The body must be a JSON object.");
  return RequestReader(body).read();
}

std::optional<wire::ByteRange> model_value(JsonValue body) {
  const auto model = body["model"];
  if (!model.is_string()) return {};
  return model.range();
}

}  // namespace headgate::dialects::anthropic
