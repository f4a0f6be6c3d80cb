// OpenAI's surfaces besides conversations and embeddings: pictures, sound, moderation. Requests and answers go through
// as they are; what is read is the model, whether a stream is asked for, whether an answer is one, and what it used.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "headgate/core/error.hpp"
#include "headgate/core/result.hpp"
#include "headgate/core/usage.hpp"
#include "headgate/wire/json.hpp"
#include "headgate/wire/openai.hpp"
#include "headgate/wire/splice.hpp"

namespace headgate::wire {

constexpr bool is_passthrough(Surface surface) { return surface >= Surface::moderations; }
constexpr bool may_stream(Surface surface) {
  return surface != Surface::embeddings && surface != Surface::moderations && surface != Surface::image_variations &&
         surface != Surface::translations;
}

}  // namespace headgate::wire

namespace headgate::wire::openai {

// What OpenAI takes where a request names none (openapi 2.3.0); empty: it must.
std::string_view default_model(Surface surface);

// JSON or a form, as `content_type` says and the surface takes it; the document of a form is an empty object.
// Errors: invalid_json, invalid_request (param set), unsupported_media_type.
core::Result<Request> read_passthrough_request(JsonReader& json, Surface surface, std::string_view content_type,
                                               std::string_view body);

// The body with the provider's name for the model, given as it is and as a JSON string.
Spliced passed_body(const Request& request, std::string_view body, std::string_view model, std::string_view model_json);

// What kind of answer a 200 brings.
enum class Passage : std::uint8_t {
  document,  // JSON
  text,      // subtitles and the like
  events,    // a stream of them
  bytes,     // sound
  unusable,  // nothing that this surface answers with
};
Passage passage_of(Surface surface, bool stream, std::string_view content_type);

// What an answer says was used. Nothing is known of what it does not say.
struct Meter {
  core::Usage usage;
  std::optional<double> audio_seconds;  // of sound, where that is what is counted
  bool known() const { return usage.known() || audio_seconds; }
};

// Whether a whole answer is one. Errors: upstream_error, next target, or what the error object in it says.
core::Result<Meter> check_passed_document(JsonReader& json, Surface surface, std::string_view body);
// A text is an answer, whatever it says, unless it is an error object.
core::Result<Meter> check_passed_text(JsonReader& json, std::string_view body);

// One event of a stream. It is over at its last event, or one behind another (of several pictures).
struct PassedEvent {
  enum class Kind : std::uint8_t { content, last, error, malformed };
  Kind kind = Kind::malformed;
  Meter meter;
  core::Error error;  // of Kind::error
};
PassedEvent read_passed_event(JsonReader& json, std::string_view data);

}  // namespace headgate::wire::openai
