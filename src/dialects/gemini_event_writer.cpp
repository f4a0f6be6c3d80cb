#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gemini_words.hpp"
#include "headgate/dialects/gemini.hpp"
#include "headgate/dialects/origin.hpp"
#include "headgate/wire/sse.hpp"
#include "json_balance.hpp"

namespace headgate::dialects::gemini {
namespace {

using chat::Event;
using wire::JsonWriter;
using Kind = Event::Kind;

class Writer final : public EventWriter {
 public:
  explicit Writer(Shown shown) : shown_(std::move(shown)) {}

  void write(std::string& out, const Event& event) override {
    if (event.kind == Kind::done) return write_last(out);
    if (event.kind == Kind::error) return write_error(out, event.error);
    if (event.kind == Kind::usage) return chat::merge(usage_, event.usage);
    if (event.kind == Kind::start) return start(event);
    if (event.kind == Kind::left_out) return;
    if (event.choice >= chat::Assembly::max_choices) return;
    if (event.choice >= choices_.size()) choices_.resize(event.choice + 1);
    add(out, event, choices_[event.choice]);
  }

 private:
  struct Call {
    std::uint32_t index = 0;
    std::string id, name, signature, arguments;
    JsonBalance balance{};
  };
  struct State {
    std::vector<Call> calls;  // not yet shown
    chat::Finish finish = chat::Finish::unknown;
  };

  void start(const Event& event) {
    if (!event.id.empty()) shown_.id = event.id;
    if (!event.name.empty()) shown_.model = event.name;
    chat::merge(usage_, event.usage);
  }

  void add(std::string& out, const Event& event, State& state) {
    if (event.kind == Kind::arguments) return add_arguments(event, state);
    if (event.kind == Kind::tool_call) {
      state.calls.push_back({event.index, event.id, event.name, event.text, {}});
      return;
    }
    // Arguments are shown whole. Calls that are made at once may come interleaved, so that each of them is
    // complete only when something else is said, or the answer is over.
    if (event.kind == Kind::finish || std::ranges::all_of(state.calls, is_whole)) flush(out, event.choice, state);
    write_said(out, event);
    if (event.kind == Kind::finish) state.finish = event.finish;
  }

  static bool is_whole(const Call& call) { return call.balance.is_whole(); }

  static void add_arguments(const Event& event, State& state) {
    for (auto& call : state.calls) {
      if (call.index != event.index) continue;
      call.arguments += event.text;
      call.balance.add(event.text);
    }
  }

  void write_said(std::string& out, const Event& event) {
    if (event.kind == Kind::signature) return write_signature(out, event);
    if (event.text.empty()) return;
    if (event.kind == Kind::logprobs)
      return write_candidate(
          out, event.choice, [](JsonWriter&) {}, event.text);
    if (event.kind == Kind::text || event.kind == Kind::refusal)
      write_part(out, event.choice, [&](JsonWriter& json) { write_text(json, event.text); });
    if (event.kind == Kind::reasoning)
      write_part(out, event.choice, [&](JsonWriter& json) { write_thought(json, event.text, {}); });
  }

  void write_signature(std::string& out, const Event& event) {
    const auto signature = with_origin_in_base64(event.text, event.name, googles_thoughts);
    if (signature.empty()) return;
    write_part(out, event.choice, [&](JsonWriter& json) {
      json.begin_object().member("text", "").member("thought", true).member("thoughtSignature", signature);
      json.end_object();
    });
  }

  void flush(std::string& out, std::uint32_t choice, State& state) {
    for (const auto& call : std::exchange(state.calls, {}))
      write_part(out, choice,
                 [&](JsonWriter& json) { write_call(json, call.id, call.name, call.arguments, call.signature); });
  }

  template <typename Part>
  void write_part(std::string& out, std::uint32_t choice, Part part) {
    write_candidate(out, choice, part, {});
  }

  template <typename Part>
  void write_candidate(std::string& out, std::uint32_t choice, Part part, const chat::Json& logprobs) {
    std::string data;
    JsonWriter json(data);
    json.begin_object().name("candidates").begin_array().begin_object();
    json.name("content").begin_object().member("role", "model").name("parts").begin_array();
    part(json);
    json.end_array().end_object().member("index", choice);
    if (!logprobs.empty()) write_logprobs(json, logprobs);
    json.end_object().end_array();
    write_names(json);
    wire::append_event(out, data);
  }

  void write_names(JsonWriter& json) {
    json.member("modelVersion", shown_.model).member("responseId", shown_.id).end_object();
  }

  // The reasons stand with the usage, where clients look for both.
  void write_last(std::string& out) {
    std::string data;
    JsonWriter json(data);
    for (std::uint32_t i = 0; i < choices_.size(); ++i) flush(out, i, choices_[i]);
    json.begin_object().name("candidates").begin_array();
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      json.begin_object().name("content").begin_object().member("role", "model").name("parts").begin_array();
      write_text(json, "");
      json.end_array().end_object();
      json.member("finishReason", reason_of(choices_[i].finish)).member("index", i).end_object();
    }
    json.end_array();
    if (usage_.known()) write_usage(json.name("usageMetadata"), usage_);
    write_names(json);
    wire::append_event(out, data);
  }

  void write_error(std::string& out, const core::Error& error) const {
    std::string data;
    append_error(data, error, request_id_);
    wire::append_event(out, data);
  }

  Shown shown_;
  const std::string request_id_ = shown_.id;  // until the provider names its answer
  std::vector<State> choices_;
  core::Usage usage_;
};

}  // namespace

std::unique_ptr<EventWriter> make_event_writer(Shown shown) { return std::make_unique<Writer>(std::move(shown)); }

}  // namespace headgate::dialects::gemini
