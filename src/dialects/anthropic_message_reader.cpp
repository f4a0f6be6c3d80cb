#include <algorithm>
#include <utility>

#include "anthropic_reading.hpp"
#include "anthropic_words.hpp"
#include "headgate/dialects/origin.hpp"

namespace headgate::dialects::anthropic {
namespace {

using chat::Part;
using chat::Role;
using chat::Source;
using core::Result;
using wire::JsonValue;

// Reads the blocks of one turn. A block with no word here becomes an extra.
class Blocks {
 public:
  Blocks(Role role, std::vector<chat::Extra>& extras) : role_(role), extras_(extras) {}

  Result<void> read(JsonValue block, const std::string& path, std::vector<Part>& parts) {
    if (!block.is_object()) return wrong(path, "must be an object with a `type`");
    auto read = value(block, path);
    if (read.has_error()) return read.error();
    if (!known_) return known_ = true, Result<void>();
    read->remember = cache_time(block["cache_control"]);
    parts.push_back(std::move(*read));
    return {};
  }

 private:
  Result<Part> value(JsonValue block, const std::string& path) {
    const auto type = block["type"];
    if (type.is("text")) return text(block, path);
    if (type.is("image")) return image(block, path);
    if (type.is("document")) return document(block, path);
    if (type.is("thinking")) return thinking(block, path);
    if (type.is("redacted_thinking")) return sealed(block, path);
    if (type.is("tool_use")) return call(block, path);
    if (type.is("tool_result")) return result(block, path);
    if (!type.is_string()) return wrong(member_path(path, "type"), "must be a text");
    return unknown(block, path);
  }

  Result<Part> unknown(JsonValue block, const std::string& path) {
    extras_.push_back({path, std::string(block.source())});
    known_ = false;
    return Part{};
  }

  Result<Part> text(JsonValue block, const std::string& path) {
    auto text = read_text(block, "text", path);
    if (text.has_error()) return text.error();
    // What an earlier answer was backed by comes back with it; the text stands without.
    keep_unknown(block, {"type", "text", "cache_control", "citations"}, path, extras_);
    return chat::text_part(std::move(*text));
  }

  Result<Part> image(JsonValue block, const std::string& path) {
    auto read = source(block["source"], member_path(path, "source"));
    if (read.has_error()) return read.error();
    if (!known_) return unknown(block, path);
    keep_unknown(block, {"type", "source", "cache_control"}, path, extras_);
    return Part{chat::Image{std::move(*read), {}}, {}};
  }

  Result<Part> document(JsonValue block, const std::string& path) {
    auto read = source(block["source"], member_path(path, "source"));
    if (read.has_error()) return read.error();
    if (!known_) return unknown(block, path);
    if (block["citations"]["enabled"].boolean().value_or(false))
      extras_.push_back({member_path(path, "citations"), std::string(block["citations"].source())});
    keep_unknown(block, {"type", "source", "title", "citations", "cache_control"}, path, extras_);
    return Part{chat::File{std::move(*read), block["title"].string()}, {}};
  }

  Result<Source> source(JsonValue source, const std::string& path) {
    struct Known {
      std::string_view type, member;
      Source::Kind kind;
    };
    constexpr Known all[] = {{"base64", "data", Source::Kind::base64},
                             {"url", "url", Source::Kind::url},
                             {"file", "file_id", Source::Kind::file_id},
                             {"text", "data", Source::Kind::text}};
    if (!source["type"].is_string()) return wrong(path, "must be an object with a `type`");
    for (const auto& one : all) {
      if (!source["type"].is(one.type)) continue;
      auto value = read_text(source, one.member, path);
      if (value.has_error()) return value.error();
      return Source{one.kind, std::move(*value), source["media_type"].string()};
    }
    known_ = false;
    return Source{};
  }

  Result<Part> thinking(JsonValue block, const std::string& path) {
    if (role_ != Role::assistant) return wrong(path, "may stand in turns of the assistant only");
    auto text = read_text(block, "thinking", path);
    if (text.has_error()) return text.error();
    auto proof = read_origin(block["signature"].string(), anthropics_thoughts);
    return Part{chat::Reasoning{std::move(*text), std::move(proof.signature), std::move(proof.origin)}, {}};
  }

  Result<Part> sealed(JsonValue block, const std::string& path) {
    if (role_ != Role::assistant) return wrong(path, "may stand in turns of the assistant only");
    auto data = read_text(block, "data", path);
    if (data.has_error()) return data.error();
    auto seal = read_origin(std::move(*data), anthropics_thoughts);
    return Part{chat::SealedReasoning{std::move(seal.signature), std::move(seal.origin)}, {}};
  }

  Result<Part> call(JsonValue block, const std::string& path) {
    if (role_ != Role::assistant) return wrong(path, "may stand in turns of the assistant only");
    auto id = read_text(block, "id", path);
    auto name = read_text(block, "name", path);
    if (id.has_error()) return id.error();
    if (name.has_error()) return name.error();
    if (!block["input"].is_object()) return wrong(member_path(path, "input"), "must be an object");
    keep_unknown(block, {"type", "id", "name", "input", "caller", "cache_control"}, path, extras_);
    return Part{chat::ToolCall{std::move(*id), std::move(*name), std::string(block["input"].source()), {}, false}, {}};
  }

  Result<Part> result(JsonValue block, const std::string& path) {
    if (role_ != Role::user || inside_result_) return wrong(path, "may stand in turns of the user only");
    auto id = read_text(block, "tool_use_id", path);
    if (id.has_error()) return id.error();
    chat::ToolResult result{std::move(*id), {}, {}, block["is_error"].boolean().value_or(false)};
    if (const auto content = block["content"]; content.is_set()) {
      Blocks inside(role_, extras_);
      inside.inside_result_ = true;
      if (auto read = inside.read_all(content, member_path(path, "content"), result.content); read.has_error())
        return read.error();
    }
    keep_unknown(block, {"type", "tool_use_id", "content", "is_error", "cache_control"}, path, extras_);
    return Part{std::move(result), {}};
  }

 public:
  Result<void> read_all(JsonValue content, const std::string& path, std::vector<Part>& parts) {
    if (content.is_string()) return parts.push_back(chat::text_part(content.string())), Result<void>();
    if (!content.is_array()) return wrong(path, "must be a text or a list of blocks");
    std::size_t index = 0;
    for (const auto block : content.items())
      if (auto done = read(block, item_path(path, index++), parts); done.has_error()) return done;
    return {};
  }

 private:
  Role role_;
  std::vector<chat::Extra>& extras_;
  bool known_ = true;
  bool inside_result_ = false;
};

bool is_result(const Part& part) { return std::holds_alternative<chat::ToolResult>(part.value); }

}  // namespace

Result<std::vector<Part>> read_texts(JsonValue content, const std::string& path, std::vector<chat::Extra>& extras) {
  std::vector<Part> parts;
  if (auto read = Blocks(Role::system, extras).read_all(content, path, parts); read.has_error()) return read.error();
  const auto is_text = [](const Part& part) { return std::holds_alternative<chat::Text>(part.value); };
  if (!std::ranges::all_of(parts, is_text)) return wrong(path, "must be a text or a list of text blocks");
  return parts;
}

Result<void> read_turn(JsonValue turn, const std::string& path, chat::Request& request) {
  const auto role = turn["role"];
  const auto content = member_path(path, "content");
  keep_unknown(turn, {"role", "content"}, path, request.extras);
  if (role.is("system")) {
    auto parts = read_texts(turn["content"], content, request.extras);
    if (parts.has_error()) return parts.error();
    return request.messages.push_back({Role::system, {}, std::move(*parts)}), Result<void>();
  }
  if (!role.is("user") && !role.is("assistant"))
    return wrong(member_path(path, "role"), "must be `user` or `assistant`");
  const auto speaker = role.is("user") ? Role::user : Role::assistant;
  std::vector<Part> parts;
  if (auto read = Blocks(speaker, request.extras).read_all(turn["content"], content, parts); read.has_error())
    return read;
  if (parts.empty()) return request.messages.push_back({speaker, {}, {}}), Result<void>();
  const auto first = request.messages.size();
  for (auto& part : parts) {
    const auto of = is_result(part) ? Role::tool : speaker;
    if (request.messages.size() == first || request.messages.back().role != of)
      request.messages.push_back({of, {}, {}});
    request.messages.back().parts.push_back(std::move(part));
  }
  return {};
}

}  // namespace headgate::dialects::anthropic
