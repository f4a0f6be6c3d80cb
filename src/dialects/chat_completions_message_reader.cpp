#include <algorithm>
#include <array>

#include "chat_completions_messages.hpp"
#include "chat_completions_pieces.hpp"
#include "in_object.hpp"

namespace headgate::dialects::chat_completions {

core::Error wrong(std::string param, std::string message) {
  return core::Error(core::Code::invalid_request, std::move(message)).with_param(std::move(param));
}

namespace {

using chat::Part;
using chat::Source;

std::string nth(std::string_view path, std::size_t index) {
  return std::string(path) + '[' + std::to_string(index) + ']';
}

core::Error not_of_type(std::string path, std::string_view what) {
  auto message = '`' + path + "` must be " + std::string(what) + '.';
  return wrong(std::move(path), std::move(message));
}

// "data:image/png;base64,..." or where the thing is. Nothing: other data.
std::optional<Source> read_url(std::string url) {
  constexpr std::string_view scheme = "data:", encoding = ";base64,";
  if (!url.starts_with(scheme)) return Source{Source::Kind::url, std::move(url), {}};
  const auto comma = url.find(encoding);
  if (comma == std::string::npos) return std::nullopt;
  const auto media_type = url.substr(scheme.size(), std::min(comma, url.find(';')) - scheme.size());
  return Source{Source::Kind::base64, url.substr(comma + encoding.size()),
                media_type == "image/jpg" ? "image/jpeg" : media_type};
}

// What is not OpenAI's is our own: `file_id` of a picture, `text`, `media_type`.
std::optional<Source> read_source(JsonValue object, std::string_view member) {
  const auto media_type = object["media_type"].string();
  if (object["file_id"].is_string()) return Source{Source::Kind::file_id, object["file_id"].string(), media_type};
  if (object["text"].is_string()) return Source{Source::Kind::text, object["text"].string(), media_type};
  if (object["url"].is_string() && member != "url")
    return Source{Source::Kind::url, object["url"].string(), media_type};
  const auto value = object[member];
  if (!value.is_string()) return std::nullopt;
  auto source = read_url(value.string());
  if (source && source->kind == Source::Kind::url) source->media_type = media_type;
  return source;
}

class MessagesReader {
 public:
  explicit MessagesReader(chat::Request& request) : request_(request) {}

  Fault read(JsonValue list) {
    if (!list.is_array() || list.is_empty()) return wrong("messages", "`messages` must be a non-empty list.");
    std::size_t index = 0;
    for (const auto message : list.items()) {
      path_ = nth("messages", index++);
      if (!message.is_object()) return not_of_type(path_, "an object");
      if (auto fault = read_message(message)) return fault;
    }
    return {};
  }

 private:
  Fault read_message(JsonValue message) {
    const auto role = message["role"];
    if (role.is("tool") || role.is("function")) return read_result(message, role.is("function"));
    chat::Message read;
    read.name = message["name"].string();
    if (role.is("system"))
      read.role = chat::Role::system;
    else if (role.is("developer"))
      read.role = chat::Role::developer;
    else if (role.is("assistant"))
      read.role = chat::Role::assistant;
    else if (!role.is("user"))
      return not_of_type(path_ + ".role", "system, developer, user, assistant or tool");
    if (auto fault = read.role == chat::Role::assistant ? read_assistant(message, read.parts)
                                                        : read_content(message["content"], read.parts))
      return fault;
    if (const auto mark = read_mark(message); mark && !read.parts.empty()) read.parts.back().remember = mark;
    request_.messages.push_back(std::move(read));
    return {};
  }

  // Results that follow each other are one message.
  Fault read_result(JsonValue message, bool legacy) {
    chat::ToolResult result;
    result.name = message["name"].string();
    const auto id = message["tool_call_id"];
    if (!legacy && !id.is_string()) return not_of_type(path_ + ".tool_call_id", "a string");
    result.call_id = legacy ? legacy_id() : id.string();
    result.failed = message["is_error"].boolean().value_or(false);
    if (auto fault = read_content(message["content"], result.content)) return fault;
    auto& messages = request_.messages;
    if (messages.empty() || messages.back().role != chat::Role::tool) messages.push_back({chat::Role::tool, {}, {}});
    messages.back().parts.push_back({std::move(result), read_mark(message)});
    return {};
  }

  Fault read_assistant(JsonValue message, std::vector<Part>& parts) {
    std::vector<Part> thoughts, content, calls;
    read_thoughts(message, thoughts);
    if (auto fault = read_content(message["content"], content)) return fault;
    if (const auto refusal = message["refusal"]; refusal.is_string() && !refusal.is_empty())
      content.push_back({chat::Refusal{refusal.string()}, {}});
    if (auto fault = read_calls(message, calls)) return fault;
    for (const auto* member : {"audio", "prefix"})
      if (message[member].is_set())
        request_.extras.push_back({path_ + '.' + member, std::string(message[member].source())});
    put_in_order(message["part_order"], {&thoughts, &content, &calls}, parts);
    return {};
  }

  // `part_order` is our own, where a model has called or thought in between.
  static void put_in_order(JsonValue order, const std::array<std::vector<Part>*, 3>& members,
                           std::vector<Part>& parts) {
    constexpr std::array<std::string_view, 3> names{"reasoning", "content", "tool_calls"};
    std::array<std::size_t, 3> taken{};
    for (const auto item : order.items())
      for (std::size_t i = 0; i < names.size(); ++i)
        if (item.is(names[i]) && taken[i] < members[i]->size()) parts.push_back(std::move((*members[i])[taken[i]++]));
    for (std::size_t i = 0; i < names.size(); ++i)
      for (; taken[i] < members[i]->size(); ++taken[i]) parts.push_back(std::move((*members[i])[taken[i]]));
  }

  Fault read_calls(JsonValue message, std::vector<Part>& calls) {
    std::size_t index = 0;
    for (const auto item : message["tool_calls"].items()) {
      const auto path = nth(path_ + ".tool_calls", index++);
      auto call = read_call(item);
      if (call.name.empty()) return not_of_type(path, "a call of a function or custom tool by name");
      if (call.id.empty()) return not_of_type(path + ".id", "a string that is not empty");
      if (!call.custom) make_object(call.arguments);
      calls.push_back({std::move(call), read_mark(item)});
    }
    if (const auto legacy = message["function_call"]; legacy.is_object()) {
      if (legacy["name"].is_empty()) return not_of_type(path_ + ".function_call", "a call of a function by name");
      ++legacy_calls_;
      auto arguments = legacy["arguments"].is_empty() ? "{}" : legacy["arguments"].string();
      make_object(arguments);
      calls.push_back({chat::ToolCall{legacy_id(), legacy["name"].string(), std::move(arguments), {}, false}, {}});
    }
    return {};
  }

  // Before there were ids, a result belonged to the call in front of it.
  std::string legacy_id() const { return "call_function_" + std::to_string(legacy_calls_); }

  // A model's own mistake, for whoever reads it to judge: the conversation goes on.
  void make_object(std::string& arguments) {
    if (!is_object(arguments)) arguments = in_object(arguments);
  }

  bool is_object(const std::string& text) {
    padded_ = text;
    wire::pad(padded_);
    const auto document = arguments_.read(padded_);
    return document && document->is_object();
  }

  Fault read_content(JsonValue content, std::vector<Part>& parts) {
    if (content.is_string()) {
      if (!content.is_empty()) parts.push_back(chat::text_part(content.string()));
      return {};
    }
    if (!content.is_set()) return {};
    if (!content.is_array()) return not_of_type(path_ + ".content", "a string or a list of parts");
    std::size_t index = 0;
    for (const auto part : content.items())
      if (auto fault = read_part(part, nth(path_ + ".content", index++), parts)) return fault;
    return {};
  }

  Fault read_part(JsonValue part, std::string path, std::vector<Part>& parts) {
    const auto type = part["type"];
    const auto add = [&](auto value) { parts.push_back({std::move(value), read_mark(part)}); };
    if (type.is("text")) {
      if (!part["text"].is_string()) return not_of_type(path + ".text", "a string");
      add(chat::Text{part["text"].string()});
    } else if (type.is("refusal")) {
      add(chat::Refusal{part["refusal"].string()});
    } else if (type.is("thinking")) {
      parts.push_back(read_thinking_part(part));
    } else if (type.is("image_url")) {
      auto image = read_image(part["image_url"]);
      if (!image) return not_of_type(path + ".image_url.url", "an address or a data URL in base64");
      add(*std::move(image));
    } else if (type.is("input_audio")) {
      auto audio = read_audio(part["input_audio"]);
      if (!audio) return not_of_type(path + ".input_audio.data", "a string in base64");
      add(*std::move(audio));
    } else if (type.is("file")) {
      auto file = read_file(part["file"]);
      if (!file) return not_of_type(path + ".file", "an object with a `file_id` or with `file_data` in base64");
      add(*std::move(file));
    } else if (type.is_string()) {
      request_.extras.push_back({std::move(path), std::string(part.source())});
    } else {
      return not_of_type(path + ".type", "a string");
    }
    return {};
  }

  static std::optional<chat::Image> read_image(JsonValue image) {
    auto source = image.is_string() ? read_url(image.string()) : read_source(image, "url");
    if (!source) return std::nullopt;
    return chat::Image{*std::move(source), image["detail"].string()};
  }

  static std::optional<chat::Audio> read_audio(JsonValue audio) {
    if (!audio["data"].is_string()) {
      auto source = read_source(audio, "data");
      return source ? std::optional(chat::Audio{*std::move(source)}) : std::nullopt;
    }
    auto format = audio["format"].string();
    if (!format.empty() && format.find('/') == std::string::npos) format.insert(0, "audio/");
    return chat::Audio{{Source::Kind::base64, audio["data"].string(), std::move(format)}};
  }

  static std::optional<chat::File> read_file(JsonValue file) {
    auto source = read_source(file, "file_data");
    if (!source) return std::nullopt;
    // Some clients send the bare base64.
    if (file["file_data"].is_string() && source->kind == Source::Kind::url &&
        source->value.find("://") == std::string::npos)
      source->kind = Source::Kind::base64;
    return chat::File{*std::move(source), file["filename"].string()};
  }

  chat::Request& request_;
  std::string path_;
  std::size_t legacy_calls_ = 0;
  wire::JsonReader arguments_;
  std::string padded_;
};

}  // namespace

Fault read_messages(JsonValue list, chat::Request& request) { return MessagesReader(request).read(list); }

}  // namespace headgate::dialects::chat_completions
