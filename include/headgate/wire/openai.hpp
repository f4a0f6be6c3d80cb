// OpenAI's dialect (openapi 2.3.0): what policy reads of a request, what must be true of an answer,
// and the error object. Everything else passes through untouched and unread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/error.hpp"
#include "headgate/core/result.hpp"
#include "headgate/core/usage.hpp"
#include "headgate/wire/json.hpp"
#include "headgate/wire/splice.hpp"

namespace headgate::wire {

// The endpoints whose requests are forwarded to a model.
enum class Surface : std::uint8_t {
  chat_completions,
  completions,
  embeddings,
  // Those from here on are passed through (openai_passthrough.hpp).
  moderations,
  image_generations,
  image_edits,
  image_variations,
  speech,
  transcriptions,
  translations,
};
inline constexpr std::size_t surface_count = static_cast<std::size_t>(Surface::translations) + 1;
std::string_view name_of(Surface surface);
std::string_view path_of(Surface surface);  // below the provider's base URL: "/chat/completions"

}  // namespace headgate::wire

namespace headgate::wire::openai {

struct Request {
  Surface surface = Surface::chat_completions;
  std::string model;
  std::vector<std::string> fallback_models;  // OpenRouter's `models`, tried in order after `model`
  bool stream = false;
  bool wants_usage = false;  // stream_options.include_usage
  bool has_tools = false;
  bool wants_base64 = false;        // embeddings, encoding_format
  bool has_provider_hints = false;  // read_hints has something to read
  bool is_form = false;             // the body is a form, not JSON

  // Where things stand in the body.
  // A member that may have to stay behind, and its neighbours.
  struct Removable {
    ByteRange member;
    std::size_t previous_end = 0;  // behind the member in front of it, or behind the brace
    std::size_t next_at = 0;       // 0: it is the last member
    bool always = false;           // OpenRouter's `models` and `provider` are for us; else `stream_options`
  };
  ByteRange model_value;       // quotes included; empty: the client left it to the default
  std::size_t members_at = 0;  // behind the opening brace; of a form behind the first delimiter
  std::array<Removable, 3> removable;
  std::size_t removable_count = 0;
  std::size_t stream_options_at = 0;  // behind its opening brace; 0: there is none
  bool stream_options_empty = false;
  ByteRange stream_options_value;  // when it is null and must be replaced whole
  ByteRange include_usage_value;   // when it is there and not true
};

// Errors: invalid_json, invalid_request (param set). `body` is followed by json_padding bytes.
core::Result<Request> read_request(JsonReader& json, Surface surface, std::string_view body);

// The texts that tell what a request is about: the user's last, and the system's. Of long ones the
// beginning and the end. `request` is the document of the request.
struct Question {
  std::string last_user, system;
};
Question read_question(Surface surface, JsonValue request);

// What becomes of `stream_options` on the way to the provider.
enum class StreamOptions : std::uint8_t {
  keep,
  ask_for_usage,  // whether or not the client did
  remove,         // for a provider that does not know them
};

// The body as the provider shall see it. `model_json` is the upstream name as JSON string.
Spliced forwarded_body(const Request& request, std::string_view body, std::string_view model_json,
                       StreamOptions stream_options);

struct Reply {
  core::Usage usage;
  bool refuses = false;    // a choice says so, or was stopped by a filter
  bool truncated = false;  // a choice came to the limit of its length
};

// Whether a 200's body is an answer at all. Error: upstream_error, next target.
core::Result<Reply> check_reply(JsonReader& json, Surface surface, std::string_view body);

// What any answer says was used, also one that reports a failure. Nothing when it says nothing.
core::Usage read_usage(JsonReader& json, std::string_view body);

// The same answer with every float array under data[].embedding as base64 of little-endian
// float32, for clients that asked for it and providers that do not know it. Empty: nothing to do.
core::Result<std::string> embeddings_as_base64(JsonReader& json, std::string_view body);

// One event of a stream.
struct StreamEvent {
  enum class Kind : std::uint8_t {
    preamble,    // role, empty deltas: nothing a user would see
    content,     // text, a tool call, a refusal, reasoning or a finish reason
    usage_only,  // `choices` is empty and `usage` is there
    done,        // [DONE]
    error,       // an error object inside a 200
    malformed,
  };
  Kind kind = Kind::malformed;
  bool finishes = false;   // a choice ends here
  bool refuses = false;    // as of Reply
  bool truncated = false;  // likewise
  core::Usage usage;
  core::Error error;  // of Kind::error
};

StreamEvent read_stream_event(JsonReader& json, Surface surface, std::string_view data);

// What a provider's error body says, whatever its shape. `status` is the HTTP status; the returned
// Error carries fault and retry class. Source of the classes: the retry table of docs/errors.md.
core::Error read_error(JsonReader& json, int status, std::string_view body);

// {"error":{"message","type","param","code"}}
void append_error(std::string& out, const core::Error& error);

}  // namespace headgate::wire::openai
