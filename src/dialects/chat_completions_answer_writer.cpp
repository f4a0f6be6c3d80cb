#include "chat_completions_pieces.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/wire/openai_usage.hpp"

namespace headgate::dialects::chat_completions {
namespace {

using chat::Part;

// Thoughts that are signed or sealed, or more than one, need their details.
class Thoughts {
 public:
  explicit Thoughts(const std::vector<Part>& parts) : parts_(parts) {
    std::size_t count = 0;
    for (const auto& part : parts) {
      const auto* open = std::get_if<chat::Reasoning>(&part.value);
      const bool sealed = std::holds_alternative<chat::SealedReasoning>(part.value);
      if (open != nullptr) text_ += open->text;
      if (open != nullptr || sealed) ++count;
      detailed_ = detailed_ || sealed || count > 1 || (open != nullptr && !open->signature.empty());
    }
  }

  void write(JsonWriter& json) const {
    if (!text_.empty()) json.member("reasoning_content", text_);
    if (!detailed_) return;
    json.name("reasoning_details").begin_array();
    std::size_t index = 0;
    for (const auto& part : parts_) {
      if (const auto* open = std::get_if<chat::Reasoning>(&part.value))
        write_thought(json, *open, index++, {});
      else if (const auto* sealed = std::get_if<chat::SealedReasoning>(&part.value))
        write_thought(json, *sealed, index++, {});
    }
    json.end_array();
  }

 private:
  const std::vector<Part>& parts_;
  std::string text_;
  bool detailed_ = false;
};

template <typename Value>
std::string joined(const std::vector<Part>& parts) {
  std::string text;
  for (const auto& part : parts)
    if (const auto* value = std::get_if<Value>(&part.value)) text += value->text;
  return text;
}

void write_calls(JsonWriter& json, const std::vector<Part>& parts) {
  bool any = false;
  for (const auto& part : parts) {
    const auto* call = std::get_if<chat::ToolCall>(&part.value);
    if (call == nullptr) continue;
    if (!any) json.name("tool_calls").begin_array();
    any = true;
    write_call(json, *call, call->id, {});
  }
  if (any) json.end_array();
}

void write_text(JsonWriter& json, std::string_view name, const std::string& text) {
  json.name(name);
  text.empty() ? json.null() : json.string(text);
}

void write_choice(JsonWriter& json, const chat::Choice& choice, std::size_t index) {
  const auto& parts = choice.message.parts;
  const auto refusal = joined<chat::Refusal>(parts);
  json.begin_object().member("index", index).name("message").begin_object().member("role", "assistant");
  write_text(json, "content", joined<chat::Text>(parts));
  write_text(json, "refusal", refusal);
  Thoughts(parts).write(json);
  write_calls(json, parts);
  json.end_object().raw_member("logprobs", choice.logprobs.empty() ? "null" : choice.logprobs);
  json.member("finish_reason", finish_reason(choice.finish, !refusal.empty()));
  if (const auto native = native_finish_reason(choice.finish); !native.empty())
    json.member("native_finish_reason", native);
  json.end_object();
}

}  // namespace

void append_answer(std::string& out, const chat::Answer& answer, const Shown& shown) {
  JsonWriter json(out);
  json.begin_object().member("id", answer.id.empty() ? shown.id : answer.id).member("object", "chat.completion");
  json.member("created", answer.created != 0 ? answer.created : shown.created);
  json.member("model", answer.model.empty() ? shown.model : answer.model).name("choices").begin_array();
  for (std::size_t i = 0; i < answer.choices.size(); ++i) write_choice(json, answer.choices[i], i);
  json.end_array();
  if (answer.usage.known()) {
    json.name("usage");
    wire::openai::append_usage(out, answer.usage);
  }
  if (!answer.service_tier.empty()) json.member("service_tier", answer.service_tier);
  json.end_object();
}

}  // namespace headgate::dialects::chat_completions
