#include "headgate/wire/openai_event_pattern.hpp"

#include <algorithm>
#include <span>

namespace headgate::wire::openai {
namespace {

// Of what is inside a string up to its closing quote; 0 when there is none, or when the text is not plain: it needs no
// escapes and is sound UTF-8.
std::size_t size_of_plain_text(std::string_view text) {
  unsigned char seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '"') return seen < 0x80 || simdjson::validate_utf8(text.data(), at) ? at : 0;
    if (byte < 0x20 || byte == '\\') return 0;
    seen |= byte;
  }
  return 0;
}

// What a user sees of a choice: the first of its texts that is not empty.
JsonValue shown_text(JsonValue choice) {
  if (const auto text = choice["text"]; text.is_set()) return text;
  for (const auto member : choice["delta"].members())
    if (member.value.is_string() && !member.value.is_empty() && !member.name.is("role")) return member.value;
  return {};
}

}  // namespace

bool EventPattern::matches(std::string_view data) {
  if (count_ == 0 || !agrees(data)) return false;
  unlike_ = 0;
  return true;
}

bool EventPattern::agrees(std::string_view data) const {
  std::size_t at = 0;
  for (const auto gap : std::span(gaps_).first(count_)) {
    const auto between = std::string_view(last_).substr(at, gap.at - at);
    if (!data.starts_with(between)) return false;
    data.remove_prefix(between.size());
    const auto size = size_of_plain_text(data);
    if (size == 0) return false;
    data.remove_prefix(size);
    at = gap.end();
  }
  return data == std::string_view(last_).substr(at);
}

void EventPattern::learn(std::string_view data, JsonValue document, const StreamEvent& event) {
  const bool only_content = event.kind == StreamEvent::Kind::content && !event.finishes && !event.refuses;
  if (!only_content || event.usage.known() || data.size() > largest || unlike_ == patience) return;
  ++unlike_;
  count_ = 0;
  add_gap(shown_text(*document["choices"].items().begin()));
  if (count_ == 0) return;
  // Noise that hides the size of the text from who watches the line.
  add_gap(document["obfuscation"]);
  std::sort(gaps_.begin(), gaps_.begin() + static_cast<std::ptrdiff_t>(count_),
            [](auto a, auto b) { return a.at < b.at; });
  last_.assign(data);
}

void EventPattern::add_gap(JsonValue text) {
  if (!text.is_string() || text.is_empty()) return;
  const auto whole = text.range();
  gaps_[count_++] = {whole.at + 1, whole.size - 2};
}

}  // namespace headgate::wire::openai
