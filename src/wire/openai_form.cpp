// Requests of the surfaces that are passed through: in JSON, or as a form.
#include <utility>

#include "headgate/wire/http.hpp"
#include "headgate/wire/multipart.hpp"
#include "headgate/wire/openai_passthrough.hpp"

namespace headgate::wire::openai {
namespace {

using core::Code;
using core::Error;
using core::Result;

constexpr std::size_t max_model_name = 256;
constexpr std::string_view model_disposition = "Content-Disposition: form-data; name=\"model\"\r\n\r\n";
constexpr std::string_view line_end = "\r\n";

enum class Takes : std::uint8_t { json, forms, both };

Takes takes(Surface surface) {
  switch (surface) {
    case Surface::image_edits: return Takes::both;
    case Surface::image_variations:
    case Surface::transcriptions:
    case Surface::translations: return Takes::forms;
    default: return Takes::json;
  }
}

Error wrong(std::string param, std::string message) {
  return Error(Code::invalid_request, std::move(message)).with_param(std::move(param));
}

// The members that matter here, each at most once and as a plain value.
class Reading {
 public:
  explicit Reading(std::string_view body) : body_(body) {}

  Result<void> note(const FormPart& part, Request& request) {
    const bool is_model = part.name == "model", is_stream = part.name == "stream";
    if (!is_model && !is_stream) return {};
    const std::string name(part.name);
    if (part.is_file || part.is_encoded) return wrong(name, "`" + name + "` must be a plain value of the form.");
    if (std::exchange(is_model ? has_model_ : has_stream_, true))
      return wrong(name, "`" + name + "` stands twice in the form.");
    const auto value = body_.substr(part.value.at, part.value.size);
    return is_model ? read_model(value, part.value, request) : read_stream(value, request);
  }

 private:
  static Result<void> read_model(std::string_view value, ByteRange range, Request& request) {
    if (value.empty() || !is_field_value(value)) return wrong("model", "`model` must be a non-empty name.");
    if (value.size() > max_model_name) return wrong("model", "A model name has at most 256 bytes.");
    request.model = value;
    request.model_value = range;
    return {};
  }

  static Result<void> read_stream(std::string_view value, Request& request) {
    request.stream = equal_ignoring_case(value, "true");
    if (!request.stream && !equal_ignoring_case(value, "false"))
      return wrong("stream", "`stream` must be true or false.");
    return {};
  }

  std::string_view body_;
  bool has_model_ = false, has_stream_ = false;
};

Result<Request> read_form_request(Surface surface, std::string_view content_type, std::string_view body) {
  const auto parts = read_form(content_type, body);
  if (!parts) return parts.error();
  Request request;
  request.surface = surface;
  request.is_form = true;
  request.members_at = parts->front().head_at;
  Reading reading(body);
  for (const auto& part : *parts)
    if (auto noted = reading.note(part, request); !noted) return noted.error();
  if (request.model.empty()) request.model = default_model(surface);
  if (request.model.empty())
    return wrong("model", "`model` is missing: name a model or pool:NAME. GET /v1/models lists what you may use.");
  if (!may_stream(surface)) request.stream = false;
  return request;
}

}  // namespace

std::string_view default_model(Surface surface) {
  switch (surface) {
    case Surface::moderations: return "omni-moderation-latest";
    case Surface::image_generations:
    case Surface::image_variations: return "dall-e-2";
    case Surface::image_edits: return "gpt-image-1.5";
    default: return {};
  }
}

Result<Request> read_passthrough_request(JsonReader& json, Surface surface, std::string_view content_type,
                                         std::string_view body) {
  const auto wanted = takes(surface);
  if (wanted == Takes::json || (wanted == Takes::both && !is_form(content_type)))
    return read_request(json, surface, body);
  static constexpr std::string_view nothing =
      "{}                                                                      ";
  static_assert(nothing.size() >= 2 + json_padding);
  if (auto empty = json.read(nothing.substr(0, 2)); !empty) return empty.error();
  return read_form_request(surface, content_type, body);
}

Spliced passed_body(const Request& request, std::string_view body, std::string_view model,
                    std::string_view model_json) {
  if (!request.is_form) return forwarded_body(request, body, model_json, StreamOptions::keep);
  Spliced spliced(body);
  if (!request.model_value.empty()) {
    spliced.add({request.model_value, model});
    return spliced;
  }
  // A part of its own, and the delimiter once more.
  for (const auto text : {model_disposition, model, line_end, body.substr(0, request.members_at)})
    spliced.add({{request.members_at, 0}, text});
  return spliced;
}

}  // namespace headgate::wire::openai
