#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gemini_reading.hpp"
#include "gemini_words.hpp"
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/gemini.hpp"
#include "headgate/dialects/origin.hpp"

namespace headgate::dialects::gemini {
namespace {

using chat::Event;
using core::Result;
using wire::JsonValue;
using Kind = Event::Kind;

// A whole answer is a stream of one event.
class Reader final : public EventReader {
 public:
  Result<void> read(wire::JsonReader& json, std::string_view, std::string_view data, chat::Events& out) override {
    if (ended_) return {};
    const auto document = json.read_lenient(data);
    if (document.has_error()) return core::unusable_answer("an event that is not JSON");
    auto error = (*document)["error"];
    for (const auto item : document->items()) error = item["error"];
    if (!error.is_set()) return read(*document, out);
    ended_ = true;
    put(out, Kind::error, 0).error = read_error(json, 200, data);
    return {};
  }

  Result<void> read(JsonValue document, chat::Events& out) {
    if (!document.is_object()) return core::unusable_answer("an event that is no object");
    const auto usage = document["usageMetadata"];
    if (usage.is_object()) usage_ = read_usage(usage);
    if (!started_) start(document, out);
    std::uint32_t position = 0;
    const auto candidates = document["candidates"];
    for (const auto candidate : candidates.items())
      if (auto done = add(candidate, position++, out); done.has_error()) return done;
    const auto reason = document["promptFeedback"]["blockReason"];
    if (position == 0 && reason.is_set() && !reason.is("BLOCK_REASON_UNSPECIFIED")) block();
    return {};
  }

  // No event is the last one; what follows a reason to finish may still be counted.
  Result<void> end(chat::Events& out) override {
    if (ended_) return {};
    ended_ = true;
    const auto whole = [](const State& state) { return state.finish != chat::Finish::unknown; };
    const bool complete = !choices_.empty() && std::ranges::all_of(choices_, whole);
    for (std::uint32_t i = 0; complete && i < choices_.size(); ++i) {
      const auto& state = choices_[i];
      // There is no reason of its own for calls.
      const bool called = state.finish == chat::Finish::stop && state.calls > 0;
      put(out, Kind::finish, i).finish = called ? chat::Finish::tool_calls : state.finish;
    }
    if (usage_.known()) put(out, Kind::usage, 0).usage = usage_;
    if (!complete) return core::unusable_answer("an answer that broke off before its `finishReason`");
    put(out, Kind::done, 0);
    return {};
  }

 private:
  struct State {
    std::uint32_t calls = 0;
    chat::Finish finish = chat::Finish::unknown;
    bool thinks = false;  // thoughts stand last and are not signed
  };

  // The prompt was refused, at once or on second thought.
  void block() {
    if (choices_.empty()) choices_.emplace_back();
    for (auto& state : choices_)
      if (state.finish == chat::Finish::unknown) state.finish = chat::Finish::filtered;
  }

  static Event& put(chat::Events& out, Kind kind, std::uint32_t choice) {
    auto& event = out.emplace_back();
    event.kind = kind;
    event.choice = choice;
    return event;
  }

  void start(JsonValue document, chat::Events& out) {
    started_ = true;
    id_ = document["responseId"].string();
    auto& event = put(out, Kind::start, 0);
    event.id = id_;
    event.name = document["modelVersion"].string();
    event.usage.input = usage_.input;
    event.usage.cache_read = usage_.cache_read;
  }

  Result<void> add(JsonValue candidate, std::uint32_t position, chat::Events& out) {
    const auto index = candidate["index"].count().value_or(position);
    if (index >= chat::Assembly::max_choices) return core::unusable_answer("more candidates than anyone asks for");
    const auto choice = static_cast<std::uint32_t>(index);
    if (choice >= choices_.size()) choices_.resize(choice + 1);
    auto& state = choices_[choice];
    for (const auto part : candidate["content"]["parts"].items())
      if (auto done = add_part(state, part, choice, out); done.has_error()) return done;
    if (const auto logprobs = candidate["logprobsResult"]; logprobs.is_object())
      put(out, Kind::logprobs, choice).text = logprobs_of(logprobs);
    if (const auto reason = candidate["finishReason"]; reason.is_string()) {
      const auto finish = finish_of(reason.string());
      if (finish != chat::Finish::unknown) state.finish = finish;
    }
    return {};
  }

  Result<void> add_part(State& state, JsonValue part, std::uint32_t choice, chat::Events& out) {
    const auto text = part["text"], call = part["functionCall"];
    if (call.is_object()) return add_call(state, part, call, choice, out);
    if (!text.is_string()) return leave_out(part, choice, out);
    const bool thought = part["thought"].boolean().value_or(false);
    auto signature = part["thoughtSignature"].string();
    if (!text.is_empty()) {
      put(out, thought ? Kind::reasoning : Kind::text, choice).text = text.string();
      state.thinks = thought;
    }
    if (signature.empty()) return {};
    // Where the answer is signed, the signature goes back behind it.
    if (!state.thinks) put(out, Kind::reasoning, choice);
    auto& proof = put(out, Kind::signature, choice);
    proof.text = std::move(signature);
    proof.name = googles_thoughts;
    state.thinks = false;
    return {};
  }

  // Parts of other kinds, pictures and code that ran there, no other dialect can say.
  static Result<void> leave_out(JsonValue part, std::uint32_t choice, chat::Events& out) {
    for (const auto member : part.members())
      if (member.value.is_object()) put(out, Kind::left_out, choice).text = member.name.string();
    return {};
  }

  Result<void> add_call(State& state, JsonValue part, JsonValue call, std::uint32_t choice, chat::Events& out) {
    if (state.calls >= chat::Assembly::max_tool_calls) return core::unusable_answer("more calls than anyone makes");
    if (call["name"].is_empty()) return core::unusable_answer("a call of a function without a name");
    const auto args = call["args"], id = call["id"];
    state.thinks = false;
    auto& event = put(out, Kind::tool_call, choice);
    event.index = state.calls++;
    event.id = id.is_empty() ? id_for(choice, state.calls) : id.string();
    event.name = call["name"].string();
    event.text = part["thoughtSignature"].string();
    auto& arguments = put(out, Kind::arguments, choice);
    arguments.index = state.calls - 1;
    arguments.text = args.is_object() ? compact(args.source()) : "{}";
    return {};
  }

  // Other vendors refuse ids with other characters when they come back.
  static bool may_stand_in_ids(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  }

  // Another one for every answer, where answers have names: clients keep them side by side.
  std::string id_for(std::uint32_t choice, std::uint32_t count) const {
    constexpr std::size_t longest = 40;
    const auto number = choice * chat::Assembly::max_tool_calls + count;
    if (id_.empty() || id_.size() > longest || !std::ranges::all_of(id_, may_stand_in_ids)) return invented_id(number);
    return "call_" + id_ + "_" + std::to_string(number);
  }

  std::vector<State> choices_;
  core::Usage usage_;
  std::string id_;
  bool started_ = false, ended_ = false;
};

}  // namespace

std::unique_ptr<EventReader> make_event_reader() { return std::make_unique<Reader>(); }

Result<chat::Answer> read_answer(JsonValue body) {
  Reader reader;
  chat::Events events;
  auto error = body["error"];
  for (const auto item : body.items()) error = item["error"];
  if (error.is_set()) {
    wire::JsonReader json;
    std::string padded(body.source());
    wire::pad(padded);
    return read_error(json, 200, padded);
  }
  if (auto done = reader.read(body, events); done.has_error()) return done.error();
  if (auto done = reader.end(events); done.has_error()) return done.error();
  chat::Assembly assembly;
  for (const auto& event : events)
    if (auto done = assembly.add(event); done.has_error()) return done.error();
  auto answer = assembly.answer();
  const auto tier = body["usageMetadata"]["serviceTier"];
  if (tier.is_string() && !tier.is("unspecified"))
    answer.service_tier = tier.is("standard") ? "default" : tier.string();
  return answer;
}

}  // namespace headgate::dialects::gemini
