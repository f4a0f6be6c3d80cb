#include <map>
#include <optional>
#include <queue>
#include <utility>

#include "gemini_reading.hpp"
#include "gemini_words.hpp"
#include "headgate/dialects/origin.hpp"

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
    if (contents.is_empty()) return wrong("contents", "must be a list of turns");
    return each(contents, "contents",
                [&](JsonValue content, const std::string& path) { return read_turn(content, path); });
  }

 private:
  struct Call {
    std::string id;
    bool answered = false;
  };

  Result<void> read_turn(JsonValue content, const std::string& path) {
    if (!content.is_object()) return wrong(path, "must be an object");
    const auto role = content["role"];
    model_ = role.is("model");
    if (role.is_set() && !role.is_empty() && !model_ && !role.is("user") && !role.is("function"))
      return wrong(path + ".role", "must be `user` or `model`");
    keep_unknown(content, {"role", "parts"}, path, request_.extras);
    begin_message();
    results_ = {Role::tool, {}, {}};
    auto done = each(content["parts"], path + ".parts",
                     [&](JsonValue part, const std::string& where) { return read_part(part, where); });
    if (done.has_error()) return done;
    if (!results_.parts.empty()) request_.messages.push_back(std::move(results_));
    if (!said_.parts.empty()) request_.messages.push_back(std::move(said_));
    return {};
  }

  // Clients keep a streamed answer as one turn for each of its events: together they are what was said.
  void begin_message() {
    said_ = {model_ ? Role::assistant : Role::user, {}, {}};
    auto& messages = request_.messages;
    if (model_ && !messages.empty() && messages.back().role == Role::assistant) {
      said_ = std::move(messages.back());
      messages.pop_back();
    }
    before_ = said_.parts.size();
  }

  Result<void> read_part(JsonValue part, const std::string& path) {
    if (!part.is_object()) return wrong(path, "must be an object");
    const auto text = part["text"], inline_data = member(part, "inlineData"), file = member(part, "fileData");
    const auto call = member(part, "functionCall"), result = member(part, "functionResponse");
    if (call.is_object()) return read_call(part, call, path);
    if (result.is_object()) {
      keep_unknown(part, {"functionResponse", "thoughtSignature"}, path, request_.extras);
      return read_result(result, path + ".functionResponse");
    }
    if (text.is_string()) {
      keep_unknown(part, {"text", "thought", "thoughtSignature"}, path, request_.extras);
      return read_text(part);
    }
    if (inline_data.is_object()) {
      keep_unknown(part, {"inlineData", "thoughtSignature"}, path, request_.extras);
      return read_inline(inline_data, path, said_.parts);
    }
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
    auto text = part["text"].string();
    auto proof = read_origin_in_base64(member(part, "thoughtSignature").string(), googles_thoughts);
    if (model_ && part["thought"].boolean().value_or(false)) {
      add_thought({std::move(text), std::move(proof.signature), std::move(proof.origin)});
      return {};
    }
    if (!text.empty()) add_text(std::move(text));
    if (model_ && !proof.signature.empty())
      said_.parts.push_back({chat::Reasoning{{}, std::move(proof.signature), std::move(proof.origin)}, {}});
    return {};
  }

  // A signature ends the thoughts before it, which may have come in pieces.
  void add_thought(chat::Reasoning thought) {
    if (thought.text.empty() && thought.signature.empty()) return;
    auto* last = said_.parts.empty() ? nullptr : std::get_if<chat::Reasoning>(&said_.parts.back().value);
    if (last == nullptr || !last->signature.empty()) {
      said_.parts.push_back({std::move(thought), {}});
      return;
    }
    last->text += thought.text;
    last->signature = std::move(thought.signature);
    last->origin = std::move(thought.origin);
  }

  void add_text(std::string text) {
    auto* last =
        before_ == 0 || before_ != said_.parts.size() ? nullptr : std::get_if<chat::Text>(&said_.parts.back().value);
    if (last == nullptr)
      said_.parts.push_back(chat::text_part(std::move(text)));
    else
      last->text += text;
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
    keep_unknown(part, {"functionCall", "thoughtSignature"}, path, request_.extras);
    keep_unknown(call, {"id", "name", "args"}, path + ".functionCall", request_.extras);
    const auto which = calls_.size();
    calls_.push_back({id.is_string() && !id.is_empty() ? id.string() : invented_id(which + 1)});
    by_id_[calls_[which].id] = which;
    by_name_[name.string()].push(which);
    std::string arguments(args.is_object() ? args.source() : "{}");
    said_.parts.push_back({chat::ToolCall{calls_[which].id, name.string(), std::move(arguments),
                                          member(part, "thoughtSignature").string(), false},
                           {}});
    return {};
  }

  // By id, or the first call of that name that waits for its result.
  std::optional<std::string> answered_call(const std::string& id, const std::string& name) {
    if (const auto found = by_id_.find(id); found != by_id_.end()) {
      calls_[found->second].answered = true;
      return id;
    }
    auto& waiting = by_name_[name];
    while (!waiting.empty() && calls_[waiting.front()].answered) waiting.pop();
    if (waiting.empty()) return id.empty() ? std::nullopt : std::optional(id);
    calls_[waiting.front()].answered = true;
    return calls_[waiting.front()].id;
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
    // Beside media an empty response says nothing.
    if (!response.is_empty() || result["parts"].is_empty())
      said.content.push_back(chat::text_part(text_of(response, said.failed)));
    auto done = each(result["parts"], path + ".parts", [&](JsonValue part, const std::string& where) {
      return read_inline(member(part, "inlineData"), where, said.content);
    });
    if (done.has_error()) return done;
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
  std::size_t before_ = 0;  // parts of the turns before that `said_` goes on from
  std::vector<Call> calls_;
  std::map<std::string, std::size_t, std::less<>> by_id_;                // the last call of that id
  std::map<std::string, std::queue<std::size_t>, std::less<>> by_name_;  // in the order of the calls
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
  auto done = each(content["parts"], "systemInstruction.parts", [&](JsonValue part, const std::string& path) {
    if (!part["text"].is_string()) return Result<void>(wrong(path, "must hold `text`"));
    if (!part["text"].is_empty()) system.parts.push_back(chat::text_part(part["text"].string()));
    return Result<void>();
  });
  if (done.has_error()) return done;
  if (!system.parts.empty()) request.messages.insert(request.messages.begin(), std::move(system));
  return {};
}

}  // namespace headgate::dialects::gemini
