#include "headgate/providers/prompt_prefix.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <bit>
#include <cstring>

namespace headgate::providers {
namespace {

// As deep as marks stand: messages[0].content[0].cache_control.
constexpr int depth_of_messages = 3, depth_of_tools = 2;
constexpr core::Tokens bytes_of_token = 4;

__extension__ using Product = unsigned __int128;

std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<Product>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t eight_bytes(const char* from) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return std::endian::native == std::endian::little ? value : __builtin_bswap64(value);
}

// Sixteen bytes at a time. Whoever makes two prompts alike deceives only the forecast of their own cost.
class Digest {
 public:
  void add(std::uint64_t value) { state_ = folded(state_ ^ first, value ^ second); }

  void add(std::string_view text) {
    add(text.size());
    while (text.size() >= 16) {
      state_ = folded(state_ ^ eight_bytes(text.data()) ^ first, eight_bytes(text.data() + 8) ^ second);
      text.remove_prefix(16);
    }
    std::array<char, 16> rest{};
    std::memcpy(rest.data(), text.data(), text.size());
    state_ = folded(state_ ^ eight_bytes(rest.data()) ^ first, eight_bytes(rest.data() + 8) ^ second);
  }

  std::uint64_t value() const { return state_; }

 private:
  static constexpr std::uint64_t first = 0xA0761D6478BD642FU, second = 0xE7037ED1A0B428DBU;
  std::uint64_t state_ = 0x8EBC6AF09C88C6E3U;
};

class PrefixReader {
 public:
  PrefixReader(wire::JsonValue document, std::string_view tenant) : document_(document) {
    digest_.add(tenant);
    prefix_.has_key = document["prompt_cache_key"].kind() != wire::JsonKind::missing;
  }

  PromptPrefix read() {
    for (const std::string_view name : {"tools", "functions", "response_format"}) {
      add(document_[name], depth_of_tools);
      prefix_.tools_tokens += document_[name].range().size / bytes_of_token;
    }
    prefix_.instructions_tokens = prefix_.tools_tokens;
    prefix_.instructions = digest_.value();
    bool in_front = true;
    for (const auto message : document_["messages"].items()) {
      in_front = in_front && (message["role"].is("system") || message["role"].is("developer"));
      add_message(message, in_front);
    }
    auto& turns = prefix_.turns;
    if (turns.size() > PromptPrefix::most_turns)
      turns.erase(turns.begin(), turns.end() - static_cast<std::ptrdiff_t>(PromptPrefix::most_turns));
    return std::move(prefix_);
  }

 private:
  void add_message(wire::JsonValue message, bool in_front) {
    add(message, depth_of_messages);
    if (in_front) {
      prefix_.instructions = digest_.value();
      prefix_.instructions_tokens += message.range().size / bytes_of_token;
      return;
    }
    if (prefix_.turns.empty()) prefix_.opening = digest_.value();
    prefix_.turns.push_back(digest_.value());
    prefix_.goes_on = prefix_.goes_on || message["role"].is("assistant");
  }

  // A text is the same alone and as the only part of a list.
  void add(wire::JsonValue value, int depth) {
    if (depth > 0 && value.is_object()) return add_object(value, depth);
    if (depth > 0 && value.is_array()) {
      for (const auto item : value.items()) item["type"].is("text") ? add_text(item) : add(item, depth - 1);
    } else if (value.is_set()) {
      digest_.add(value.source());
    }
  }

  void add_text(wire::JsonValue part) {
    note_marks(part);
    digest_.add(part["text"].source());
  }

  void add_object(wire::JsonValue object, int depth) {
    for (const auto member : object.members()) {
      if (!member.value.is_set()) continue;
      if (is_mark(member.name)) {
        prefix_.has_marks = true;
        continue;
      }
      digest_.add(member.name.source());
      add(member.value, depth - 1);
    }
  }

  void note_marks(wire::JsonValue part) {
    for (const auto member : part.members())
      if (is_mark(member.name) && member.value.is_set()) prefix_.has_marks = true;
  }

  static bool is_mark(wire::JsonValue name) { return name.is("cache_control") || name.is("prompt_cache_breakpoint"); }

  wire::JsonValue document_;
  PromptPrefix prefix_;
  Digest digest_;
};

}  // namespace

PromptPrefix read_prompt_prefix(wire::JsonValue document, std::string_view tenant) {
  return PrefixReader(document, tenant).read();
}

std::uint64_t digest_at(std::uint64_t prefix, std::uint64_t place) {
  Digest digest;
  digest.add(prefix);
  digest.add(place);
  return digest.value();
}

std::uint64_t digest_of(std::string_view text) {
  Digest digest;
  digest.add(text);
  return digest.value();
}

std::string prompt_cache_key(const PromptPrefix& prefix, const core::Secret& account_key) {
  const auto beginning = prefix.instructions_tokens > 0 ? prefix.instructions : prefix.opening;
  std::array<unsigned char, sizeof beginning> text{};
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<unsigned char>(beginning >> (8 * i));
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  const auto secret = account_key.reveal();
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), text.data(), text.size(), code.data(), nullptr);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string key = "headgate-";
  for (std::size_t i = 0; i < 16; ++i) (key += digits[code[i] >> 4]) += digits[code[i] & 15];
  return key;
}

}  // namespace headgate::providers
