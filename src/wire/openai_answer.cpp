#include "headgate/wire/openai_answer.hpp"

#include "headgate/wire/json_schema.hpp"

namespace headgate::wire::openai {
namespace {

constexpr std::size_t largest_schema = 64 * 1024;

bool is_first(JsonValue choice) {
  const auto index = choice["index"];
  return !index.is_set() || index.count() == 0;
}

JsonValue content_of(JsonValue choice) {
  const auto message = choice["message"];
  return (message.is_set() ? message : choice["delta"])["content"];
}

// Strict readers refuse repeated names, lenient ones numbers beyond a double: JSON may hold both.
bool reads(JsonReader& json, std::string_view text) {
  return json.read_lenient(text).has_value() || json.read(text).has_value();
}

}  // namespace

void AnswerText::add(JsonValue reply) {
  if (too_long_) return;
  std::string scratch;
  for (const auto choice : reply["choices"].items()) {
    if (!is_first(choice)) continue;
    const auto piece = content_of(choice);
    too_long_ = text_.size() + piece.range().size > most;
    if (too_long_) return text_.clear();
    text_.append(piece.string(scratch));
  }
}

Shape judge(JsonValue request, const AnswerText& answer, JsonReader& json) {
  if (answer.text().empty()) return Shape::unknown;
  const auto format = request["response_format"];
  const bool asks_schema = format["type"].is("json_schema");
  if (!asks_schema && !format["type"].is("json_object")) return Shape::unknown;
  std::string padded = answer.text();
  pad(padded);
  if (!reads(json, padded)) return Shape::broken;
  if (!asks_schema) return Shape::as_asked;
  const auto schema = format["json_schema"]["schema"];
  if (schema.range().size > largest_schema) return Shape::as_asked;
  return fit(schema, json.document()) == Fit::breaks ? Shape::broken : Shape::as_asked;
}

}  // namespace headgate::wire::openai
