#include "bedrock_words.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "headgate/dialects/bedrock.hpp"

namespace headgate::dialects::bedrock {
namespace {

using chat::Finish;

struct Word {
  std::string_view theirs, ours;
};

constexpr auto images = std::to_array<Word>({{"image/png", "png"},
                                             {"image/jpeg", "jpeg"},
                                             {"image/jpg", "jpeg"},
                                             {"image/gif", "gif"},
                                             {"image/webp", "webp"}});

constexpr auto sounds = std::to_array<Word>({{"audio/wav", "wav"},
                                             {"audio/x-wav", "wav"},
                                             {"audio/mp3", "mp3"},
                                             {"audio/mpeg", "mp3"},
                                             {"audio/aac", "aac"},
                                             {"audio/flac", "flac"},
                                             {"audio/mp4", "mp4"},
                                             {"audio/m4a", "m4a"},
                                             {"audio/ogg", "ogg"},
                                             {"audio/opus", "opus"},
                                             {"audio/webm", "webm"},
                                             {"audio/pcm", "pcm"}});

constexpr auto documents =
    std::to_array<Word>({{"application/pdf", "pdf"},
                         {"text/plain", "txt"},
                         {"text/markdown", "md"},
                         {"text/csv", "csv"},
                         {"text/html", "html"},
                         {"application/msword", "doc"},
                         {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
                         {"application/vnd.ms-excel", "xls"},
                         {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"}});

constexpr auto beginnings =
    std::to_array<Word>({{"iVBORw0KGg", "png"}, {"/9j/", "jpeg"}, {"R0lGOD", "gif"}, {"UklGR", "webp"}});

struct Reason {
  std::string_view word;
  Finish finish;
};
constexpr auto reasons = std::to_array<Reason>({{"end_turn", Finish::stop},
                                                {"tool_use", Finish::tool_calls},
                                                {"max_tokens", Finish::length},
                                                {"stop_sequence", Finish::stop_sequence},
                                                {"guardrail_intervened", Finish::filtered},
                                                {"content_filtered", Finish::filtered},
                                                {"model_context_window_exceeded", Finish::window},
                                                {"malformed_model_output", Finish::failed},
                                                {"malformed_tool_use", Finish::failed},
                                                // Of models of Anthropic; not in the service's own list.
                                                {"refusal", Finish::refused},
                                                {"pause_turn", Finish::pause}});

std::string_view look_up(std::span<const Word> words, std::string_view theirs) {
  theirs = theirs.substr(0, theirs.find(';'));
  const auto found = std::find_if(words.begin(), words.end(), [&](const Word& word) { return word.theirs == theirs; });
  return found == words.end() ? std::string_view() : found->ours;
}

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

template <typename Allowed>
bool fits(std::string_view text, Allowed allowed) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

// FNV-1a: ids of one conversation must not meet, nobody gains by making them.
std::uint64_t hash(std::string_view text, std::uint64_t seed) {
  for (const char c : text) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return seed;
}

void append_hex(std::string& out, std::uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15];
}

// Far more than any window holds.
constexpr core::Tokens most_tokens = 1'000'000'000;

void read_count(std::optional<core::Tokens>& count, bool& implausible, wire::JsonValue value) {
  if (!value.is_set()) return;
  const auto read = value.count();
  if (read && *read <= most_tokens)
    count = *read;
  else
    implausible = true;
}

}  // namespace

std::string path(std::string_view model, bool stream) {
  std::string out = "/model/";
  for (const char c : model) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append(1, '%').append(1, "0123456789ABCDEF"[byte >> 4]).append(1, "0123456789ABCDEF"[byte & 15]);
  }
  return out.append(stream ? "/converse-stream" : "/converse");
}

Family family_of(std::string_view model) {
  const auto holds = [&](std::string_view part) { return model.find(part) != model.npos; };
  if (holds("anthropic.") || holds("claude")) return Family::claude;
  if (holds("amazon.nova") || holds("nova-")) return Family::nova;
  return model.starts_with("arn:") && !holds("foundation-model/") ? Family::hidden : Family::other;
}

std::string_view image_format(std::string_view media_type) { return look_up(images, media_type); }
std::string_view audio_format(std::string_view media_type) { return look_up(sounds, media_type); }
std::string_view document_format(std::string_view media_type) { return look_up(documents, media_type); }

std::string_view image_format_of(std::string_view base64) {
  for (const auto& [beginning, format] : beginnings)
    if (base64.starts_with(beginning)) return format;
  return {};
}

std::string tool_use_id(const std::string& id) {
  if (fits(id, [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == ':' || c == '-'; })) return id;
  std::string out = "tooluse_";
  append_hex(out, hash(id, 0xcbf29ce484222325u));
  append_hex(out, hash(id, 0x84222325cbf29ce4u));
  return out;
}

bool is_tool_name(std::string_view name) {
  return fits(name, [](char c) { return is_alphanumeric(c) || c == '_' || c == '-'; });
}

bool is_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(), [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; });
}

std::string to_base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t i) {
      return at + i < bytes.size() ? std::uint32_t{static_cast<unsigned char>(bytes[at + i])} : 0u;
    };
    const auto group = byte(0) << 16 | byte(1) << 8 | byte(2);
    const auto rest = bytes.size() - at;
    out += digits[group >> 18];
    out += digits[group >> 12 & 63];
    out += rest > 1 ? digits[group >> 6 & 63] : '=';
    out += rest > 2 ? digits[group & 63] : '=';
  }
  return out;
}

Finish finish_of(wire::JsonValue stop_reason) {
  if (!stop_reason.is_string()) return Finish::unknown;
  for (const auto& [word, finish] : reasons)
    if (stop_reason.is(word)) return finish;
  return Finish::other;  // a word of tomorrow: the answer did end
}

std::string stopped_by(wire::JsonValue additional_fields) { return additional_fields["stop_sequence"].string(); }

core::Usage usage_of(wire::JsonValue usage) {
  core::Usage out;
  read_count(out.input, out.implausible, usage["inputTokens"]);
  read_count(out.output, out.implausible, usage["outputTokens"]);
  read_count(out.cache_read, out.implausible, usage["cacheReadInputTokens"]);
  read_count(out.cache_write, out.implausible, usage["cacheWriteInputTokens"]);
  return out;
}

}  // namespace headgate::dialects::bedrock
