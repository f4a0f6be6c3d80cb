#include "gemini_words.hpp"
#include "headgate/dialects/gemini.hpp"
#include "headgate/dialects/origin.hpp"

namespace headgate::dialects::gemini {
namespace {

using wire::JsonWriter;

class PartWriter {
 public:
  explicit PartWriter(JsonWriter& json) : json_(json) {}

  void operator()(const chat::Text& value) { write_text(json_, value.text); }
  void operator()(const chat::Refusal& value) { write_text(json_, value.text); }
  void operator()(const chat::Reasoning& value) {
    write_thought(json_, value.text, with_origin_in_base64(value.signature, value.origin, googles_thoughts));
  }
  void operator()(const chat::ToolCall& value) {
    write_call(json_, value.id, value.name, value.arguments, value.signature);
  }
  // Thoughts only their provider can read; nothing else is said by an assistant.
  void operator()(const auto&) {}

 private:
  JsonWriter& json_;
};

void write_candidate(JsonWriter& json, const chat::Choice& choice, std::size_t index) {
  json.begin_object().name("content").begin_object().member("role", "model").name("parts").begin_array();
  for (const auto& part : choice.message.parts) std::visit(PartWriter(json), part.value);
  json.end_array().end_object().member("finishReason", reason_of(choice.finish)).member("index", index);
  if (!choice.logprobs.empty()) write_logprobs(json, choice.logprobs);
  json.end_object();
}

}  // namespace

void append_answer(std::string& out, const chat::Answer& answer, const Shown& shown) {
  JsonWriter json(out);
  json.begin_object().name("candidates").begin_array();
  for (std::size_t i = 0; i < answer.choices.size(); ++i) write_candidate(json, answer.choices[i], i);
  json.end_array();
  if (answer.usage.known()) write_usage(json.name("usageMetadata"), answer.usage);
  json.member("modelVersion", answer.model.empty() ? shown.model : answer.model);
  json.member("responseId", answer.id.empty() ? shown.id : answer.id).end_object();
}

}  // namespace headgate::dialects::gemini
