#include "headgate/dialects/completions.hpp"
#include "headgate/wire/json_writer.hpp"
#include "headgate/wire/openai.hpp"
#include "headgate/wire/openai_usage.hpp"

namespace headgate::dialects::completions {
namespace {

using chat::Event;
using wire::JsonWriter;
using Kind = Event::Kind;

// The dialect knows three.
std::string_view finish_reason(chat::Finish finish) {
  switch (finish) {
    case chat::Finish::length:
    case chat::Finish::window: return "length";
    case chat::Finish::filtered:
    case chat::Finish::refused: return "content_filter";
    default: return "stop";
  }
}

JsonWriter open(std::string& out, const Shown& shown) {
  JsonWriter json(out);
  json.begin_object().member("id", shown.id).member("object", "text_completion");
  json.member("created", shown.created).member("model", shown.model).name("choices").begin_array();
  return json;
}

void write_choice(JsonWriter& json, std::size_t index, std::string_view text, std::string_view finish) {
  json.begin_object().member("text", text).member("index", index).raw_member("logprobs", "null").name("finish_reason");
  finish.empty() ? json.null() : json.string(finish);
  json.end_object();
}

std::string said(const chat::Message& message) {
  std::string text;
  for (const auto& part : message.parts) {
    if (const auto* words = std::get_if<chat::Text>(&part.value)) text += words->text;
    if (const auto* refusal = std::get_if<chat::Refusal>(&part.value)) text += refusal->text;
  }
  return text;
}

void take_over(Shown& shown, std::string_view id, std::string_view model, std::int64_t created) {
  if (!id.empty()) shown.id = id;
  if (!model.empty()) shown.model = model;
  if (created != 0) shown.created = created;
}

class ChunkWriter final : public EventWriter {
 public:
  explicit ChunkWriter(Shown shown) : shown_(std::move(shown)) {}

  void write(std::string& out, const Event& event) override {
    if (ended_) return;
    switch (event.kind) {
      case Kind::start: take_over(shown_, event.id, event.name, event.created); return chat::merge(usage_, event.usage);
      case Kind::text:
      case Kind::refusal: return event.text.empty() ? void() : write_chunk(out, event.choice, event.text, {});
      case Kind::finish:
        if (event.finish == chat::Finish::failed) return fail(out, nothing_came_of_it());
        return write_chunk(out, event.choice, {}, finish_reason(event.finish));
      case Kind::usage: return chat::merge(usage_, event.usage);
      case Kind::done: return finish(out);
      case Kind::error: return fail(out, event.error);
      default: return;
    }
  }

 private:
  static core::Error nothing_came_of_it() {
    return core::Error(core::Code::upstream_error, "The model's answer could not be used.");
  }

  void write_chunk(std::string& out, std::uint32_t choice, std::string_view text, std::string_view finish) const {
    out.append("data: ");
    auto json = open(out, shown_);
    write_choice(json, choice, text, finish);
    json.end_array().end_object();
    out.append("\n\n");
  }

  void finish(std::string& out) {
    if (shown_.usage && usage_.known()) {
      out.append("data: ");
      auto json = open(out, shown_);
      json.end_array().name("usage");
      wire::openai::append_usage(out, usage_);
      json.end_object();
      out.append("\n\n");
    }
    end(out);
  }

  void fail(std::string& out, const core::Error& error) {
    out.append("data: ");
    wire::openai::append_error(out, error);
    out.append("\n\n");
    end(out);
  }

  void end(std::string& out) {
    ended_ = true;
    out.append("data: [DONE]\n\n");
  }

  Shown shown_;
  core::Usage usage_;
  bool ended_ = false;
};

}  // namespace

void append_answer(std::string& out, const chat::Answer& answer, const Shown& shown) {
  auto named = shown;
  take_over(named, answer.id, answer.model, answer.created);
  auto json = open(out, named);
  for (std::size_t i = 0; i < answer.choices.size(); ++i)
    write_choice(json, i, said(answer.choices[i].message), finish_reason(answer.choices[i].finish));
  json.end_array();
  if (answer.usage.known()) {
    json.name("usage");
    wire::openai::append_usage(out, answer.usage);
  }
  json.end_object();
}

std::unique_ptr<EventWriter> make_event_writer(Shown shown) { return std::make_unique<ChunkWriter>(std::move(shown)); }

}  // namespace headgate::dialects::completions
