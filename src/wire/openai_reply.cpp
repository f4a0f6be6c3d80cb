#include <cmath>
#include <cstring>

#include "headgate/core/unusable_answer.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::wire::openai {
namespace {

namespace dom = simdjson::dom;
using core::Result;

// More tokens than any answer has; a count above it is a mistake that must not reach a budget.
constexpr std::uint64_t absurd = 1'000'000'000;

void read_count(std::optional<std::uint64_t>& count, bool& implausible,
                const simdjson::simdjson_result<dom::element>& value) {
  if (value.error() != simdjson::SUCCESS || value.is_null()) return;
  std::uint64_t number = 0;
  if (value.get_uint64().get(number) == simdjson::SUCCESS && number < absurd)
    count = number;
  else
    implausible = true;
}

// `part` is counted inside `whole`; afterwards `whole` is what is left beside it. A part larger than
// the whole, or of an unknown whole, is a mistake.
void take_apart(std::optional<core::Tokens>& whole, std::optional<core::Tokens>& part, bool& implausible) {
  if (!part) return;
  if (whole && *part <= *whole) {
    *whole -= *part;
  } else {
    part.reset();
    implausible = true;
  }
}

// OpenAI counts cached tokens into the prompt and reasoning into the completion.
core::Usage read_usage(const simdjson::simdjson_result<dom::element>& value) {
  core::Usage usage;
  dom::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return usage;
  read_count(usage.input, usage.implausible, object["prompt_tokens"]);
  read_count(usage.output, usage.implausible, object["completion_tokens"]);
  read_count(usage.cache_read, usage.implausible, object["prompt_tokens_details"]["cached_tokens"]);
  read_count(usage.reasoning, usage.implausible, object["completion_tokens_details"]["reasoning_tokens"]);
  take_apart(usage.input, usage.cache_read, usage.implausible);
  take_apart(usage.output, usage.reasoning, usage.implausible);
  return usage;
}

bool is_true_object(const simdjson::simdjson_result<dom::element>& value) {
  return value.error() == simdjson::SUCCESS && value.is_object();
}

bool is_choice(Surface surface, const dom::element& choice) {
  if (!choice.is_object()) return false;
  return surface == Surface::completions ? choice["text"].is_string() : is_true_object(choice["message"]);
}

bool has_answer(Surface surface, const dom::object& reply) {
  const bool embeds = surface == Surface::embeddings;
  dom::array items;
  if (reply[embeds ? "data" : "choices"].get_array().get(items) != simdjson::SUCCESS) return false;
  if (items.begin() == items.end()) return false;
  for (const auto item : items) {
    if (embeds) {
      if (!item.is_object() || !(item["embedding"].is_array() || item["embedding"].is_string())) return false;
    } else if (!is_choice(surface, item)) {
      return false;
    }
  }
  return true;
}

bool is_set(const simdjson::simdjson_result<dom::element>& value) {
  return value.error() == simdjson::SUCCESS && !value.is_null();
}

bool is_non_empty(const dom::element& value) {
  if (value.is_string()) return !value.get_string().value_unsafe().empty();
  if (value.is_array())
    return dom::array(value.get_array().value_unsafe()).begin() != dom::array(value.get_array().value_unsafe()).end();
  return !value.is_null();
}

// A delta shows something to the user when any member but its role is not empty.
bool shows_content(const dom::object& delta) {
  for (const auto field : delta)
    if (field.key != "role" && field.key != "obfuscation" && is_non_empty(field.value)) return true;
  return false;
}

void read_choice(StreamEvent& event, Surface surface, const dom::element& choice) {
  if (is_set(choice["finish_reason"])) {
    event.finishes = true;
    event.kind = StreamEvent::Kind::content;
  }
  if (surface == Surface::completions) {
    std::string_view text;
    if (choice["text"].get_string().get(text) == simdjson::SUCCESS && !text.empty())
      event.kind = StreamEvent::Kind::content;
    return;
  }
  dom::object delta;
  if (choice["delta"].get_object().get(delta) == simdjson::SUCCESS && shows_content(delta))
    event.kind = StreamEvent::Kind::content;
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

bool append_floats(std::string& out, const dom::array& numbers) {
  std::string bytes;
  for (const auto item : numbers) {
    double number = 0;
    if (item.get_double().get(number) != simdjson::SUCCESS) return false;
    const auto narrow = static_cast<float>(number);
    std::uint32_t bits = 0;
    std::memcpy(&bits, &narrow, sizeof bits);
    for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>(bits >> shift & 0xff));
  }
  out.push_back('"');
  append_base64(out, bytes);
  out.push_back('"');
  return true;
}

bool append_embedding(std::string& out, const dom::object& item) {
  const char* separator = "{";
  for (const auto field : item) {
    out.append(separator);
    separator = ",";
    append_json_string(out, field.key);
    out.push_back(':');
    if (field.key == "embedding" && field.value.is_array()) {
      if (!append_floats(out, field.value.get_array().value_unsafe())) return false;
    } else {
      out.append(simdjson::minify(field.value));
    }
  }
  out.append(*separator == '{' ? "{}" : "}");
  return true;
}

bool append_embeddings(std::string& out, const dom::array& items) {
  const char* separator = "[";
  for (const auto item : items) {
    out.append(separator);
    separator = ",";
    if (!item.is_object() || !append_embedding(out, item.get_object().value_unsafe())) return false;
  }
  out.push_back(']');
  return true;
}

}  // namespace

Result<Reply> check_reply(JsonReader& json, Surface surface, std::string_view body) {
  const auto document = json.read_lenient(body);
  if (!document) return core::unusable_answer("not JSON: " + document.error().detail());
  dom::object object;
  if (document->get_object().get(object) != simdjson::SUCCESS) return core::unusable_answer("not an object");
  if (is_set(object["error"])) return read_error(json, 502, body);
  if (!has_answer(surface, object))
    return core::unusable_answer("no " + std::string(surface == Surface::embeddings ? "data" : "choices"));
  Reply reply;
  reply.usage = read_usage(object["usage"]);
  std::string_view model;
  if (object["model"].get_string().get(model) == simdjson::SUCCESS) reply.model = model.substr(0, 128);
  return reply;
}

Result<std::string> embeddings_as_base64(JsonReader& json, std::string_view body) {
  const auto document = json.read_lenient(body);
  if (!document) return core::unusable_answer("not JSON");
  std::string out;
  dom::object object;
  dom::array items;
  if (document->get_object().get(object) != simdjson::SUCCESS ||
      object["data"].get_array().get(items) != simdjson::SUCCESS)
    return core::unusable_answer("no data");
  bool any = false;
  for (const auto item : items) any = any || item["embedding"].is_array();
  if (!any) return out;
  const char* separator = "{";
  for (const auto field : object) {
    out.append(separator);
    separator = ",";
    append_json_string(out, field.key);
    out.push_back(':');
    if (field.key != "data")
      out.append(simdjson::minify(field.value));
    else if (!append_embeddings(out, items))
      return core::unusable_answer("an embedding holds something that is not a number");
  }
  out.push_back('}');
  return out;
}

StreamEvent read_stream_event(JsonReader& json, Surface surface, std::string_view data) {
  using Kind = StreamEvent::Kind;
  StreamEvent event;
  if (data.starts_with("[DONE]")) return event.kind = Kind::done, event;
  const auto document = json.read_lenient(data);
  dom::object object;
  if (!document || document->get_object().get(object) != simdjson::SUCCESS) return event;
  if (is_set(object["error"])) {
    event.kind = Kind::error;
    event.error = read_error(json, 502, data);
    return event;
  }
  event.usage = read_usage(object["usage"]);
  dom::array choices;
  if (object["choices"].get_array().get(choices) != simdjson::SUCCESS) return event;
  event.kind = Kind::preamble;
  if (choices.begin() == choices.end() && is_true_object(object["usage"])) event.kind = Kind::usage_only;
  for (const auto choice : choices) {
    if (!choice.is_object()) return event.kind = Kind::malformed, event;
    read_choice(event, surface, choice);
  }
  return event;
}

}  // namespace headgate::wire::openai
