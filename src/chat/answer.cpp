#include "headgate/chat/answer.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "headgate/core/unusable_answer.hpp"
#include "logprobs.hpp"

namespace headgate::chat {
namespace {

using core::Result;
using Kind = Event::Kind;

// What continues the last part if that is of the same kind, and opens one otherwise.
template <typename Value>
Value& open(Message& message) {
  if (message.parts.empty() || !std::holds_alternative<Value>(message.parts.back().value))
    message.parts.push_back({Value{}, {}});
  return std::get<Value>(message.parts.back().value);
}

// Thoughts that were signed are closed.
Reasoning& open_reasoning(Message& message) {
  auto& reasoning = open<Reasoning>(message);
  if (reasoning.signature.empty()) return reasoning;
  message.parts.push_back({Reasoning{}, {}});
  return std::get<Reasoning>(message.parts.back().value);
}

void sign(Reasoning& reasoning, const Event& event) {
  reasoning.signature += event.text;
  if (!event.name.empty()) reasoning.origin = event.name;
}

template <typename Value>
void take(std::optional<Value>& known, const std::optional<Value>& later) {
  if (later) known = later;
}

class Pieces {
 public:
  explicit Pieces(const Answer& answer) {
    auto& start = add(Kind::start, 0);
    start.id = answer.id;
    start.name = answer.model;
    start.created = answer.created;
    for (const auto& kind : answer.left_out) add(Kind::left_out, 0, kind);
    for (std::size_t i = 0; i < answer.choices.size(); ++i) add(answer.choices[i], static_cast<std::uint32_t>(i));
    if (answer.usage.known()) add(Kind::usage, 0).usage = answer.usage;
    add(Kind::done, 0);
  }

  Events take() { return std::move(events_); }

 private:
  Event& add(Kind kind, std::uint32_t choice) {
    auto& event = events_.emplace_back();
    event.kind = kind;
    event.choice = choice;
    return event;
  }

  void add(Kind kind, std::uint32_t choice, const std::string& text) { add(kind, choice).text = text; }

  void add(const Choice& choice, std::uint32_t index) {
    calls_ = 0;
    for (const auto& part : choice.message.parts) std::visit([&](const auto& value) { add(value, index); }, part.value);
    if (!choice.logprobs.empty()) add(Kind::logprobs, index, choice.logprobs);
    auto& finish = add(Kind::finish, index);
    finish.finish = choice.finish;
    finish.text = choice.stopped_by;
  }

  void add(const Text& value, std::uint32_t choice) { add(Kind::text, choice, value.text); }
  void add(const Refusal& value, std::uint32_t choice) { add(Kind::refusal, choice, value.text); }
  void add(const SealedReasoning& value, std::uint32_t choice) {
    add(Kind::sealed_reasoning, choice, value.data);
    events_.back().name = value.origin;
  }
  void add(const Reasoning& value, std::uint32_t choice) {
    add(Kind::reasoning, choice, value.text);
    if (value.signature.empty()) return;
    add(Kind::signature, choice, value.signature);
    events_.back().name = value.origin;
  }
  void add(const ToolCall& value, std::uint32_t choice) {
    auto& call = add(Kind::tool_call, choice);
    call.index = calls_;
    call.id = value.id;
    call.name = value.name;
    call.custom = value.custom;
    call.text = value.signature;
    auto& arguments = add(Kind::arguments, choice);
    arguments.index = calls_++;
    arguments.text = value.arguments;
  }
  // Nothing that an assistant says.
  void add(const Image&, std::uint32_t) {}
  void add(const Audio&, std::uint32_t) {}
  void add(const File&, std::uint32_t) {}
  void add(const ToolResult&, std::uint32_t) {}

  Events events_;
  std::uint32_t calls_ = 0;
};

}  // namespace

Events in_pieces(const Answer& answer) { return Pieces(answer).take(); }

Result<void> Assembly::add(const Event& event) {
  if (done_) return core::unusable_answer("a stream that goes on behind its end");
  if (event.kind == Kind::error) return done_ = true, Result<void>(event.error);
  if (event.choice >= max_choices) return core::unusable_answer("more choices than anyone asks for");
  if (event.choice >= answer_.choices.size() && event.kind != Kind::usage && event.kind != Kind::done &&
      event.kind != Kind::start && event.kind != Kind::left_out) {
    answer_.choices.resize(event.choice + 1);
    calls_.resize(event.choice + 1);
  }
  switch (event.kind) {
    case Kind::start:
      answer_.id = event.id;
      answer_.model = event.name;
      answer_.created = event.created;
      merge(answer_.usage, event.usage);
      return {};
    case Kind::usage: merge(answer_.usage, event.usage); return {};
    case Kind::left_out: note_left_out(answer_.left_out, event.text); return {};
    case Kind::done: done_ = true; return {};
    default: break;
  }
  auto& choice = answer_.choices[event.choice];
  auto& calls = calls_[event.choice];
  switch (event.kind) {
    case Kind::text: open<Text>(choice.message).text += event.text; return {};
    case Kind::refusal: open<Refusal>(choice.message).text += event.text; return {};
    case Kind::reasoning: open_reasoning(choice.message).text += event.text; return {};
    case Kind::signature: sign(open<Reasoning>(choice.message), event); return {};
    case Kind::sealed_reasoning:
      choice.message.parts.push_back({SealedReasoning{event.text, event.name}, {}});
      return {};
    case Kind::tool_call:
      if (event.index != calls.size() || event.index >= max_tool_calls)
        return core::unusable_answer("tool calls that do not follow each other");
      calls.push_back(choice.message.parts.size());
      choice.message.parts.push_back({ToolCall{event.id, event.name, {}, event.text, event.custom}, {}});
      return {};
    case Kind::arguments:
      if (event.index >= calls.size()) return core::unusable_answer("arguments of a tool call that nobody made");
      std::get<ToolCall>(choice.message.parts[calls[event.index]].value).arguments += event.text;
      return {};
    case Kind::logprobs: append_logprobs(choice.logprobs, event.text); return {};
    case Kind::finish:
      choice.finish = event.finish;
      choice.stopped_by = event.text;
      return {};
    default: return {};
  }
}

void merge(core::Usage& known, const core::Usage& later) {
  take(known.input, later.input);
  take(known.cache_read, later.cache_read);
  take(known.cache_write, later.cache_write);
  take(known.output, later.output);
  take(known.reasoning, later.reasoning);
  known.implausible = known.implausible || later.implausible;
}

core::Usage sum(const core::Usage& one, const core::Usage& other) {
  const auto both = [](std::optional<core::Tokens> a, std::optional<core::Tokens> b) -> std::optional<core::Tokens> {
    if (!a || !b) return std::nullopt;
    return *a + *b;
  };
  // Who has nothing of these does not name them.
  const auto either = [](std::optional<core::Tokens> a, std::optional<core::Tokens> b) -> std::optional<core::Tokens> {
    if (!a && !b) return std::nullopt;
    return a.value_or(0) + b.value_or(0);
  };
  return {both(one.input, other.input),
          either(one.cache_read, other.cache_read),
          either(one.cache_write, other.cache_write),
          both(one.output, other.output),
          either(one.reasoning, other.reasoning),
          one.implausible || other.implausible};
}

void note_left_out(std::vector<std::string>& kinds, std::string_view kind) {
  constexpr std::size_t most = 16, longest = 64;
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  if (kind.empty() || kind.size() > longest || kind.find_first_not_of(letters) != kind.npos) kind = "unknown";
  if (kinds.size() < most && std::ranges::find(kinds, kind) == kinds.end()) kinds.emplace_back(kind);
}

std::string_view name_of(Finish finish) {
  constexpr std::array<std::string_view, 11> names{"unknown", "stop",       "stop_sequence", "length",
                                                   "window",  "tool_calls", "filtered",      "refused",
                                                   "pause",   "failed",     "other"};
  return names[static_cast<std::size_t>(finish)];
}

}  // namespace headgate::chat
