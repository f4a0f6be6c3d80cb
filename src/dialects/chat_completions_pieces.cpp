#include "chat_completions_pieces.hpp"

namespace headgate::dialects::chat_completions {

using chat::CacheTime;
using chat::Finish;

std::optional<CacheTime> read_mark(JsonValue marked) {
  if (const auto mark = marked["cache_control"]; mark.is_object())
    return mark["ttl"].is("1h") ? CacheTime::one_hour : CacheTime::five_minutes;
  if (marked["prompt_cache_breakpoint"].is_object()) return CacheTime::five_minutes;
  return std::nullopt;
}

void write_mark(JsonWriter& json, std::optional<CacheTime> mark) {
  if (!mark) return;
  json.name("cache_control").begin_object().member("type", "ephemeral");
  if (*mark == CacheTime::one_hour) json.member("ttl", "1h");
  json.end_object();
}

namespace {

std::string plain_thoughts(JsonValue message) {
  for (const auto name : {"reasoning_content", "reasoning"})
    if (const auto text = message[name]; text.is_string() && !text.is_empty()) return text.string();
  return {};
}

// A signature may come alone, beside the plain text that it signs.
void read_detail(JsonValue detail, const std::string& plain, std::vector<chat::Part>& out) {
  if (detail["type"].is("reasoning.encrypted")) {
    out.push_back({chat::SealedReasoning{detail["data"].string(), read_origin(detail)}, read_mark(detail)});
  } else if (detail["type"].is("reasoning.text") || detail["type"].is("reasoning.summary")) {
    chat::Reasoning thought{detail["text"].string() + detail["summary"].string(), detail["signature"].string()};
    if (!detail["text"].is_set() && !detail["summary"].is_set()) thought.text = plain;
    if (!thought.signature.empty()) thought.origin = read_origin(detail);
    out.push_back({std::move(thought), read_mark(detail)});
  }
}

}  // namespace

void read_thoughts(JsonValue message, std::vector<chat::Part>& out) {
  auto plain = plain_thoughts(message);
  const auto before = out.size();
  for (const auto detail : message["reasoning_details"].items()) read_detail(detail, plain, out);
  if (out.size() == before && !plain.empty()) out.push_back({chat::Reasoning{std::move(plain), {}}, {}});
}

chat::Part read_thinking_part(JsonValue part) {
  chat::Reasoning thought{part["thinking"].string(), part["signature"].string()};
  for (const auto piece : part["thinking"].items()) thought.text += piece["text"].string();
  return {std::move(thought), read_mark(part)};
}

std::string read_origin(JsonValue detail) {
  return detail["format"].is("unknown") ? std::string() : detail["format"].string();
}

void write_thought(JsonWriter& json, const chat::Reasoning& thought, std::size_t index, std::optional<CacheTime> mark) {
  json.begin_object().member("type", "reasoning.text").member("text", thought.text);
  if (!thought.signature.empty()) {
    json.member("signature", thought.signature);
    if (!thought.origin.empty()) json.member("format", thought.origin);
  }
  json.member("index", index);
  write_mark(json, mark);
  json.end_object();
}

void write_thought(JsonWriter& json, const chat::SealedReasoning& thought, std::size_t index,
                   std::optional<CacheTime> mark) {
  json.begin_object().member("type", "reasoning.encrypted").member("data", thought.data);
  if (!thought.origin.empty()) json.member("format", thought.origin);
  json.member("index", index);
  write_mark(json, mark);
  json.end_object();
}

std::string read_call_signature(JsonValue call) {
  return call["extra_content"]["google"]["thought_signature"].string();
}

void write_call_signature(JsonWriter& json, const std::string& signature) {
  if (signature.empty()) return;
  json.name("extra_content").begin_object().name("google").begin_object();
  json.member("thought_signature", signature).end_object().end_object();
}

chat::ToolCall read_call(JsonValue call) {
  const auto custom = call["custom"], function = call["function"];
  if (call["type"].is("custom"))
    return {call["id"].string(), custom["name"].string(), custom["input"].string(), read_call_signature(call), true};
  const auto arguments = function["arguments"];
  std::string text = arguments.is_object() ? std::string(arguments.source()) : arguments.string();
  if (text.empty()) text = "{}";
  return {call["id"].string(), function["name"].string(), std::move(text), read_call_signature(call), false};
}

void write_call(JsonWriter& json, const chat::ToolCall& call, std::string_view id, std::optional<CacheTime> mark) {
  const std::string_view type = call.custom ? "custom" : "function";
  json.begin_object().member("id", id).member("type", type);
  json.name(type).begin_object().member("name", call.name);
  json.member(call.custom ? "input" : "arguments", call.arguments).end_object();
  write_call_signature(json, call.signature);
  write_mark(json, mark);
  json.end_object();
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash ^ hash >> 32;
}

std::string letters_of(std::uint64_t hash, std::size_t count) {
  constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string out;
  for (; out.size() < count; hash /= letters.size()) out += letters[hash % letters.size()];
  return out;
}

std::string made_up_id(std::string_view answer, std::size_t choice, std::size_t index) {
  const auto words = std::string(answer) + ' ' + std::to_string(choice) + ' ' + std::to_string(index);
  return "call_" + letters_of(hash_of(words), 10);
}

Finish read_finish(JsonValue choice, bool calls) {
  const auto reason = choice["finish_reason"], native = choice["native_finish_reason"];
  for (const auto finish : {Finish::pause, Finish::window, Finish::other})
    if (reason.is(finish_reason(finish, false)) && native.is(native_finish_reason(finish))) return finish;
  if (reason.is("stop") || reason.is("eos")) return calls ? Finish::tool_calls : Finish::stop;
  if (reason.is("length")) return Finish::length;
  if (reason.is("model_length")) return Finish::window;
  if (reason.is("tool_calls") || reason.is("function_call")) return Finish::tool_calls;
  if (reason.is("content_filter")) return Finish::filtered;
  return reason.is_string() && !reason.is_empty() ? Finish::other : Finish::unknown;
}

std::string_view finish_reason(Finish finish, bool refusal_told) {
  switch (finish) {
    case Finish::stop:
    case Finish::stop_sequence:
    case Finish::pause:
    case Finish::other: return "stop";
    case Finish::tool_calls: return "tool_calls";
    case Finish::filtered: return "content_filter";
    case Finish::refused: return refusal_told ? "stop" : "content_filter";
    case Finish::length:
    case Finish::window:
    case Finish::failed:  // not whole; there is no word that comes nearer
    case Finish::unknown: return "length";
  }
  return "length";
}

// The words of the provider that has them.
std::string_view native_finish_reason(Finish finish) {
  switch (finish) {
    case Finish::pause: return "pause_turn";
    case Finish::window: return "model_context_window_exceeded";
    case Finish::other: return "other";
    default: return {};
  }
}

}  // namespace headgate::dialects::chat_completions
