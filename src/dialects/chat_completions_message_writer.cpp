#include <algorithm>
#include <array>

#include "chat_completions_messages.hpp"
#include "chat_completions_pieces.hpp"
#include "headgate/dialects/unsaid.hpp"

namespace headgate::dialects::chat_completions {

void note(std::vector<std::string>& changed, std::string_view what) {
  if (std::find(changed.begin(), changed.end(), what) == changed.end()) changed.emplace_back(what);
}

namespace {

using chat::Part;
using chat::Source;
using Kind = Source::Kind;

enum class Member : std::uint8_t { reasoning, content, tool_calls };

Member member_of(const Part& part) {
  if (std::holds_alternative<chat::Reasoning>(part.value) || std::holds_alternative<chat::SealedReasoning>(part.value))
    return Member::reasoning;
  return std::holds_alternative<chat::ToolCall>(part.value) ? Member::tool_calls : Member::content;
}

std::string data_url(const Source& source) { return "data:" + source.media_type + ";base64," + source.value; }

std::string_view audio_format(const Source& source) {
  const std::string_view type = source.media_type;
  if (type == "audio/wav" || type == "audio/x-wav" || type == "audio/wave") return "wav";
  return type == "audio/mp3" || type == "audio/mpeg" ? "mp3" : "";
}

class MessagesWriter {
 public:
  MessagesWriter(JsonWriter& json, const Words& words, std::vector<std::string>& changed)
      : json_(json), words_(words), changed_(changed) {}

  Fault write(const std::vector<chat::Message>& messages) {
    json_.begin_array();
    for (std::size_t i = 0; i < messages.size(); ++i) {
      path_ = "messages[" + std::to_string(i) + ']';
      messages[i].role == chat::Role::tool ? write_results(messages[i]) : write_message(messages[i]);
      if (fault_) return std::move(fault_);
    }
    json_.end_array();
    return {};
  }

 private:
  bool all() const { return words_.keeps_all; }

  std::string_view role_of(const chat::Message& message) {
    switch (message.role) {
      case chat::Role::system: return "system";
      case chat::Role::developer: return all() ? "developer" : words_.developer;
      case chat::Role::assistant: return "assistant";
      default: return "user";
    }
  }

  void write_message(const chat::Message& message) {
    json_.begin_object().member("role", role_of(message));
    write_name(message.name);
    std::vector<const Part*> content;
    for (const auto& part : message.parts)
      if (member_of(part) == Member::content) content.push_back(&part);
    json_.name("content");
    write_content(message, content);
    write_thoughts(message.parts);
    write_calls(message.parts);
    if (all()) write_order(message.parts);
    json_.end_object();
  }

  void write_name(const std::string& name) {
    if (name.empty()) return;
    if (all() || words_.names)
      json_.member("name", name);
    else
      note(changed_, "messages[].name");
  }

  void write_content(const chat::Message& message, const std::vector<const Part*>& content) {
    if (content.empty()) {
      const bool calls = std::any_of(message.parts.begin(), message.parts.end(),
                                     [](const Part& part) { return member_of(part) == Member::tool_calls; });
      calls ? json_.null() : json_.string("");
      return;
    }
    speaks_ = message.role == chat::Role::user;
    write_parts(content);
  }

  // One text alone is a string, unless it would be taken for nothing or is marked.
  void write_parts(const std::vector<const Part*>& content) {
    const auto* text = std::get_if<chat::Text>(&content.front()->value);
    if (content.size() == 1 && text != nullptr && !text->text.empty() && !marked(*content.front())) {
      json_.string(text->text);
      return;
    }
    json_.begin_array();
    for (const auto* part : content) {
      if (!all() && !speaks_) refuse_media(*part);
      std::visit([&](const auto& value) { write(value, *part); }, part->value);
    }
    json_.end_array();
  }

  // Only users show things.
  void refuse_media(const Part& part) {
    if (!std::holds_alternative<chat::Text>(part.value) && !std::holds_alternative<chat::Refusal>(part.value))
      refuse("content");
  }

  void refuse(std::string_view member) {
    if (!fault_) fault_ = cannot_say(path_ + '.' + std::string(member));
  }

  bool marked(const Part& part) const {
    return part.remember && (all() || words_.cache_marks != Words::CacheMarks::none);
  }

  void mark(std::optional<chat::CacheTime> time, bool of_part = true) {
    if (all() || (of_part && words_.cache_marks == Words::CacheMarks::cache_control)) return write_mark(json_, time);
    if (!time) return;
    if (of_part && words_.cache_marks == Words::CacheMarks::breakpoint)
      json_.name("prompt_cache_breakpoint").begin_object().member("mode", "explicit").end_object();
    else
      note(changed_, "cache_control");
  }

  JsonWriter& begin(std::string_view type) { return json_.begin_object().member("type", type); }
  void end(const Part& part) {
    mark(part.remember);
    json_.end_object();
  }

  void write(const chat::Text& value, const Part& part) {
    begin("text").member("text", value.text);
    end(part);
  }

  void write(const chat::Refusal& value, const Part& part) {
    const std::string_view type = all() || words_.refusals ? "refusal" : "text";
    begin(type).member(type, value.text);
    end(part);
  }

  void write(const chat::Image& value, const Part& part) {
    const auto kind = value.source.kind;
    if (!all() && kind != Kind::base64 && kind != Kind::url) refuse("content");
    begin("image_url").name("image_url").begin_object();
    write_source(value.source, "url", kind == Kind::url);
    if (!value.detail.empty()) json_.member("detail", value.detail);
    json_.end_object();
    end(part);
  }

  void write(const chat::Audio& value, const Part& part) {
    const auto& source = value.source;
    const auto format = audio_format(source);
    if (!all() && (!words_.audio || source.kind != Kind::base64 || format.empty())) refuse("content");
    begin("input_audio").name("input_audio").begin_object();
    if (source.kind != Kind::base64)
      write_source(source, "url", true);
    else if (all())
      json_.member("data", source.value).member("format", short_type(source.media_type));
    else
      json_.member("data", source.value).member("format", format);
    json_.end_object();
    end(part);
  }

  static std::string_view short_type(std::string_view media_type) {
    return media_type.starts_with("audio/") ? media_type.substr(6) : media_type;
  }

  // A document that is text is said as such where only OpenAI's own words may be used.
  void write(const chat::File& value, const Part& part) {
    const auto kind = value.source.kind;
    if (!all() && kind == Kind::text) {
      note(changed_, "file");
      return write(chat::Text{value.name.empty() ? value.source.value : value.name + ":\n" + value.source.value}, part);
    }
    if (!all() && (!words_.files || (kind == Kind::url && !words_.file_urls))) refuse("content");
    begin("file").name("file").begin_object();
    if (!value.name.empty())
      json_.member("filename", value.name);
    else if (!all() && kind == Kind::base64)
      json_.member("filename", value.source.media_type == "application/pdf" ? "document.pdf" : "document");
    write_source(value.source, kind == Kind::url && all() ? "url" : "file_data", true);
    json_.end_object();
    end(part);
  }

  // Written apart from the content.
  void write(const chat::Reasoning&, const Part&) {}
  void write(const chat::SealedReasoning&, const Part&) {}
  void write(const chat::ToolCall&, const Part&) {}
  void write(const chat::ToolResult&, const Part&) { refuse("content"); }

  void write_source(const Source& source, std::string_view member, bool typed) {
    if (source.kind == Kind::base64) {
      json_.member(member, data_url(source));
      return;
    }
    json_.member(source.kind == Kind::file_id ? "file_id" : source.kind == Kind::text ? "text" : member, source.value);
    if (all() && (typed || source.kind != Kind::url) && !source.media_type.empty())
      json_.member("media_type", source.media_type);
  }

  void write_thoughts(const std::vector<Part>& parts) {
    std::vector<const Part*> thoughts;
    for (const auto& part : parts)
      if (member_of(part) == Member::reasoning) thoughts.push_back(&part);
    if (thoughts.empty()) return;
    if (!all() && words_.thoughts == Words::Thoughts::left_out) return note(changed_, "reasoning");
    const auto* first = std::get_if<chat::Reasoning>(&thoughts.front()->value);
    const bool plain = thoughts.size() == 1 && first != nullptr && first->signature.empty() && !first->text.empty() &&
                       !thoughts.front()->remember;
    if (all() && plain)
      json_.member("reasoning_content", first->text);
    else if (all() || words_.thoughts == Words::Thoughts::reasoning_details)
      write_details(thoughts);
    else
      write_text_of(thoughts);
  }

  void write_details(const std::vector<const Part*>& thoughts) {
    json_.name("reasoning_details").begin_array();
    for (std::size_t i = 0; i < thoughts.size(); ++i) {
      const auto mark = all() ? thoughts[i]->remember : std::nullopt;
      if (const auto* open = std::get_if<chat::Reasoning>(&thoughts[i]->value))
        write_thought(json_, *open, i, mark);
      else
        write_thought(json_, std::get<chat::SealedReasoning>(thoughts[i]->value), i, mark);
    }
    json_.end_array();
  }

  void write_text_of(const std::vector<const Part*>& thoughts) {
    std::string text;
    for (const auto* part : thoughts)
      if (const auto* open = std::get_if<chat::Reasoning>(&part->value)) text += open->text;
    json_.member("reasoning_content", text);
  }

  void write_calls(const std::vector<Part>& parts) {
    bool any = false;
    for (const auto& part : parts) {
      const auto* call = std::get_if<chat::ToolCall>(&part.value);
      if (call == nullptr) continue;
      if (!any) json_.name("tool_calls").begin_array();
      any = true;
      if (call->custom && !all() && !words_.custom_tools) refuse("tool_calls");
      if (part.remember && !all()) note(changed_, "cache_control");
      write_call(json_, said(*call), id_for(call->id), all() ? part.remember : std::nullopt);
    }
    if (any) json_.end_array();
  }

  // Signatures of calls go where thoughts go.
  chat::ToolCall said(const chat::ToolCall& call) const {
    auto copy = call;
    if (!all() && words_.thoughts != Words::Thoughts::reasoning_details) copy.signature.clear();
    return copy;
  }

  std::string id_for(const std::string& id) const {
    if (all()) return id;
    const auto is_plain = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    if (words_.nine_letter_ids)
      return id.size() == 9 && std::all_of(id.begin(), id.end(), is_plain) ? id : letters_of(hash_of(id), 9);
    return id.size() <= words_.longest_call_id ? id : "call_" + letters_of(hash_of(id), 10);
  }

  void write_order(const std::vector<Part>& parts) {
    const auto before = [](const Part& a, const Part& b) { return member_of(a) < member_of(b); };
    if (std::is_sorted(parts.begin(), parts.end(), before)) return;
    constexpr std::array<std::string_view, 3> names{"reasoning", "content", "tool_calls"};
    json_.name("part_order").begin_array();
    for (const auto& part : parts) json_.string(names[static_cast<std::size_t>(member_of(part))]);
    json_.end_array();
  }

  void write_results(const chat::Message& message) {
    std::vector<const Part*> shown;
    for (const auto& part : message.parts)
      if (const auto* result = std::get_if<chat::ToolResult>(&part.value)) write_result(*result, part, shown);
    if (shown.empty()) return;
    note(changed_, "tool_result.content");
    json_.begin_object().member("role", "user").name("content");
    speaks_ = true;
    write_parts(shown);
    json_.end_object();
  }

  void write_result(const chat::ToolResult& result, const Part& part, std::vector<const Part*>& shown) {
    json_.begin_object().member("role", "tool").member("tool_call_id", id_for(result.call_id));
    if (all() && !result.name.empty()) json_.member("name", result.name);
    std::vector<const Part*> told;
    for (const auto& piece : result.content) {
      const bool text = std::holds_alternative<chat::Text>(piece.value);
      (text || all() || words_.pictures_in_results ? told : shown).push_back(&piece);
    }
    json_.name("content");
    speaks_ = true;
    if (told.empty())
      json_.string("");
    else
      write_parts(told);
    if (result.failed) all() ? (void)json_.member("is_error", true) : note(changed_, "is_error");
    mark(part.remember, false);
    json_.end_object();
  }

  JsonWriter& json_;
  const Words& words_;
  std::vector<std::string>& changed_;
  std::string path_;
  bool speaks_ = false;  // whether pictures may be shown here
  Fault fault_;
};

}  // namespace

Fault write_messages(JsonWriter& json, const chat::Request& request, const Words& words,
                     std::vector<std::string>& changed) {
  return MessagesWriter(json, words, changed).write(request.messages);
}

}  // namespace headgate::dialects::chat_completions
