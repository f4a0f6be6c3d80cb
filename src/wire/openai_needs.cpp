#include "headgate/wire/openai_needs.hpp"

#include <algorithm>
#include <limits>

#include "token_estimate.hpp"

namespace headgate::wire::openai {
namespace {

using core::Feature;

// What carries a text: role and separators (OpenAI's cookbook counts 3 and the role, and 3 to begin the answer).
constexpr core::Tokens message_frame = 4, answer_frame = 3;

// An image of 1024 x 1024 at OpenAI's high and low detail; at most what Anthropic makes of one.
constexpr core::Tokens image = 765, image_of_low_detail = 85, most_of_an_image = 1600;
// Bytes of base64 for one token: MP3 of 128 kbit/s at ten tokens a second; pages of a PDF as text and picture.
constexpr std::size_t audio_bytes = 2048, file_bytes = 64;
// Of a file named by id, whose size is unknown.
constexpr core::Tokens remote_file = 1000;

class Reading {
 public:
  explicit Reading(Surface surface) : surface_(surface) {}

  void note(std::string_view name, JsonValue value) {
    if (!value.is_set()) return;
    if (surface_ == Surface::chat_completions)
      note_chat(name, value);
    else if (name == (surface_ == Surface::completions ? "prompt" : "input"))
      note_prompt(value);
    note_output(name, value);
  }

  Needs result() {
    needs_.input_tokens = estimate_.likely();
    needs_.most_input_tokens = estimate_.most();
    needs_.output_tokens = max_completion_tokens_ ? max_completion_tokens_ : max_tokens_;
    return needs_;
  }

 private:
  void add_if(bool needed, Feature feature) {
    if (needed) needs_.features.add(feature);
  }

  void note_chat(std::string_view name, JsonValue value) {
    if (name == "messages")
      note_messages(value);
    else if (name == "tools" || name == "functions")
      note_tools(value);
    else if (name == "parallel_tool_calls")
      add_if(value.boolean() == true, Feature::parallel_tools);
    else if (name == "response_format")
      note_response_format(value);
    else if (name == "modalities")
      for (const auto modality : value.items()) add_if(modality.is("audio"), Feature::audio);
    else if (name == "reasoning_effort")
      add_if(value.is_string() && !value.is("none"), Feature::reasoning);
    else if (name == "reasoning")
      add_if(value.is_object() && !value["effort"].is("none") && value["enabled"].boolean() != false,
             Feature::reasoning);
  }

  void note_output(std::string_view name, JsonValue value) {
    if (name == "max_completion_tokens")
      max_completion_tokens_ = positive(value);
    else if (name == "max_tokens")
      max_tokens_ = positive(value);
    else if (name == "n" || name == "best_of")
      note_choices(name, positive(value).value_or(1));
    else if (name == "logprobs")
      add_if(value.boolean() == true || positive(value), Feature::logprobs);
  }

  static std::optional<core::Tokens> positive(JsonValue value) {
    const auto count = value.count();
    return count && *count > 0 ? count : std::nullopt;
  }

  void note_choices(std::string_view name, std::uint64_t count) {
    add_if(name == "n" && count > 1, Feature::n);
    const auto choices = std::min<std::uint64_t>(count, std::numeric_limits<unsigned>::max());
    needs_.choices = std::max(needs_.choices, static_cast<unsigned>(choices));
  }

  void note_tools(JsonValue tools) {
    if (!tools.is_array() || tools.is_empty()) return;
    needs_.features.add(Feature::tools);
    estimate_.add_source(tools);
  }

  void note_response_format(JsonValue format) {
    const auto type = format["type"];
    add_if(type.is("json_object"), Feature::json_object);
    if (!type.is("json_schema")) return;
    needs_.features.add(Feature::json_schema);
    estimate_.add_source(format["json_schema"]);
  }

  void note_messages(JsonValue messages) {
    bool prefill = false;
    for (const auto message : messages.items()) {
      prefill = false;
      for (const auto [name, value] : message.members()) {
        if (name.is("role")) {
          prefill = value.is("assistant");
          add_if(value.is("system") || value.is("developer"), Feature::system);
        } else if (name.is("content")) {
          note_content(value);
        } else if (value.is_set()) {
          estimate_.add_source(value);  // calls of tools, names
        }
      }
      estimate_.add(message_frame, 2 * message_frame);
    }
    add_if(prefill, Feature::prefill);
    estimate_.add(answer_frame, answer_frame);
  }

  void note_content(JsonValue content) {
    estimate_.add_text(content);
    for (const auto part : content.items()) note_part(part);
  }

  void note_part(JsonValue part) {
    const auto type = part["type"];
    if (type.is("text")) return estimate_.add_text(part["text"]);
    if (type.is("image_url") || type.is("input_image")) return note_image(part);
    if (type.is("input_audio")) return note_media(Feature::audio, part["input_audio"]["data"], audio_bytes);
    if (type.is("file") || type.is("input_file"))
      return note_media(Feature::files, part["file"]["file_data"], file_bytes);
    estimate_.add_source(part);
  }

  void note_image(JsonValue part) {
    needs_.features.add(Feature::vision);
    const bool low = part["image_url"]["detail"].is("low") || part["detail"].is("low");
    estimate_.add(low ? image_of_low_detail : image, low ? image_of_low_detail : most_of_an_image);
  }

  void note_media(Feature feature, JsonValue data, std::size_t bytes_a_token) {
    needs_.features.add(feature);
    const auto tokens = data.is_string() ? data.range().size / bytes_a_token : remote_file;
    estimate_.add(tokens, 2 * tokens);
  }

  // A text, tokens, or a list of either.
  void note_prompt(JsonValue prompt) {
    estimate_.add_text(prompt);
    if (prompt.kind() == JsonKind::number) estimate_.add(1, 1);
    for (const auto item : prompt.items()) note_prompt(item);
  }

  Surface surface_;
  Needs needs_;
  TokenEstimate estimate_;
  std::optional<core::Tokens> max_completion_tokens_, max_tokens_;
};

}  // namespace

Needs read_needs(Surface surface, JsonValue document) {
  Reading reading(surface);
  std::string scratch;
  for (const auto member : document.members()) reading.note(member.name.string(scratch), member.value);
  return reading.result();
}

core::Tokens most_input_tokens(std::size_t body_bytes) { return most_tokens(body_bytes); }

}  // namespace headgate::wire::openai
