#include <deque>
#include <string>
#include <utility>

#include "anthropic_words.hpp"
#include "headgate/dialects/anthropic.hpp"
#include "headgate/dialects/origin.hpp"
#include "json_balance.hpp"

namespace headgate::dialects::anthropic {
namespace {

using chat::Event;
using Kind = Event::Kind;

// Clients append blocks as they come: one is open at a time, and none is opened twice. A call that
// begins before the one before it is whole waits for it, and so does what is said meanwhile.
class Writer final : public EventWriter {
 public:
  explicit Writer(Shown shown) : shown_(std::move(shown)) {}

  void write(std::string& out, const Event& event) override {
    if (event.choice != 0 || ended_) return;
    if (must_wait(event)) return held_.push_back(event);
    if (ends_calls(event.kind)) close_all(out);
    if (ends_calls(event.kind)) tell_held(out);
    tell(out, event);
    if (!in_call()) tell_held(out);
  }

 private:
  static constexpr std::size_t most_held = 4096;  // pieces; a call that takes longer to end is cut

  enum class Open : std::uint8_t { nothing, text, thinking, call };
  struct Call {
    std::uint32_t index = 0;
    std::string id, name, arguments;
  };

  bool in_call() const { return open_ == Open::call && !balance_.is_whole(); }

  static bool ends_calls(Kind kind) { return kind == Kind::finish || kind == Kind::done; }

  bool must_wait(const Event& event) const {
    if (!in_call() || held_.size() == most_held) return false;
    return event.kind == Kind::text || event.kind == Kind::refusal || event.kind == Kind::reasoning ||
           event.kind == Kind::signature || event.kind == Kind::sealed_reasoning;
  }

  void tell_held(std::string& out) {
    for (const auto& event : std::exchange(held_, {})) tell(out, event);
  }

  void tell(std::string& out, const Event& event) {
    switch (event.kind) {
      case Kind::start: return write_start(out, event);
      case Kind::text:
      case Kind::refusal: return write_text(out, event.text);
      case Kind::reasoning: return write_reasoning(out, event.text);
      case Kind::signature: return write_signature(out, event);
      case Kind::sealed_reasoning: return write_sealed(out, event);
      case Kind::tool_call: return add_call(out, event);
      case Kind::arguments: return add_arguments(out, event);
      case Kind::finish:
        close_all(out);
        finish_ = event.finish;
        stopped_by_ = event.text;
        return;
      case Kind::usage: return chat::merge(usage_, event.usage);
      case Kind::done: return write_end(out);
      case Kind::error: return write_error(out, event.error);
      case Kind::logprobs:
      case Kind::left_out: return;
    }
  }

  // `fill` writes the members behind `type`.
  template <typename Fill>
  static void put(std::string& out, std::string_view name, Fill fill) {
    out.append("event: ").append(name).append("\ndata: ");
    wire::JsonWriter json(out);
    json.begin_object().member("type", name);
    fill(json);
    json.end_object();
    out.append("\n\n");
  }

  void write_start(std::string& out, const Event& event) {
    chat::merge(usage_, event.usage);
    put(out, "message_start", [&](wire::JsonWriter& json) {
      json.name("message").begin_object().member("id", event.id.empty() ? shown_.id : event.id);
      json.member("type", "message").member("role", "assistant");
      json.member("model", event.name.empty() ? shown_.model : event.name).name("content").begin_array().end_array();
      write_stop(json, chat::Finish::unknown, {}, false);
      json.name("usage");
      write_usage(json, event.usage, {});
      json.end_object();
    });
  }

  template <typename Fill>
  void open(std::string& out, Open what, Fill fill) {
    close_all(out);
    open_ = what;
    put(out, "content_block_start", [&](wire::JsonWriter& json) {
      json.member("index", block_).name("content_block").begin_object();
      fill(json);
      json.end_object();
    });
  }

  void put_delta(std::string& out, std::string_view type, std::string_view member, std::string_view text) const {
    put(out, "content_block_delta", [&](wire::JsonWriter& json) {
      json.member("index", block_).name("delta").begin_object();
      json.member("type", type).member(member, text).end_object();
    });
  }

  void close(std::string& out) {
    if (open_ == Open::nothing) return;
    put(out, "content_block_stop", [&](wire::JsonWriter& json) { json.member("index", block_); });
    open_ = Open::nothing;
    signed_ = false;
    ++block_;
  }

  void close_all(std::string& out) {
    close(out);
    while (!waiting_.empty()) {
      open_next_call(out);
      close(out);
    }
  }

  void write_text(std::string& out, std::string_view text) {
    if (text.empty()) return;
    if (open_ != Open::text)
      open(out, Open::text,
           [](wire::JsonWriter& json) { json.member("type", "text").member("text", "").name("citations").null(); });
    put_delta(out, "text_delta", "text", text);
  }

  void open_thinking(std::string& out) {
    open(out, Open::thinking, [](wire::JsonWriter& json) {
      json.member("type", "thinking").member("thinking", "").member("signature", "");
    });
  }

  // Thoughts that were signed are closed.
  void write_reasoning(std::string& out, std::string_view text) {
    if (open_ != Open::thinking || signed_) open_thinking(out);
    if (!text.empty()) put_delta(out, "thinking_delta", "thinking", text);
  }

  // Of a signature in pieces the first says whose it is.
  void write_signature(std::string& out, const Event& event) {
    if (event.text.empty()) return;
    if (open_ != Open::thinking) open_thinking(out);
    const auto first = signed_ ? anthropics_thoughts : std::string_view(event.name);
    put_delta(out, "signature_delta", "signature", with_origin(event.text, first, anthropics_thoughts));
    signed_ = true;
  }

  void write_sealed(std::string& out, const Event& event) {
    open(out, Open::thinking, [&](wire::JsonWriter& json) {
      json.member("type", "redacted_thinking");
      json.member("data", with_origin(event.text, event.name, anthropics_thoughts));
    });
    close(out);
  }

  void add_call(std::string& out, const Event& event) {
    called_tools_ = true;
    waiting_.push_back({event.index, event.id, event.name, {}});
    if (open_ == Open::call && !balance_.is_whole()) return;
    close(out);
    open_next_call(out);
  }

  void open_next_call(std::string& out) {
    const auto call = std::move(waiting_.front());
    waiting_.pop_front();
    open_ = Open::call;
    call_ = call.index;
    balance_ = {};
    put(out, "content_block_start", [&](wire::JsonWriter& json) {
      json.member("index", block_).name("content_block").begin_object().member("type", "tool_use");
      json.member("id", call_id(call.id)).member("name", call.name).name("input").begin_object().end_object();
      json.name("caller").begin_object().member("type", "direct").end_object().end_object();
    });
    write_arguments(out, call.arguments);
  }

  void write_arguments(std::string& out, std::string_view piece) {
    if (piece.empty()) return;
    balance_.add(piece);
    put_delta(out, "input_json_delta", "partial_json", piece);
  }

  // A piece of a call that was closed already comes too late.
  void add_arguments(std::string& out, const Event& event) {
    if (open_ == Open::call && event.index == call_) {
      write_arguments(out, event.text);
    } else {
      for (auto& call : waiting_)
        if (call.index == event.index) call.arguments += event.text;
    }
    while (open_ == Open::call && balance_.is_whole() && !waiting_.empty()) {
      close(out);
      open_next_call(out);
    }
  }

  void write_end(std::string& out) {
    close_all(out);
    ended_ = true;
    put(out, "message_delta", [&](wire::JsonWriter& json) {
      json.name("delta").begin_object();
      write_stop(json, finish_, stopped_by_, called_tools_);
      json.end_object().name("usage");
      write_last_usage(json, usage_);
    });
    put(out, "message_stop", [](wire::JsonWriter&) {});
  }

  void write_error(std::string& out, const core::Error& error) {
    ended_ = true;
    out.append("event: error\ndata: ");
    append_error(out, error, shown_.id);
    out.append("\n\n");
  }

  Shown shown_;
  Open open_ = Open::nothing;
  std::uint32_t block_ = 0;
  std::uint32_t call_ = 0;
  JsonBalance balance_;
  std::deque<Call> waiting_;
  chat::Events held_;
  bool signed_ = false, called_tools_ = false, ended_ = false;
  chat::Finish finish_ = chat::Finish::unknown;
  std::string stopped_by_;
  core::Usage usage_;
};

}  // namespace

std::unique_ptr<EventWriter> make_event_writer(Shown shown) { return std::make_unique<Writer>(std::move(shown)); }

}  // namespace headgate::dialects::anthropic
