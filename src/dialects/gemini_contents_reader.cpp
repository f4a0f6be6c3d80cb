#include <algorithm>
#include <optional>
#include <utility>

#include "gemini_reading.hpp"
#include "gemini_words.hpp"

namespace headgate::dialects::gemini {
namespace {

using chat::Part;
using chat::Role;
using core::Result;
using wire::JsonValue;

// Where the thing is that `fileUri` names: with Google, or anywhere.
chat::Source source_of(JsonValue file) {
  auto uri = member(file, "fileUri").string();
  const auto kind = is_googles(uri) ? chat::Source::Kind::file_id : chat::Source::Kind::url;
  return {kind, std::move(uri), member(file, "mimeType").string()};
}

Part media_part(chat::Source source, std::string name) {
  if (source.media_type.starts_with("image/")) return {chat::Image{std::move(source), {}}, {}};
  if (source.media_type.starts_with("audio/")) return {chat::Audio{std::move(source)}, {}};
  return {chat::File{std::move(source), std::move(name)}, {}};
}

class ContentsReader {
 public:
  explicit ContentsReader(chat::Request& request) : request_(request) {}

  Result<void> read(JsonValue contents) {
    if (!contents.is_array() || contents.is_empty()) return wrong("contents", "must be a list of turns");
    std::size_t index = 0;
    for (const auto content : contents.items())
      if (auto done = read_turn(content, item_path("contents", index++)); done.has_error()) return done;
    return {};
  }

 private:
  struct Call {
    std::string id, name;
  };

  Result<void> read_turn(JsonValue content, const std::string& path) {
    if (!content.is_object()) return wrong(path, "must be an object");
    const auto role = content["role"], parts = content["parts"];
    model_ = role.is("model");
    if (role.is_set() && !role.is_empty() && !model_ && !role.is("user") && !role.is("function"))
      return wrong(path + ".role", "must be `user` or `model`");
    if (parts.is_set() && !parts.is_array()) return wrong(path + ".parts", "must be a list");
    keep_unknown(content, {"role", "parts"}, path, request_.extras);
    said_ = {model_ ? Role::assistant : Role::user, {}, {}};
    results_ = {Role::tool, {}, {}};
    std::size_t index = 0;
    for (const auto part : parts.items())
      if (auto done = read_part(part, item_path(path + ".parts", index++)); done.has_error()) return done;
    if (!results_.parts.empty()) request_.messages.push_back(std::move(results_));
    if (!said_.parts.empty()) request_.messages.push_back(std::move(said_));
    return {};
  }

  Result<void> read_part(JsonValue part, const std::string& path) {
    if (!part.is_object()) return wrong(path, "must be an object");
    const auto text = part["text"], inline_data = member(part, "inlineData"), file = member(part, "fileData");
    const auto call = member(part, "functionCall"), result = member(part, "functionResponse");
    if (call.is_object()) return read_call(part, call, path);
    if (result.is_object()) return read_result(result, path + ".functionResponse");
    if (text.is_string()) {
      keep_unknown(part, {"text", "thought", "thoughtSignature"}, path, request_.extras);
      return read_text(part);
    }
    if (inline_data.is_object()) return read_inline(inline_data, path, said_.parts);
    if (file.is_object()) {
      if (!member(file, "fileUri").is_string()) return wrong(path + ".fileData.fileUri", "must be a text");
      keep_unknown(part, {"fileData", "thoughtSignature"}, path, request_.extras);
      said_.parts.push_back(media_part(source_of(file), {}));
      return {};
    }
    if (!part.is_empty()) request_.extras.push_back({path, std::string(part.source())});
    return {};
  }

  Result<void> read_text(JsonValue part) {
    auto text = part["text"].string(), signature = member(part, "thoughtSignature").string();
    if (model_ && part["thought"].boolean().value_or(false)) {
      said_.parts.push_back({chat::Reasoning{std::move(text), std::move(signature)}, {}});
      return {};
    }
    if (!text.empty()) said_.parts.push_back(chat::text_part(std::move(text)));
    if (model_ && !signature.empty()) said_.parts.push_back({chat::Reasoning{{}, std::move(signature)}, {}});
    return {};
  }

  static Result<void> read_inline(JsonValue data, const std::string& path, std::vector<Part>& parts) {
    if (!data["data"].is_string()) return wrong(path + ".inlineData.data", "must be a text");
    if (!member(data, "mimeType").is_string()) return wrong(path + ".inlineData.mimeType", "must be a text");
    chat::Source source{chat::Source::Kind::base64, data["data"].string(), member(data, "mimeType").string()};
    parts.push_back(media_part(std::move(source), member(data, "displayName").string()));
    return {};
  }

  Result<void> read_call(JsonValue part, JsonValue call, const std::string& path) {
    const auto name = call["name"], args = call["args"], id = call["id"];
    if (!model_) return wrong(path + ".functionCall", "must stand in a turn of `model`");
    if (!name.is_string() || name.is_empty()) return wrong(path + ".functionCall.name", "must be a text");
    if (args.is_set() && !args.is_object()) return wrong(path + ".functionCall.args", "must be an object");
    ++count_;
    calls_.push_back({id.is_string() && !id.is_empty() ? id.string() : invented_id(count_), name.string()});
    std::string arguments(args.is_object() ? args.source() : "{}");
    said_.parts.push_back({chat::ToolCall{calls_.back().id, calls_.back().name, std::move(arguments),
                                          member(part, "thoughtSignature").string(), false},
                           {}});
    return {};
  }

  // By id, or the first call of that name that waits for its result. Answered calls are forgotten, so that
  // a long conversation is not searched again and again.
  std::optional<std::string> answered_call(const std::string& id, const std::string& name) {
    auto found = std::ranges::find_if(calls_, [&](const Call& call) { return !id.empty() && call.id == id; });
    if (found == calls_.end())
      found = std::ranges::find_if(calls_, [&](const Call& call) { return call.name == name; });
    if (found == calls_.end()) return id.empty() ? std::nullopt : std::optional(id);
    auto call_id = std::move(found->id);
    calls_.erase(found);
    return call_id;
  }

  Result<void> read_result(JsonValue result, const std::string& path) {
    const auto response = result["response"];
    if (model_) return wrong(path, "must stand in a turn of `user`");
    if (!result["name"].is_string()) return wrong(path + ".name", "must be a text");
    if (response.is_set() && !response.is_object()) return wrong(path + ".response", "must be an object");
    keep_unknown(result, {"id", "name", "response", "parts"}, path, request_.extras);
    auto name = result["name"].string();
    auto id = answered_call(result["id"].string(), name);
    if (!id) return wrong(path, "must answer a `functionCall` before it");
    chat::ToolResult said{std::move(*id), std::move(name), {}, false};
    said.content.push_back(chat::text_part(text_of(response, said.failed)));
    std::size_t index = 0;
    for (const auto part : result["parts"].items()) {
      const auto where = item_path(path + ".parts", index++);
      if (auto done = read_inline(member(part, "inlineData"), where, said.content); done.has_error()) return done;
    }
    results_.parts.push_back({std::move(said), {}});
    return {};
  }

  // The vendor's own names for what a tool gives that is no object.
  static std::string text_of(JsonValue response, bool& failed) {
    std::size_t members = 0;
    for (const auto entry : response.members()) members += entry.value.is_set();
    const auto output = response["output"], error = response["error"];
    if (members == 1 && output.is_string()) return output.string();
    failed = members == 1 && error.is_set();
    if (failed) return error.is_string() ? error.string() : std::string(error.source());
    return std::string(response.is_object() ? response.source() : "{}");
  }

  chat::Request& request_;
  chat::Message said_, results_;
  std::vector<Call> calls_;  // that wait for their results
  std::size_t count_ = 0;
  bool model_ = false;
};

}  // namespace

Result<void> read_contents(JsonValue contents, chat::Request& request) {
  return ContentsReader(request).read(contents);
}

Result<void> read_instruction(JsonValue content, chat::Request& request) {
  if (!content.is_set()) return {};
  chat::Message system{Role::system, {}, {}};
  if (content.is_string()) system.parts.push_back(chat::text_part(content.string()));
  if (!content.is_string() && !content.is_object()) return wrong("systemInstruction", "must be an object");
  std::size_t index = 0;
  for (const auto part : content["parts"].items()) {
    if (!part["text"].is_string()) return wrong(item_path("systemInstruction.parts", index), "must hold `text`");
    system.parts.push_back(chat::text_part(part["text"].string()));
    ++index;
  }
  if (!system.parts.empty()) request.messages.insert(request.messages.begin(), std::move(system));
  return {};
}

}  // namespace headgate::dialects::gemini
