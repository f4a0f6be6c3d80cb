#include <cmath>
#include <cstring>

#include "headgate/core/unusable_answer.hpp"
#include "headgate/wire/openai.hpp"
#include "headgate/wire/openai_usage.hpp"

namespace headgate::wire::openai {
namespace {

using core::Result;

// One thing of an answer: a choice, or an embedding.
bool is_answer(Surface surface, JsonValue item) {
  switch (surface) {
    case Surface::chat_completions: return item["message"].is_object();
    case Surface::completions: return item["text"].is_string();
    case Surface::embeddings: return item["embedding"].is_array() || item["embedding"].is_string();
    default: return false;
  }
}

bool has_answer(Surface surface, JsonValue reply) {
  const auto list = reply[surface == Surface::embeddings ? "data" : "choices"];
  for (const auto item : list.items())
    if (!is_answer(surface, item)) return false;
  return list.is_array() && !list.is_empty();
}

// Why a choice ended, on a Reply or a StreamEvent.
template <typename Said>
void note_reason(Said& said, JsonValue finish_reason) {
  said.refuses = said.refuses || finish_reason.is("content_filter");
  said.truncated = said.truncated || finish_reason.is("length");
}

// A delta shows something to the user when any member but its role is not empty.
bool shows_content(JsonValue delta, bool& refuses) {
  for (const auto member : delta.members())
    if (!member.value.is_empty() && !member.name.is("role") && !member.name.is("obfuscation")) {
      refuses = refuses || member.name.is("refusal");
      return true;
    }
  return false;
}

void read_choice(StreamEvent& event, Surface surface, JsonValue choice) {
  if (const auto reason = choice["finish_reason"]; reason.is_set()) {
    event.finishes = true;
    note_reason(event, reason);
  }
  const bool shows =
      surface == Surface::completions ? !choice["text"].is_empty() : shows_content(choice["delta"], event.refuses);
  if (shows || event.finishes) event.kind = StreamEvent::Kind::content;
}

constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void append_base64(std::string& out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const auto have = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out.push_back(k <= have ? base64_digits[group >> (18 - 6 * k) & 63] : '=');
  }
}

bool append_floats(std::string& out, JsonValue numbers) {
  std::string bytes;
  for (const auto item : numbers.items()) {
    const auto number = item.number();
    if (!number) return false;
    const auto narrow = static_cast<float>(*number);
    std::uint32_t bits = 0;
    std::memcpy(&bits, &narrow, sizeof bits);
    for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>(bits >> shift & 0xff));
  }
  out.push_back('"');
  append_base64(out, bytes);
  out.push_back('"');
  return true;
}

// The document with every float array in its place turned into base64; what stands between them is
// kept as it is. False: something is no embedding.
bool append_with_base64(std::string& out, std::string_view body, JsonValue items) {
  std::size_t at = 0;
  for (const auto item : items.items()) {
    if (!item.is_object()) return false;
    const auto embedding = item["embedding"];
    if (!embedding.is_array()) continue;
    out.append(body.substr(at, embedding.range().at - at));
    at = embedding.range().end();
    if (!append_floats(out, embedding)) return false;
  }
  out.append(body.substr(at));
  return true;
}

}  // namespace

Result<Reply> check_reply(JsonReader& json, Surface surface, std::string_view body) {
  const auto document = json.read_lenient(body);
  if (!document) return core::unusable_answer("not JSON: " + document.error().detail());
  if (!document->is_object()) return core::unusable_answer("not an object");
  if ((*document)["error"].is_set()) return read_error(json, 502, body);
  if (!has_answer(surface, *document))
    return core::unusable_answer("no " + std::string(surface == Surface::embeddings ? "data" : "choices"));
  Reply reply;
  reply.usage = read_usage((*document)["usage"]);
  for (const auto choice : (*document)["choices"].items()) {
    note_reason(reply, choice["finish_reason"]);
    reply.refuses = reply.refuses || !choice["message"]["refusal"].is_empty();
  }
  return reply;
}

core::Usage read_usage(JsonReader& json, std::string_view body) {
  const auto document = json.read_lenient(body);
  return document && document->is_object() ? read_usage((*document)["usage"]) : core::Usage();
}

Result<std::string> embeddings_as_base64(JsonReader& json, std::string_view body) {
  const auto document = json.read_lenient(body);
  if (!document) return core::unusable_answer("not JSON");
  const auto items = (*document)["data"];
  if (!items.is_array()) return core::unusable_answer("no data");
  std::string out;
  bool any = false;
  for (const auto item : items.items()) any = any || item["embedding"].is_array();
  if (any && !append_with_base64(out, body, items))
    return core::unusable_answer("an embedding holds something that is not a number");
  return out;
}

StreamEvent read_stream_event(JsonReader& json, Surface surface, std::string_view data) {
  using Kind = StreamEvent::Kind;
  StreamEvent event;
  if (data.starts_with("[DONE]")) return event.kind = Kind::done, event;
  const auto document = json.read_lenient(data);
  if (!document || !document->is_object()) return event;
  if ((*document)["error"].is_set()) {
    event.kind = Kind::error;
    event.error = read_error(json, 502, data);
    return event;
  }
  const auto choices = (*document)["choices"], usage = (*document)["usage"];
  event.usage = read_usage(usage);
  if (!choices.is_set() && usage.is_object()) return event.kind = Kind::usage_only, event;
  if (!choices.is_array()) return event;
  event.kind = choices.is_empty() && usage.is_object() ? Kind::usage_only : Kind::preamble;
  for (const auto choice : choices.items()) {
    if (!choice.is_object()) return event.kind = Kind::malformed, event;
    read_choice(event, surface, choice);
  }
  return event;
}

}  // namespace headgate::wire::openai
