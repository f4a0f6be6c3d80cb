#include "headgate/wire/openai.hpp"

#include <optional>

namespace headgate::wire {

std::string_view name_of(Surface surface) {
  switch (surface) {
    case Surface::chat_completions: return "chat_completions";
    case Surface::completions: return "completions";
    case Surface::embeddings: return "embeddings";
  }
  return {};
}

std::string_view path_of(Surface surface) {
  switch (surface) {
    case Surface::chat_completions: return "/chat/completions";
    case Surface::completions: return "/completions";
    case Surface::embeddings: return "/embeddings";
  }
  return {};
}

}  // namespace headgate::wire

namespace headgate::wire::openai {
namespace {

namespace dom = simdjson::dom;
namespace ondemand = simdjson::ondemand;
using core::Code;
using core::Error;
using core::Result;

constexpr std::size_t max_model_name = 256;
constexpr std::size_t max_fallback_models = 16;

Error wrong(std::string param, std::string message) {
  return Error(Code::invalid_request, std::move(message)).with_param(std::move(param));
}

std::string_view input_member(Surface surface) {
  switch (surface) {
    case Surface::chat_completions: return "messages";
    case Surface::completions: return "prompt";
    case Surface::embeddings: return "input";
  }
  return {};
}

Result<std::string> read_model(const dom::element& value, const char* param) {
  std::string_view name;
  if (value.get_string().get(name) != simdjson::SUCCESS || name.empty())
    return wrong(param, "`model` must be a non-empty string.");
  if (name.size() > max_model_name) return wrong(param, "A model name has at most 256 bytes.");
  return std::string(name);
}

Result<std::vector<std::string>> read_fallbacks(const dom::element& value) {
  std::vector<std::string> names;
  dom::array list;
  if (value.is_null()) return names;
  if (value.get_array().get(list) != simdjson::SUCCESS || list.size() > max_fallback_models)
    return wrong("models", "`models` must be a list of at most 16 model names.");
  for (const auto item : list) {
    auto name = read_model(item, "models");
    if (!name) return name.error();
    names.push_back(std::move(*name));
  }
  return names;
}

// True, false or absent; null counts as absent.
Result<bool> read_flag(const dom::element& value, const char* param) {
  bool flag = false;
  if (value.is_null() || value.get_bool().get(flag) == simdjson::SUCCESS) return flag;
  return wrong(param, "`" + std::string(param) + "` must be true or false.");
}

using Fault = std::optional<Error>;  // none: fine

Fault check_messages(const dom::element& value) {
  dom::array messages;
  if (value.get_array().get(messages) != simdjson::SUCCESS || messages.begin() == messages.end())
    return wrong("messages", "`messages` must be a non-empty list.");
  for (const auto message : messages) {
    std::string_view role;
    if (!message.is_object() || message["role"].get_string().get(role) != simdjson::SUCCESS)
      return wrong("messages", "Each entry of `messages` must be an object with a `role`.");
  }
  return {};
}

Fault read_member(Request& request, std::string_view key, const dom::element& value, bool& has_input) {
  if (key == input_member(request.surface)) {
    has_input = !value.is_null();
    return request.surface == Surface::chat_completions ? check_messages(value) : std::nullopt;
  }
  if (key == "model") {
    auto name = read_model(value, "model");
    if (!name) return name.error();
    request.model = std::move(*name);
  } else if (key == "models") {
    auto names = read_fallbacks(value);
    if (!names) return names.error();
    request.fallback_models = std::move(*names);
  } else if (key == "stream") {
    const auto flag = read_flag(value, "stream");
    if (!flag) return flag.error();
    request.stream = *flag;
  } else if (key == "stream_options") {
    if (!value.is_object() && !value.is_null()) return wrong("stream_options", "`stream_options` must be an object.");
    bool wanted = false;
    if (value.is_object() && value["include_usage"].get_bool().get(wanted) == simdjson::SUCCESS)
      request.wants_usage = wanted;
  } else if (key == "tools") {
    dom::array tools;
    request.has_tools = value.get_array().get(tools) == simdjson::SUCCESS && tools.begin() != tools.end();
  } else if (key == "encoding_format") {
    std::string_view format;
    request.wants_base64 = value.get_string().get(format) == simdjson::SUCCESS && format == "base64";
  }
  return {};
}

Fault read_members(Request& request, const dom::object& object) {
  bool has_input = false;
  for (const auto field : object) {
    if (auto fault = read_member(request, field.key, field.value, has_input)) return fault;
  }
  if (request.model.empty())
    return wrong("model", "`model` is missing: name a model, pool:NAME or auto. GET /v1/models lists what you may use.");
  if (!has_input) {
    const std::string input(input_member(request.surface));
    return wrong(input, "`" + input + "` is missing.");
  }
  if (request.surface == Surface::embeddings) request.stream = false;
  return {};
}

std::string_view trimmed(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t'))
    token.remove_suffix(1);
  return token;
}

// The bytes a value spans. Consumes containers.
std::string_view raw_value(ondemand::value& value) {
  const auto type = value.type().value_unsafe();
  if (type == ondemand::json_type::object) return value.get_object().value_unsafe().raw_json().value_unsafe();
  if (type == ondemand::json_type::array) return value.get_array().value_unsafe().raw_json().value_unsafe();
  return trimmed(value.raw_json_token());
}

// Notes where members stand. The text was accepted by JsonReader::read before, so the unsafe
// accessors cannot meet an error.
class Positions {
 public:
  Positions(Request& request, std::string_view body) : request_(request), body_(body) {}

  void note(ondemand::parser& parser) {
    const simdjson::padded_string_view padded(body_.data(), body_.size(), body_.size() + json_padding);
    auto document = parser.iterate(padded);
    ondemand::object object = document.get_object().value_unsafe();
    request_.members_at = body_.find('{') + 1;
    for (auto result : object) {
      ondemand::field field = std::move(result).value_unsafe();
      note_member(field);
    }
    close_open_cuts(no_next);
  }

 private:
  static constexpr std::size_t no_next = ~std::size_t{0};

  std::size_t offset(const char* at) const { return static_cast<std::size_t>(at - body_.data()); }
  ByteRange range(std::string_view text) const { return {offset(text.data()), text.size()}; }

  void note_member(ondemand::field& field) {
    const auto at = offset(field.key().raw()) - 1;
    close_open_cuts(at);
    const std::string_view key = field.unescaped_key().value_unsafe();
    ondemand::value value = field.value();
    if (key == "stream_options") return note_stream_options(value);
    const auto raw = range(raw_value(value));
    if (key == "model") request_.model_value = raw;
    if (key == "models" || key == "provider") {
      request_.router_members[request_.router_member_count++] = {at, raw.end() - at};
      open_cut_ = true;
    } else {
      kept_end_ = raw.end();
    }
  }

  // A cut member takes its comma along: the one behind it, or for the last member the one in front.
  void close_open_cuts(std::size_t next) {
    if (!open_cut_) return;
    open_cut_ = false;
    auto& cut = request_.router_members[request_.router_member_count - 1];
    if (next != no_next) {
      cut.size = next - cut.at;
      return;
    }
    const auto end = cut.end();
    const auto first = kept_end_ == 0 ? request_.members_at : kept_end_;
    // Cuts that stand in a row behind the last kept member merge into one.
    while (request_.router_member_count > 1 &&
           request_.router_members[request_.router_member_count - 2].at >= first)
      --request_.router_member_count;
    request_.router_members[request_.router_member_count - 1] = {first, end - first};
  }

  void note_stream_options(ondemand::value& value) {
    if (value.type().value_unsafe() != ondemand::json_type::object) {
      request_.stream_options_value = range(trimmed(value.raw_json_token()));
      kept_end_ = request_.stream_options_value.end();
      return;
    }
    ondemand::object options = value.get_object().value_unsafe();
    const auto raw = range(options.raw_json().value_unsafe());
    kept_end_ = raw.end();
    request_.stream_options_at = raw.at + 1;
    request_.stream_options_empty = true;
    options.reset();
    for (auto result : options) {
      ondemand::field field = std::move(result).value_unsafe();
      request_.stream_options_empty = false;
      const bool is_flag = field.unescaped_key().value_unsafe() == "include_usage";
      ondemand::value flag = field.value();
      const auto token = raw_value(flag);
      if (is_flag && token != "true") request_.include_usage_value = range(token);
    }
  }

  Request& request_;
  std::string_view body_;
  std::size_t kept_end_ = 0;
  bool open_cut_ = false;
};

}  // namespace

Result<Request> read_request(JsonReader& json, Surface surface, std::string_view body) {
  const auto document = json.read(body);
  if (!document) return document.error();
  dom::object object;
  if (document->get_object().get(object) != simdjson::SUCCESS)
    return Error(Code::invalid_request, "The body must be a JSON object.");
  Request request;
  request.surface = surface;
  if (auto fault = read_members(request, object)) return *std::move(fault);
  Positions(request, body).note(json.positions());
  return request;
}

Spliced forwarded_body(const Request& request, std::string_view body, std::string_view model_json,
                       bool ask_for_usage) {
  Spliced spliced(body);
  spliced.add({request.model_value, model_json});
  for (std::size_t i = 0; i < request.router_member_count; ++i) spliced.add({request.router_members[i], ""});
  if (!ask_for_usage || request.wants_usage) return spliced;
  if (!request.include_usage_value.empty()) {
    spliced.add({request.include_usage_value, "true"});
  } else if (request.stream_options_at != 0) {
    spliced.add({{request.stream_options_at, 0}, request.stream_options_empty ? R"("include_usage":true)" : R"("include_usage":true,)"});
  } else if (!request.stream_options_value.empty()) {
    spliced.add({request.stream_options_value, R"({"include_usage":true})"});
  } else {
    spliced.add({{request.members_at, 0}, R"("stream_options":{"include_usage":true},)"});
  }
  return spliced;
}

}  // namespace headgate::wire::openai
