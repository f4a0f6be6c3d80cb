#include "headgate/wire/openai.hpp"

#include <optional>

#include "headgate/wire/openai_passthrough.hpp"

namespace headgate::wire {

std::string_view name_of(Surface surface) {
  switch (surface) {
    case Surface::chat_completions: return "chat_completions";
    case Surface::completions: return "completions";
    case Surface::embeddings: return "embeddings";
    case Surface::moderations: return "moderations";
    case Surface::image_generations: return "image_generations";
    case Surface::image_edits: return "image_edits";
    case Surface::image_variations: return "image_variations";
    case Surface::speech: return "speech";
    case Surface::transcriptions: return "transcriptions";
    case Surface::translations: return "translations";
  }
  return {};
}

std::string_view path_of(Surface surface) {
  switch (surface) {
    case Surface::chat_completions: return "/chat/completions";
    case Surface::completions: return "/completions";
    case Surface::embeddings: return "/embeddings";
    case Surface::moderations: return "/moderations";
    case Surface::image_generations: return "/images/generations";
    case Surface::image_edits: return "/images/edits";
    case Surface::image_variations: return "/images/variations";
    case Surface::speech: return "/audio/speech";
    case Surface::transcriptions: return "/audio/transcriptions";
    case Surface::translations: return "/audio/translations";
  }
  return {};
}

}  // namespace headgate::wire

namespace headgate::wire::openai {
namespace {

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
    case Surface::embeddings:
    case Surface::moderations:
    case Surface::speech: return "input";
    case Surface::image_generations:
    case Surface::image_edits: return "prompt";
    default: return {};
  }
}

Result<std::string> read_model(JsonValue value, const char* param) {
  if (!value.is_string() || value.is_empty()) return wrong(param, "`model` must be a non-empty string.");
  auto name = value.string();
  if (name.size() > max_model_name) return wrong(param, "A model name has at most 256 bytes.");
  return name;
}

Result<std::vector<std::string>> read_fallbacks(JsonValue value) {
  std::vector<std::string> names;
  if (!value.is_set()) return names;
  if (!value.is_array()) return wrong("models", "`models` must be a list of at most 16 model names.");
  for (const auto item : value.items()) {
    if (names.size() == max_fallback_models) return wrong("models", "`models` names at most 16 models.");
    auto name = read_model(item, "models");
    if (!name) return name.error();
    names.push_back(std::move(*name));
  }
  return names;
}

// True, false or absent; null counts as absent.
Result<bool> read_flag(JsonValue value, const char* param) {
  const auto flag = value.boolean();
  if (value.is_set() && !flag) return wrong(param, "`" + std::string(param) + "` must be true or false.");
  return flag.value_or(false);
}

using Fault = std::optional<Error>;  // none: fine

Fault check_messages(JsonValue messages) {
  if (!messages.is_array() || messages.is_empty()) return wrong("messages", "`messages` must be a non-empty list.");
  for (const auto message : messages.items()) {
    if (!message["role"].is_string())
      return wrong("messages", "Each entry of `messages` must be an object with a `role`.");
  }
  return {};
}

Fault read_member(Request& request, std::string_view key, JsonValue value, bool& has_input) {
  if (key == input_member(request.surface)) {
    has_input = value.is_set();
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
    request.stream = request.stream || *flag;
  } else if (key == "stream_format" && request.surface == Surface::speech) {
    request.stream = request.stream || value.is("sse");
  } else if (key == "stream_options") {
    if (!value.is_object() && value.is_set()) return wrong("stream_options", "`stream_options` must be an object.");
    request.wants_usage = value["include_usage"].boolean().value_or(false);
  } else if (key == "tools") {
    request.has_tools = value.is_array() && !value.is_empty();
  } else if (key == "encoding_format") {
    request.wants_base64 = value.is("base64");
  } else if (key == "provider") {
    request.has_provider_hints = value.is_set();
  }
  return {};
}

Fault read_members(Request& request, JsonValue object) {
  bool has_input = false;
  std::string scratch;
  for (const auto member : object.members()) {
    if (auto fault = read_member(request, member.name.string(scratch), member.value, has_input)) return fault;
  }
  if (request.model.empty()) request.model = default_model(request.surface);
  if (request.model.empty())
    return wrong("model",
                 "`model` is missing: name a model, pool:NAME or auto. GET /v1/models lists what you may use.");
  if (const std::string input(input_member(request.surface)); !has_input && !input.empty()) {
    return wrong(input, "`" + input + "` is missing.");
  }
  if (!may_stream(request.surface)) request.stream = false;
  return {};
}

// Notes where the members that may change stand.
class Positions {
 public:
  explicit Positions(Request& request) : request_(request) {}

  void note(JsonValue object) {
    request_.members_at = previous_end_ = inside(object);
    for (const auto member : object.members()) note_member(member);
  }

 private:
  static std::size_t inside(JsonValue object) { return object.range().at + 1; }

  void note_member(const JsonMember& member) {
    const auto name = member.name.string(scratch_);
    if (name == "model") request_.model_value = member.value.range();
    if (name == "stream_options") note_stream_options(member.value);
    if (next_of_ != nullptr) next_of_->next_at = member.range().at;
    next_of_ = nullptr;
    const bool for_us = name == "models" || name == "provider";
    if (for_us || name == "stream_options") {
      next_of_ = &request_.removable[request_.removable_count++];
      *next_of_ = {member.range(), previous_end_, 0, for_us};
    }
    previous_end_ = member.range().end();
  }

  void note_stream_options(JsonValue options) {
    if (!options.is_object()) {
      request_.stream_options_value = options.range();
      return;
    }
    request_.stream_options_at = inside(options);
    request_.stream_options_empty = options.is_empty();
    const auto wanted = options["include_usage"];
    if (!wanted.boolean().value_or(false)) request_.include_usage_value = wanted.range();
  }

  Request& request_;
  std::string scratch_;
  std::size_t previous_end_ = 0;
  Request::Removable* next_of_ = nullptr;  // whose next member is awaited
};

// Members in a row leave together, with the comma behind them, or the one in front if nothing is behind.
void remove_members(Spliced& spliced, const Request& request, bool stream_options_too) {
  const Request::Removable* first = nullptr;
  for (std::size_t i = 0; i < request.removable_count; ++i) {
    const auto& removable = request.removable[i];
    if (!removable.always && !stream_options_too) continue;
    if (first == nullptr) first = &removable;
    const bool row_goes_on = i + 1 < request.removable_count &&
                             removable.next_at == request.removable[i + 1].member.at &&
                             (request.removable[i + 1].always || stream_options_too);
    if (row_goes_on) continue;
    const auto at = removable.next_at == 0 ? first->previous_end : first->member.at;
    const auto end = removable.next_at == 0 ? removable.member.end() : removable.next_at;
    spliced.add({{at, end - at}, ""});
    first = nullptr;
  }
}

// Where the client left it to the default. Another member stands behind it: the input.
void name_model(Spliced& spliced, const Request& request, std::string_view model_json) {
  for (const auto text : {std::string_view("\"model\":"), model_json, std::string_view(",")})
    spliced.add({{request.members_at, 0}, text});
}

void ask_for_usage(Spliced& spliced, const Request& request) {
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
}

}  // namespace

Result<Request> read_request(JsonReader& json, Surface surface, std::string_view body) {
  const auto document = json.read(body);
  if (!document) return document.error();
  if (!document->is_object()) return Error(Code::invalid_request, "The body must be a JSON object.");
  Request request;
  request.surface = surface;
  if (auto fault = read_members(request, *document)) return *std::move(fault);
  Positions(request).note(*document);
  return request;
}

Spliced forwarded_body(const Request& request, std::string_view body, std::string_view model_json,
                       StreamOptions stream_options) {
  Spliced spliced(body);
  request.model_value.empty() ? name_model(spliced, request, model_json)
                              : spliced.add({request.model_value, model_json});
  remove_members(spliced, request, stream_options == StreamOptions::remove);
  if (stream_options == StreamOptions::ask_for_usage && !request.wants_usage) ask_for_usage(spliced, request);
  return spliced;
}

}  // namespace headgate::wire::openai
