#include <vector>

#include "chat_completions_pieces.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/wire/openai.hpp"
#include "headgate/wire/openai_usage.hpp"

namespace headgate::dialects::chat_completions {
namespace {

using chat::Event;
using Kind = Event::Kind;

class ChunkWriter final : public EventWriter {
 public:
  explicit ChunkWriter(Shown shown) : shown_(std::move(shown)) {}

  void write(std::string& out, const Event& event) override {
    if (ended_) return;
    switch (event.kind) {
      case Kind::start: return start(out, event);
      case Kind::usage: return chat::merge(usage_, event.usage);
      case Kind::done: return finish(out);
      case Kind::error: return fail(out, event.error);
      case Kind::left_out: return;
      case Kind::finish:
        if (event.finish == chat::Finish::failed) return fail(out, nothing_came_of_it());
        break;
      default: break;
    }
    if (event.choice >= chat::Assembly::max_choices) return;
    write_chunk(out, event);
  }

 private:
  // What a choice has said so far, as far as later pieces depend on it.
  struct Choice {
    bool begun = false;
    bool refused = false;
    std::vector<bool> custom;  // of each call
    std::string thought;       // since the last signature
    bool thought_too_long = false;
    std::size_t thoughts = 0;
  };
  // What is signed is told again with its signature, unless it is longer than any model thinks.
  static constexpr std::size_t longest_thought = 2 * 1024 * 1024;

  static core::Error nothing_came_of_it() {
    return core::Error(core::Code::upstream_error, "The model's answer could not be used.");
  }

  Choice& choice(std::uint32_t index) {
    if (index >= choices_.size()) choices_.resize(index + 1);
    return choices_[index];
  }

  void start(std::string& out, const Event& event) {
    if (!event.id.empty()) shown_.id = event.id;
    if (!event.name.empty()) shown_.model = event.name;
    if (event.created != 0) shown_.created = event.created;
    chat::merge(usage_, event.usage);
    begin(out, 0);
  }

  // Clients learn the role before anything else.
  void begin(std::string& out, std::uint32_t index) {
    if (choice(index).begun) return;
    choice(index).begun = true;
    auto json = open(out, index);
    json.member("role", "assistant").member("content", "");
    close(out, json, {}, {});
  }

  JsonWriter open(std::string& out) const {
    out.append("data: ");
    JsonWriter json(out);
    json.begin_object().member("id", shown_.id).member("object", "chat.completion.chunk");
    json.member("created", shown_.created).member("model", shown_.model).name("choices").begin_array();
    return json;
  }

  JsonWriter open(std::string& out, std::uint32_t index) const {
    auto json = open(out);
    json.begin_object().member("index", index).name("delta").begin_object();
    return json;
  }

  void close(std::string& out, JsonWriter& json, std::string_view logprobs, std::string_view finish,
             std::string_view native = {}) const {
    json.end_object().raw_member("logprobs", logprobs.empty() ? "null" : logprobs).name("finish_reason");
    finish.empty() ? json.null() : json.string(finish);
    if (!native.empty()) json.member("native_finish_reason", native);
    json.end_object().end_array();
    if (shown_.usage) json.raw_member("usage", "null");
    json.end_object();
    out.append("\n\n");
  }

  void write_chunk(std::string& out, const Event& event) {
    auto& choice = this->choice(event.choice);
    begin(out, event.choice);
    if (!says_something(choice, event)) return;
    auto json = open(out, event.choice);
    write_delta(json, choice, event);
    const bool finishes = event.kind == Kind::finish;
    close(out, json, event.kind == Kind::logprobs ? std::string_view(event.text) : std::string_view(),
          finishes ? finish_reason(event.finish, choice.refused) : std::string_view(),
          finishes ? native_finish_reason(event.finish) : std::string_view());
  }

  static bool says_something(const Choice& choice, const Event& event) {
    if (event.kind == Kind::finish || event.kind == Kind::tool_call) return true;
    if (event.kind == Kind::signature) return true;
    if (event.kind == Kind::arguments && event.index >= choice.custom.size()) return false;
    return !event.text.empty();
  }

  static void write_delta(JsonWriter& json, Choice& choice, const Event& event) {
    switch (event.kind) {
      case Kind::text: json.member("content", event.text); return;
      case Kind::refusal:
        choice.refused = true;
        json.member("refusal", event.text);
        return;
      case Kind::reasoning: return write_reasoning(json, choice, event.text);
      case Kind::signature: return write_signature(json, choice, event);
      case Kind::sealed_reasoning:
        json.name("reasoning_details").begin_array();
        write_thought(json, chat::SealedReasoning{event.text, event.name}, choice.thoughts++, {});
        json.end_array();
        return;
      case Kind::tool_call: return write_call_start(json, choice, event);
      case Kind::arguments: return write_arguments(json, choice, event);
      default: return;
    }
  }

  static void write_reasoning(JsonWriter& json, Choice& choice, const std::string& text) {
    json.member("reasoning_content", text);
    choice.thought_too_long = choice.thought_too_long || choice.thought.size() + text.size() > longest_thought;
    if (!choice.thought_too_long) choice.thought += text;
  }

  static void write_signature(JsonWriter& json, Choice& choice, const Event& event) {
    json.name("reasoning_details").begin_array();
    write_thought(json,
                  chat::Reasoning{std::move(choice.thought), choice.thought_too_long ? "" : event.text, event.name},
                  choice.thoughts++, {});
    json.end_array();
    choice.thought.clear();
    choice.thought_too_long = false;
  }

  static void write_call_start(JsonWriter& json, Choice& choice, const Event& event) {
    const std::string_view type = event.custom ? "custom" : "function";
    choice.custom.push_back(event.custom);
    json.name("tool_calls").begin_array().begin_object().member("index", event.index);
    json.member("id", event.id).member("type", type).name(type).begin_object().member("name", event.name);
    json.member(event.custom ? "input" : "arguments", "").end_object();
    write_call_signature(json, event.text);
    json.end_object().end_array();
  }

  static void write_arguments(JsonWriter& json, const Choice& choice, const Event& event) {
    const bool custom = choice.custom[event.index];
    json.name("tool_calls").begin_array().begin_object().member("index", event.index);
    json.name(custom ? "custom" : "function").begin_object();
    json.member(custom ? "input" : "arguments", event.text).end_object().end_object().end_array();
  }

  void finish(std::string& out) {
    if (shown_.usage && usage_.known()) {
      auto json = open(out);
      json.end_array().name("usage");
      wire::openai::append_usage(out, usage_);
      json.end_object();
      out.append("\n\n");
    }
    end(out);
  }

  void fail(std::string& out, const core::Error& error) {
    out.append("data: ");
    wire::openai::append_error(out, error);
    out.append("\n\n");
    end(out);
  }

  void end(std::string& out) {
    ended_ = true;
    out.append("data: [DONE]\n\n");
  }

  Shown shown_;
  std::vector<Choice> choices_;
  core::Usage usage_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<EventWriter> make_event_writer(Shown shown) { return std::make_unique<ChunkWriter>(std::move(shown)); }

}  // namespace headgate::dialects::chat_completions
