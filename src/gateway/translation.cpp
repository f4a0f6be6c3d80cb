#include "translation.hpp"

#include <algorithm>

#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/dialects/completions.hpp"
#include "headgate/dialects/embeddings.hpp"

namespace headgate::gateway {

using core::Result;

namespace {

constexpr std::string_view data_field = "data: ";
constexpr std::string_view event_end = "\n\n";

bool made_nothing(const chat::Choice& choice) { return choice.finish == chat::Finish::failed; }

}  // namespace

Translation::Translation(dialects::Dialect from, wire::Surface surface, dialects::Shown shown)
    : reader_(dialects::codec_of(from).make_event_reader()),
      writer_(surface == wire::Surface::completions ? dialects::completions::make_event_writer(std::move(shown))
                                                    : dialects::chat_completions::make_event_writer(std::move(shown))) {
}

Result<Translation::Said> Translation::read(wire::JsonReader& json, std::string_view name, std::string_view data) {
  events_.clear();
  const auto read = reader_->read(json, name, data, events_);
  take_notes();
  if (!read) return read.error();
  // As the provider meant it: the words of policy would say no more than that something failed.
  for (const auto& event : events_)
    if (event.kind == chat::Event::Kind::error) return event.error;
  return say();
}

Result<Translation::Said> Translation::end() {
  events_.clear();
  const auto ended = reader_->end(events_);
  take_notes();
  if (!ended) return ended.error();
  return say();
}

void Translation::take_notes() {
  for (const auto& event : events_) {
    if (event.kind == chat::Event::Kind::start || event.kind == chat::Event::Kind::usage)
      chat::merge(usage_, event.usage);
    if (event.kind == chat::Event::Kind::left_out) chat::note_left_out(left_out_, event.text);
  }
}

// Our own writer's events: one line of data each.
Translation::Said Translation::say() {
  text_.clear();
  for (const auto& event : events_) writer_->write(text_, event);
  wire::pad(text_);
  Said said;
  for (std::string_view rest = text_; rest.starts_with(data_field);) {
    const auto end = std::min(rest.find(event_end), rest.size());
    said.push_back(rest.substr(data_field.size(), end - data_field.size()));
    rest.remove_prefix(std::min(end + event_end.size(), rest.size()));
  }
  return said;
}

Result<TranslatedAnswer> translated_answer(wire::JsonReader& json, dialects::Dialect from, wire::Surface surface,
                                           std::string_view body, const dialects::Shown& shown) {
  const auto document = json.read_lenient(body);
  if (!document) return core::unusable_answer("an answer that is not JSON");
  TranslatedAnswer said;
  if (surface == wire::Surface::embeddings) {
    auto list = dialects::embeddings::read_answer(*document, shown, from);
    if (!list) return list.error();
    said.text = *std::move(list);
  } else {
    auto answer = dialects::codec_of(from).read_answer(*document);
    if (!answer) return answer.error();
    if (std::ranges::any_of(answer->choices, made_nothing))
      return core::unusable_answer("the model made nothing of it");
    said.left_out = std::move(answer->left_out);
    const bool completes = surface == wire::Surface::completions;
    completes ? dialects::completions::append_answer(said.text, *answer, shown)
              : dialects::chat_completions::append_answer(said.text, *answer, shown);
  }
  wire::pad(said.text);
  return said;
}

}  // namespace headgate::gateway
