#include "headgate/wire/openai_passthrough.hpp"

#include <algorithm>
#include <array>

#include "headgate/core/unusable_answer.hpp"
#include "headgate/wire/http.hpp"
#include "headgate/wire/openai_usage.hpp"

namespace headgate::wire::openai {
namespace {

using core::Result;

constexpr std::uint64_t absurd = 1'000'000'000;  // as of openai_usage.cpp
constexpr double absurd_seconds = 1e7;

std::optional<core::Tokens> count_of(core::Usage& usage, JsonValue value) {
  if (!value.is_set()) return std::nullopt;
  const auto count = value.count();
  if (count && *count < absurd) return count;
  usage.implausible = true;
  return std::nullopt;
}

// Pictures and transcripts are counted in other words than conversations; some servers use those of conversations.
Meter read_meter(JsonValue usage) {
  Meter meter;
  meter.usage.input = count_of(meter.usage, usage["input_tokens"]);
  meter.usage.output = count_of(meter.usage, usage["output_tokens"]);
  if (!meter.usage.known()) {
    const auto conversation = read_usage(usage);
    if (conversation.known()) meter.usage = conversation;
  }
  const auto seconds = usage["seconds"].number();
  if (usage["type"].is("duration") && seconds && *seconds >= 0 && *seconds < absurd_seconds)
    meter.audio_seconds = seconds;
  return meter;
}

std::string_view media_type(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return type;
}

bool has_prefix(std::string_view type, std::string_view prefix) {
  return equal_ignoring_case(type.substr(0, prefix.size()), prefix);
}

// What must be there for it to be an answer, and of which kind.
bool is_answer(Surface surface, JsonValue reply) {
  switch (surface) {
    case Surface::moderations: return reply["results"].is_array() && !reply["results"].is_empty();
    case Surface::transcriptions:
    case Surface::translations: return reply["text"].is_string();
    default: return reply["data"].is_array() && !reply["data"].is_empty();
  }
}

bool ends_stream(JsonValue type) {
  static constexpr std::array last{"image_generation.completed", "image_edit.completed", "speech.audio.done",
                                   "transcript.text.done"};
  return std::any_of(last.begin(), last.end(), [type](const char* name) { return type.is(name); });
}

bool tells_failure(JsonValue type) {
  return type.is("error") || (type.is_string() && type.string().ends_with(".failed"));
}

}  // namespace

Passage passage_of(Surface surface, bool stream, std::string_view content_type) {
  const auto type = media_type(content_type);
  if (has_prefix(type, "text/event-stream")) return stream ? Passage::events : Passage::unusable;
  if (has_prefix(type, "application/json")) return Passage::document;
  if (surface == Surface::speech) {
    const bool sounds = type.empty() || has_prefix(type, "audio/") || has_prefix(type, "application/octet-stream");
    return sounds ? Passage::bytes : Passage::unusable;
  }
  const bool may_be_text = surface == Surface::transcriptions || surface == Surface::translations;
  const bool is_text = has_prefix(type, "text/") || has_prefix(type, "application/x-subrip");
  if (may_be_text && is_text && !has_prefix(type, "text/html")) return Passage::text;
  return type.empty() ? Passage::document : Passage::unusable;
}

Result<Meter> check_passed_document(JsonReader& json, Surface surface, std::string_view body) {
  const auto document = json.read_lenient(body);
  if (!document) return core::unusable_answer("not JSON: " + document.error().detail());
  if (!document->is_object()) return core::unusable_answer("not an object");
  if ((*document)["error"].is_set()) return read_error(json, 502, body);
  if (surface == Surface::speech) return core::unusable_answer("JSON in place of sound");
  if (!is_answer(surface, *document)) return core::unusable_answer("no answer of this surface");
  return read_meter((*document)["usage"]);
}

Result<Meter> check_passed_text(JsonReader& json, std::string_view body) {
  if (!body.starts_with('{')) return Meter();
  const auto document = json.read_lenient(body);
  if (document && document->is_object() && (*document)["error"].is_set()) return read_error(json, 502, body);
  return Meter();
}

PassedEvent read_passed_event(JsonReader& json, std::string_view data) {
  using Kind = PassedEvent::Kind;
  PassedEvent event;
  if (data.starts_with("[DONE]")) return event.kind = Kind::last, event;
  const auto document = json.read_lenient(data);
  if (!document || !document->is_object()) return event;
  if ((*document)["error"].is_set() || tells_failure((*document)["type"])) {
    event.kind = Kind::error;
    event.error = read_error(json, 502, data);
    return event;
  }
  event.kind = ends_stream((*document)["type"]) ? Kind::last : Kind::content;
  event.meter = read_meter((*document)["usage"]);
  return event;
}

}  // namespace headgate::wire::openai
