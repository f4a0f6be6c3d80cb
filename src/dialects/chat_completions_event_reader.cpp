#include <map>

#include "chat_completions_pieces.hpp"
#include "chat_completions_trouble.hpp"
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/wire/openai_usage.hpp"

namespace headgate::dialects::chat_completions {
namespace {

using chat::Event;
using chat::Events;
using chat::Finish;
using core::Result;
using Kind = Event::Kind;

// One choice of a stream: what must be remembered between its chunks.
class ChoiceReader {
 public:
  ChoiceReader(std::uint32_t choice, std::string answer) : choice_(choice), answer_(std::move(answer)) {}

  Result<void> read(JsonValue said, Events& out) {
    out_ = &out;
    const auto delta = said["delta"];
    read_thoughts(delta);
    read_content(delta["content"]);
    if (const auto text = delta["refusal"]; text.is_string()) say(Kind::refusal, text.string());
    for (const auto call : delta["tool_calls"].items())
      if (auto known = read_call_delta(call); !known) return known;
    if (delta["function_call"].is_object())
      if (auto known = read_legacy(delta["function_call"]); !known) return known;
    if (said["logprobs"].is_object()) say(Kind::logprobs, std::string(said["logprobs"].source()));
    if (said["finish_reason"].is_set() && !said["finish_reason"].is_empty()) finish(said);
    return {};
  }

  bool finished() const { return finished_; }

 private:
  struct Call {
    std::optional<std::uint64_t> index;  // as the provider counts
    std::string id;
    bool custom = false;
    bool said = false;  // some of its arguments
  };

  Event& add(Kind kind) {
    auto& event = out_->emplace_back();
    event.kind = kind;
    event.choice = choice_;
    return event;
  }

  void say(Kind kind, std::string text, std::string origin = {}) {
    if (text.empty()) return;
    auto& event = add(kind);
    event.text = std::move(text);
    event.name = std::move(origin);
  }

  // The same thoughts come plain and in detail; of the details only what signs or seals them is news then.
  void read_thoughts(JsonValue delta) {
    for (const auto name : {"reasoning_content", "reasoning"})
      if (const auto text = delta[name]; text.is_string() && !text.is_empty()) {
        thinks_plainly_ = true;
        say(Kind::reasoning, text.string());
        break;
      }
    for (const auto detail : delta["reasoning_details"].items()) {
      if (detail["type"].is("reasoning.encrypted")) {
        say(Kind::sealed_reasoning, detail["data"].string(), read_origin(detail));
        continue;
      }
      if (!thinks_plainly_) say(Kind::reasoning, detail["text"].string() + detail["summary"].string());
      say(Kind::signature, detail["signature"].string(), read_origin(detail));
    }
  }

  void read_content(JsonValue content) {
    if (content.is_string()) say(Kind::text, content.string());
    for (const auto part : content.items()) {
      if (part["type"].is("text")) say(Kind::text, part["text"].string());
      if (!part["type"].is("thinking")) continue;
      const auto thought = read_thinking_part(part);
      say(Kind::reasoning, std::get<chat::Reasoning>(thought.value).text);
      say(Kind::signature, std::get<chat::Reasoning>(thought.value).signature);
    }
  }

  // Which call this is about. Some providers leave out the index, or give every call the same.
  std::size_t find(JsonValue said, const std::string& id, bool named) const {
    const auto index = said["index"].count();
    if (!index && id.empty()) return named || calls_.empty() ? calls_.size() : calls_.size() - 1;
    for (std::size_t i = calls_.size(); i > 0; --i) {
      const auto& call = calls_[i - 1];
      if (index ? call.index != index : call.id != id) continue;
      const bool another = named && !id.empty() && !call.id.empty() && call.id != id;
      return another ? calls_.size() : i - 1;
    }
    return calls_.size();
  }

  Result<void> read_call_delta(JsonValue said) {
    const auto words = said[said["type"].is("custom") || said["custom"].is_object() ? "custom" : "function"];
    const auto id = said["id"].string();
    const auto at = find(said, id, !words["name"].is_empty());
    if (at == calls_.size()) {
      calls_.push_back({said["index"].count(), id, said["custom"].is_object(), false});
      if (auto begun = begin(words["name"].string(), read_call_signature(said)); !begun) return begun;
    }
    add_arguments(at, words[calls_[at].custom ? "input" : "arguments"]);
    return {};
  }

  // Before there were tools, an answer called one function.
  Result<void> read_legacy(JsonValue said) {
    if (calls_.empty()) {
      calls_.push_back({std::nullopt, {}, false, false});
      if (auto begun = begin(said["name"].string(), {}); !begun) return begun;
    }
    add_arguments(0, said["arguments"]);
    return {};
  }

  Result<void> begin(std::string name, std::string signature) {
    if (name.empty()) return core::unusable_answer("a tool call without a name");
    if (calls_.size() > chat::Assembly::max_tool_calls) return core::unusable_answer("too many tool calls");
    auto& call = calls_.back();
    auto& event = add(Kind::tool_call);
    event.index = static_cast<std::uint32_t>(calls_.size() - 1);
    event.id = call.id.empty() ? made_up_id(answer_, choice_, event.index) : call.id;
    event.name = std::move(name);
    event.custom = call.custom;
    event.text = std::move(signature);
    return {};
  }

  void add_arguments(std::size_t at, JsonValue arguments) {
    say_arguments(at, arguments.is_object() ? std::string(arguments.source()) : arguments.string());
  }

  void say_arguments(std::size_t at, std::string text) {
    if (text.empty()) return;
    calls_[at].said = true;
    auto& event = add(Kind::arguments);
    event.index = static_cast<std::uint32_t>(at);
    event.text = std::move(text);
  }

  void finish(JsonValue said) {
    if (finished_) return;  // repeated on the chunk with usage, by some
    finished_ = true;
    for (std::size_t i = 0; i < calls_.size(); ++i)
      if (!calls_[i].said && !calls_[i].custom) say_arguments(i, "{}");
    auto& event = add(Kind::finish);
    event.finish = read_finish(said, !calls_.empty());
    if (event.finish != Finish::stop || !said["stop_reason"].is_string()) return;
    event.finish = Finish::stop_sequence;
    event.text = said["stop_reason"].string();
  }

  std::uint32_t choice_;
  std::string answer_;
  Events* out_ = nullptr;
  std::vector<Call> calls_;
  bool thinks_plainly_ = false;
  bool finished_ = false;
};

class ChunkReader final : public EventReader {
 public:
  Result<void> read(wire::JsonReader& json, std::string_view, std::string_view data, Events& out) override {
    if (ended_) return {};
    if (data.starts_with("[DONE]")) return end(out);
    const auto chunk = json.read_lenient(data);
    if (!chunk || !chunk->is_object()) return core::unusable_answer("a chunk that is not a JSON object");
    if ((*chunk)["error"].is_set()) return fail(reported_error(*chunk), out), Result<void>();
    return read_chunk(*chunk, out);
  }

  Result<void> end(Events& out) override {
    if (ended_) return {};
    if (choices_.empty()) return core::unusable_answer("a stream without an answer");
    for (const auto& [index, choice] : choices_)
      if (!choice.finished()) return core::unusable_answer("a stream that broke off");
    ended_ = true;
    out.emplace_back().kind = Kind::done;
    return {};
  }

 private:
  Result<void> read_chunk(JsonValue chunk, Events& out) {
    const auto choices = chunk["choices"];
    if (!started_ && (!choices.is_empty() || !chunk["id"].is_empty())) start(chunk, out);
    for (const auto said : choices.items()) {
      if (auto trouble = trouble_in(said["finish_reason"])) return fail(*std::move(trouble), out), Result<void>();
      const auto index = said["index"].count().value_or(0);
      if (!said.is_object() || index >= chat::Assembly::max_choices)
        return core::unusable_answer("a choice that makes no sense");
      const auto number = static_cast<std::uint32_t>(index);
      auto& choice = choices_.try_emplace(number, number, id_).first->second;
      if (auto known = choice.read(said, out); !known) return known;
    }
    read_usage(chunk, out);
    return {};
  }

  // Azure's first chunk tells of filters only, and of no answer.
  void start(JsonValue chunk, Events& out) {
    started_ = true;
    auto& event = out.emplace_back();
    event.kind = Kind::start;
    id_ = event.id = chunk["id"].string();
    event.name = chunk["model"].string();
    event.created = static_cast<std::int64_t>(chunk["created"].count().value_or(0));
  }

  static void read_usage(JsonValue chunk, Events& out) {
    const auto said = chunk["usage"].is_object() ? chunk["usage"] : chunk["x_groq"]["usage"];
    if (!said.is_object()) return;
    auto& event = out.emplace_back();
    event.kind = Kind::usage;
    event.usage = wire::openai::read_usage(said);
  }

  void fail(core::Error error, Events& out) {
    ended_ = true;
    auto& event = out.emplace_back();
    event.kind = Kind::error;
    event.error = std::move(error);
  }

  std::map<std::uint32_t, ChoiceReader> choices_;
  std::string id_;
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<EventReader> make_event_reader() { return std::make_unique<ChunkReader>(); }

}  // namespace headgate::dialects::chat_completions
