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
    return wrong("model",
                 "`model` is missing: name a model, pool:NAME or auto. GET /v1/models lists what you may use.");
  if (!has_input) {
    const std::string input(input_member(request.surface));
    return wrong(input, "`" + input + "` is missing.");
  }
  if (request.surface == Surface::embeddings) request.stream = false;
  return {};
}

// Notes where the members that may change stand.
class Positions {
 public:
  explicit Positions(Request& request) : request_(request) {}

  void note(const JsonReader& json, const dom::object& object) {
    auto outline = json.outline();
    request_.members_at = outline.enter();
    for (const auto field : object) note_member(outline, field);
    close_open_cut(no_next);
  }

 private:
  static constexpr std::size_t no_next = ~std::size_t{0};

  void note_member(Outline& outline, const dom::key_value_pair& field) {
    const auto key = field.key;
    const auto at = outline.next_member();
    close_open_cut(at);
    if (key == "stream_options" && field.value.is_object())
      return note_stream_options(outline, field.value.get_object().value_unsafe());
    const auto value = outline.skip_value();
    if (key == "model") request_.model_value = value;
    if (key == "stream_options") request_.stream_options_value = value;
    if (key == "models" || key == "provider") {
      request_.router_members[request_.router_member_count++] = {at, value.end() - at};
      open_cut_ = true;
    } else {
      kept_end_ = value.end();
    }
  }

  // A cut member takes its comma along: the one behind it, or for the last member the one in front.
  void close_open_cut(std::size_t next) {
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
    while (request_.router_member_count > 1 && request_.router_members[request_.router_member_count - 2].at >= first)
      --request_.router_member_count;
    request_.router_members[request_.router_member_count - 1] = {first, end - first};
  }

  void note_stream_options(Outline& outline, const dom::object& options) {
    request_.stream_options_at = outline.enter();
    request_.stream_options_empty = true;
    for (const auto option : options) {
      request_.stream_options_empty = false;
      (void)outline.next_member();
      const auto value = outline.skip_value();
      if (option.key == "include_usage" && outline.text(value) != "true") request_.include_usage_value = value;
    }
    kept_end_ = outline.leave();
  }

  Request& request_;
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
  Positions(request).note(json, object);
  return request;
}

Spliced forwarded_body(const Request& request, std::string_view body, std::string_view model_json, bool ask_for_usage) {
  Spliced spliced(body);
  spliced.add({request.model_value, model_json});
  for (std::size_t i = 0; i < request.router_member_count; ++i) spliced.add({request.router_members[i], ""});
  if (!ask_for_usage || request.wants_usage) return spliced;
  if (!request.include_usage_value.empty()) {
    spliced.add({request.include_usage_value, "true"});
  } else if (request.stream_options_at != 0) {
    spliced.add({{request.stream_options_at, 0},
                 request.stream_options_empty ? R"("include_usage":true)" : R"("include_usage":true,)"});
  } else if (!request.stream_options_value.empty()) {
    spliced.add({request.stream_options_value, R"({"include_usage":true})"});
  } else {
    spliced.add({{request.members_at, 0}, R"("stream_options":{"include_usage":true},)"});
  }
  return spliced;
}

}  // namespace headgate::wire::openai
