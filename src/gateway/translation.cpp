#include "translation.hpp"

#include "headgate/dialects/chat_completions.hpp"
#include "headgate/dialects/completions.hpp"
#include "headgate/dialects/embeddings.hpp"

namespace headgate::gateway {

using core::Result;

namespace {

constexpr std::string_view data_field = "data: ";
constexpr std::string_view event_end = "\n\n";

void pad(std::string& text) {
  const auto size = text.size();
  text.resize(size + wire::json_padding);
  text.resize(size);
}

}  // namespace

Translation::Translation(dialects::Dialect from, wire::Surface surface, dialects::Shown shown)
    : reader_(dialects::codec_of(from).make_event_reader()),
      writer_(surface == wire::Surface::completions ? dialects::completions::make_event_writer(std::move(shown))
                                                    : dialects::chat_completions::make_event_writer(std::move(shown))) {
}

Result<Translation::Said> Translation::read(wire::JsonReader& json, std::string_view name, std::string_view data) {
  events_.clear();
  if (auto read = reader_->read(json, name, data, events_); !read) return read.error();
  return say();
}

Result<Translation::Said> Translation::end() {
  events_.clear();
  if (auto ended = reader_->end(events_); !ended) return ended.error();
  return say();
}

// Our own writer's events: one line of data each.
Translation::Said Translation::say() {
  text_.clear();
  for (const auto& event : events_) writer_->write(text_, event);
  pad(text_);
  Said said;
  for (std::string_view rest = text_; rest.starts_with(data_field);) {
    const auto end = std::min(rest.find(event_end), rest.size());
    said.push_back(rest.substr(data_field.size(), end - data_field.size()));
    rest.remove_prefix(std::min(end + event_end.size(), rest.size()));
  }
  return said;
}

Result<std::string> translated_answer(wire::JsonReader& json, dialects::Dialect from, wire::Surface surface,
                                      std::string_view body, const dialects::Shown& shown) {
  const auto document = json.read_lenient(body);
  if (!document) return document.error();
  std::string said;
  if (surface == wire::Surface::embeddings) {
    auto list = dialects::embeddings::read_answer(*document, shown, from);
    if (!list) return list.error();
    said = std::move(*list);
  } else {
    auto answer = dialects::codec_of(from).read_answer(*document);
    if (!answer) return answer.error();
    const bool completes = surface == wire::Surface::completions;
    completes ? dialects::completions::append_answer(said, *answer, shown)
              : dialects::chat_completions::append_answer(said, *answer, shown);
  }
  pad(said);
  return said;
}

}  // namespace headgate::gateway
