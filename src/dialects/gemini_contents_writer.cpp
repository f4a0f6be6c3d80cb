#include "gemini_contents_writer.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "gemini_words.hpp"
#include "headgate/dialects/origin.hpp"
#include "headgate/dialects/unsaid.hpp"

namespace headgate::dialects::gemini {
namespace {

using chat::Message;
using chat::Role;
using chat::Source;
using core::Result;

// What the vendor takes in place of a signature for a call that another model made.
constexpr std::string_view stand_in = "skip_thought_signature_validator";

// Signatures are bytes here; others could not be read at all.
bool is_taken(std::string_view signature, std::string_view origin) {
  return is_base64(signature) && may_return(origin, googles_thoughts);
}

bool instructs(const Message& message) { return message.role == Role::system || message.role == Role::developer; }

class ConversationWriter {
 public:
  ConversationWriter(wire::JsonWriter& json, const chat::Request& request, const Words& words,
                     std::vector<std::string>& changed)
      : json_(json), messages_(request.messages), words_(words), changed_(changed) {}

  Result<void> write() {
    const auto first = std::ranges::find_if_not(messages_, instructs);
    // There must be a turn: where all there is are instructions, they are one.
    const auto leading = first == messages_.end() ? 0 : static_cast<std::size_t>(first - messages_.begin());
    if (auto done = write_instruction(leading); done.has_error()) return done;
    json_.name("contents").begin_array();
    for (index_ = leading; index_ < messages_.size(); ++index_)
      if (auto done = write_message(); done.has_error()) return done;
    json_.end_array();
    return {};
  }

 private:
  std::string path(std::size_t part) const {
    return "messages[" + std::to_string(index_) + "].content[" + std::to_string(part) + "]";
  }

  Result<void> write_instruction(std::size_t count) {
    const auto says = [](const Message& message) { return !std::ranges::all_of(message.parts, is_unsaid); };
    if (std::none_of(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(count), says)) return {};
    json_.name("systemInstruction").begin_object().name("parts").begin_array();
    for (index_ = 0; index_ < count; ++index_)
      for (std::size_t i = 0; i < messages_[index_].parts.size(); ++i) {
        const auto& part = messages_[index_].parts[i];
        const auto* text = std::get_if<chat::Text>(&part.value);
        if (text == nullptr) return cannot_say(path(i));
        note_marks(part);
        if (text->text.empty()) continue;
        write_text(json_, text->text);
      }
    json_.end_array().end_object();
    return {};
  }

  // The provider wants the results of one turn's calls in one turn, however many messages bring them.
  Result<void> write_message() {
    const auto& message = messages_[index_];
    if (!message.name.empty()) tell(changed_, "name");
    if (instructs(message)) tell(changed_, "system");
    const bool model = message.role == Role::assistant;
    if (std::ranges::all_of(message.parts, is_unsaid)) return note_unsaid(message.parts);
    if (message.role == Role::tool) return write_results();
    signed_ = std::ranges::any_of(message.parts, [](const chat::Part& part) {
      const auto* call = std::get_if<chat::ToolCall>(&part.value);
      return call != nullptr && !call->signature.empty() && is_base64(call->signature);
    });
    json_.begin_object().member("role", model ? "model" : "user").name("parts").begin_array();
    if (auto done = write_parts(); done.has_error()) return done;
    json_.end_array().end_object();
    return {};
  }

  // Where no ids tell which call a result answers, its place does.
  Result<void> write_results() {
    struct Place {
      std::size_t call, message, part;
    };
    std::vector<Place> places;
    for (;; ++index_) {
      const auto& parts = messages_[index_].parts;
      for (std::size_t i = 0; i < parts.size(); ++i) places.push_back({place_of(parts[i]), index_, i});
      if (index_ + 1 == messages_.size() || messages_[index_ + 1].role != Role::tool) break;
    }
    if (!words_.call_ids) std::ranges::stable_sort(places, {}, &Place::call);
    json_.begin_object().member("role", "user").name("parts").begin_array();
    const auto last = index_;
    for (const auto& place : places) {
      index_ = place.message;
      if (auto done = write_part(place.part); done.has_error()) return done;
    }
    index_ = last;
    json_.end_array().end_object();
    return {};
  }

  std::size_t place_of(const chat::Part& part) const {
    const auto* result = std::get_if<chat::ToolResult>(&part.value);
    const auto known = result == nullptr ? calls_.end() : calls_.find(result->call_id);
    return known == calls_.end() ? calls_made_ : known->second.place;
  }

  Result<void> note_unsaid(const std::vector<chat::Part>& parts) {
    for (const auto& part : parts) note_unsaid(part);
    return {};
  }

  void note_unsaid(const chat::Part& part) {
    if (!std::holds_alternative<chat::Text>(part.value)) tell(changed_, "reasoning");
  }

  // Thoughts that only another provider can read, or that say nothing; and empty texts, which are refused.
  static bool is_unsaid(const chat::Part& part) {
    if (std::holds_alternative<chat::SealedReasoning>(part.value)) return true;
    if (const auto* text = std::get_if<chat::Text>(&part.value)) return text->text.empty();
    const auto* thought = std::get_if<chat::Reasoning>(&part.value);
    return thought != nullptr && thought->text.empty() &&
           (thought->signature.empty() || !is_taken(thought->signature, thought->origin));
  }

  Result<void> write_parts() {
    for (std::size_t i = 0; i < messages_[index_].parts.size(); ++i)
      if (auto done = write_part(i); done.has_error()) return done;
    return {};
  }

  Result<void> write_part(std::size_t index) {
    const auto& part = messages_[index_].parts[index];
    note_marks(part);
    if (is_unsaid(part)) return note_unsaid(part), done();
    return std::visit([&](const auto& value) { return write(value, path(index)); }, part.value);
  }

  void note_marks(const chat::Part& part) {
    if (part.remember) tell(changed_, "cache_control");
  }

  std::string_view signature_of(const std::string& signature, std::string_view origin = {}) {
    if (is_taken(signature, origin)) return signature;
    tell(changed_, "reasoning");
    return {};
  }

  Result<void> write(const chat::Text& value, const std::string&) { return write_text(json_, value.text), done(); }
  Result<void> write(const chat::Refusal& value, const std::string&) { return write_text(json_, value.text), done(); }
  Result<void> write(const chat::Reasoning& value, const std::string&) {
    return write_thought(json_, value.text, signature_of(value.signature, value.origin)), done();
  }
  Result<void> write(const chat::SealedReasoning&, const std::string&) { return {}; }

  Result<void> write(const chat::Image& value, const std::string& where) {
    if (!value.detail.empty() && value.detail != "auto") tell(changed_, "detail");
    return write_source(value.source, where);
  }
  Result<void> write(const chat::Audio& value, const std::string& where) { return write_source(value.source, where); }
  Result<void> write(const chat::File& value, const std::string& where) {
    if (value.source.kind == Source::Kind::text) return write_text(json_, value.source.value), done();
    if (!value.name.empty()) tell(changed_, "filename");
    return write_source(value.source, where);
  }

  // What stands elsewhere would have to be fetched, unless the vendor itself keeps it.
  Result<void> write_source(const Source& source, const std::string& where) {
    if (source.kind == Source::Kind::base64 && !source.media_type.empty()) {
      json_.begin_object().name("inlineData").begin_object();
      json_.member("mimeType", source.media_type).member("data", source.value).end_object().end_object();
      return {};
    }
    if (source.kind == Source::Kind::base64 || source.kind == Source::Kind::text || !is_googles(source.value))
      return cannot_say(where);
    json_.begin_object().name("fileData").begin_object();
    if (!source.media_type.empty()) json_.member("mimeType", source.media_type);
    json_.member("fileUri", source.value).end_object().end_object();
    return {};
  }

  Result<void> write(const chat::ToolCall& call, const std::string& where) {
    if (call.custom) return cannot_say(where);
    calls_[call.id] = {call.name, calls_made_++};
    auto signature = signature_of(call.signature);
    // Of calls made at once only the first must have one.
    if (signature.empty() && !signed_ && words_.skip_signature) signature = stand_in;
    signed_ = signed_ || !signature.empty();
    write_call(json_, words_.call_ids ? std::string_view(call.id) : std::string_view(), call.name, call.arguments,
               signature);
    return {};
  }

  Result<void> write(const chat::ToolResult& result, const std::string& where) {
    const auto known = calls_.find(result.call_id);
    if (result.name.empty() && known == calls_.end()) return cannot_say(where);
    json_.begin_object().name("functionResponse").begin_object();
    if (words_.call_ids && !result.call_id.empty()) json_.member("id", result.call_id);
    json_.member("name", result.name.empty() ? known->second.name : result.name);
    write_response(result);
    if (auto done = write_media(result, where); done.has_error()) return done;
    json_.end_object().end_object();
    return {};
  }

  static const std::string* text_in(const chat::Part& part) {
    if (const auto* text = std::get_if<chat::Text>(&part.value)) return &text->text;
    const auto* file = std::get_if<chat::File>(&part.value);
    return file != nullptr && file->source.kind == Source::Kind::text ? &file->source.value : nullptr;
  }

  static bool is_text(const chat::Part& part) { return text_in(part) != nullptr; }

  void write_response(const chat::ToolResult& result) {
    std::string text;
    for (const auto& part : result.content)
      if (const auto* said = text_in(part)) text += (text.empty() ? "" : "\n") + *said;
    const bool only_media = !result.failed && text.empty() && !std::ranges::all_of(result.content, is_text);
    json_.name("response");
    if (only_media)
      json_.begin_object().end_object();
    else if (!result.failed && is_object(text))
      json_.raw(text);
    else
      json_.begin_object().member(result.failed ? "error" : "output", text).end_object();
  }

  Result<void> write_media(const chat::ToolResult& result, const std::string& where) {
    if (std::ranges::all_of(result.content, is_text)) return {};
    json_.name("parts").begin_array();
    for (const auto& part : result.content) {
      if (is_text(part)) continue;
      const auto* image = std::get_if<chat::Image>(&part.value);
      const auto* file = std::get_if<chat::File>(&part.value);
      const auto* source = image != nullptr ? &image->source : file != nullptr ? &file->source : nullptr;
      if (source == nullptr || source->kind != Source::Kind::base64) return cannot_say(where);
      if (auto done = write_source(*source, where); done.has_error()) return done;
    }
    json_.end_array();
    return {};
  }

  static Result<void> done() { return {}; }

  wire::JsonWriter& json_;
  const std::vector<Message>& messages_;
  const Words& words_;
  std::vector<std::string>& changed_;
  struct Call {
    std::string_view name;
    std::size_t place;
  };
  std::map<std::string_view, Call> calls_;  // by id
  std::size_t calls_made_ = 0;
  std::size_t index_ = 0;
  bool signed_ = false;  // a call of this turn has a signature
};

}  // namespace

void tell(std::vector<std::string>& changed, std::string_view what) {
  if (std::ranges::find(changed, what) == changed.end()) changed.emplace_back(what);
}

Result<void> write_conversation(wire::JsonWriter& json, const chat::Request& request, const Words& words,
                                std::vector<std::string>& changed) {
  return ConversationWriter(json, request, words, changed).write();
}

}  // namespace headgate::dialects::gemini
