// What is said in a conversation, in no provider's words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace headgate::chat {

// One JSON value as text, whole and sound: whoever reads a dialect has checked it. Arguments of a tool
// call may be empty while they are on their way.
using Json = std::string;

enum class Role : std::uint8_t { system, developer, user, assistant, tool };

// How long a provider is asked to remember everything up to here.
enum class CacheTime : std::uint8_t { five_minutes, one_hour };

// A picture, a sound or a document: the thing itself, or where it is.
struct Source {
  enum class Kind : std::uint8_t { base64, url, file_id, text };
  Kind kind = Kind::base64;
  std::string value;
  std::string media_type;  // "image/png"; empty: not said
  bool operator==(const Source&) const = default;
};

struct Text {
  std::string text;
  bool operator==(const Text&) const = default;
};

struct Image {
  Source source;
  std::string detail;  // "low", "high", "auto"; empty: not said
  bool operator==(const Image&) const = default;
};

struct Audio {
  Source source;
  bool operator==(const Audio&) const = default;
};

struct File {
  Source source;
  std::string name;
  bool operator==(const File&) const = default;
};

struct Refusal {
  std::string text;
  bool operator==(const Refusal&) const = default;
};

// Thoughts in front of an answer. The signature proves to the provider that they are its own; it is
// handed back unread.
struct Reasoning {
  std::string text;
  std::string signature;
  std::string origin{};  // who signed it, where that is known: "google-gemini-v1"
  bool operator==(const Reasoning&) const = default;
};

// Thoughts that only the provider can read.
struct SealedReasoning {
  std::string data;
  std::string origin{};  // as of Reasoning
  bool operator==(const SealedReasoning&) const = default;
};

struct ToolCall {
  std::string id;
  std::string name;
  Json arguments;         // an object; of a custom tool free text
  std::string signature;  // as of Reasoning, where a provider signs the call itself
  bool custom = false;    // takes text, not JSON
  bool operator==(const ToolCall&) const = default;
};

struct Part;

struct ToolResult {
  std::string call_id;
  std::string name;           // of the tool; empty: look for the call
  std::vector<Part> content;  // texts, images and files
  bool failed = false;
  bool operator==(const ToolResult&) const;
};

struct Part {
  std::variant<Text, Image, Audio, File, Refusal, Reasoning, SealedReasoning, ToolCall, ToolResult> value;
  std::optional<CacheTime> remember;  // the prompt up to the end of this part
  bool operator==(const Part&) const = default;
};

// Written out: clang 14 cannot default it behind the class.
inline bool ToolResult::operator==(const ToolResult& other) const {
  return call_id == other.call_id && name == other.name && content == other.content && failed == other.failed;
}

// Results of tools stand in messages of role tool and nowhere else, one or more in each. Reasoning,
// calls and refusals stand in messages of the assistant, in the order in which they were said.
struct Message {
  Role role = Role::user;
  std::string name;  // of who speaks; mostly empty
  std::vector<Part> parts;
  bool operator==(const Message&) const = default;
};

inline Part text_part(std::string text) { return {Text{std::move(text)}, {}}; }

}  // namespace headgate::chat
