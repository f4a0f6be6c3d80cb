#include <string>
#include <utility>
#include <vector>

#include "anthropic_words.hpp"
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/anthropic.hpp"
#include "headgate/dialects/origin.hpp"

namespace headgate::dialects::anthropic {
namespace {

using chat::Event;
using core::Result;
using wire::JsonValue;
using Kind = Event::Kind;

class Reader final : public EventReader {
 public:
  Result<void> read(wire::JsonReader& json, std::string_view name, std::string_view data, chat::Events& out) override {
    if (ended_) return {};  // some servers say goodbye in other dialects
    const auto document = json.read_lenient(data);
    if (document.has_error()) return core::unusable_answer("an event that is not JSON");
    const auto type = (*document)["type"];
    std::string scratch;
    const auto kind = type.is_string() ? type.string(scratch) : name;
    if (kind == "message_start") return start((*document)["message"], out);
    if (kind == "content_block_start") return start_block(*document, out);
    if (kind == "content_block_delta") return add(*document, out);
    if (kind == "content_block_stop") return stop_block(*document, out);
    if (kind == "message_delta") return take_delta(*document, out);
    if (kind == "message_stop") return stop(out);
    if (kind == "error") {
      ended_ = true;
      put(out, Kind::error).error = read_error(json, 200, data);
    }
    return {};
  }

  Result<void> end(chat::Events&) override {
    if (ended_) return {};
    return core::unusable_answer("a stream that broke off before message_stop");
  }

 private:
  enum class Block : std::uint8_t { unknown, text, thinking, tool_use, closed };
  struct State {
    Block kind = Block::closed;
    std::uint32_t call = 0;
    bool has_arguments = false;
    std::string input;  // given at the start, by servers that do not stream it
  };
  static constexpr std::uint64_t max_blocks = 4096;

  static Event& put(chat::Events& out, Kind kind) {
    auto& event = out.emplace_back();
    event.kind = kind;
    return event;
  }
  static void put(chat::Events& out, Kind kind, std::string text) { put(out, kind).text = std::move(text); }
  static void put_signed(chat::Events& out, Kind kind, std::string text) {
    auto& event = put(out, kind);
    event.text = std::move(text);
    event.name = anthropics_thoughts;
  }

  Result<void> start(JsonValue message, chat::Events& out) {
    if (started_) return core::unusable_answer("a second message_start");
    started_ = true;
    auto& event = put(out, Kind::start);
    event.id = message["id"].string();
    event.name = message["model"].string();
    counts_.take(message["usage"]);
    event.usage = counts_.usage();
    // What is said of the output is only where it begins.
    event.usage.output.reset();
    event.usage.reasoning.reset();
    return {};
  }

  Result<void> start_block(JsonValue event, chat::Events& out) {
    const auto index = event["index"].count();
    if (!started_ || !index || *index >= max_blocks) return core::unusable_answer("a block that stands nowhere");
    if (*index >= blocks_.size()) blocks_.resize(*index + 1);
    auto& state = blocks_[*index] = {};
    const auto block = event["content_block"], type = block["type"];
    state.kind = Block::unknown;
    if (type.is("text")) {
      state.kind = Block::text;
      if (!block["text"].is_empty()) put(out, Kind::text, block["text"].string());
    } else if (type.is("thinking")) {
      // Empty as it mostly is, it parts these thoughts from those before.
      state.kind = Block::thinking;
      put(out, Kind::reasoning, block["thinking"].string());
      if (!block["signature"].is_empty()) put_signed(out, Kind::signature, block["signature"].string());
    } else if (type.is("redacted_thinking")) {
      put_signed(out, Kind::sealed_reasoning, block["data"].string());
    } else if (type.is("tool_use")) {
      return start_call(state, block, out);
    } else {
      put(out, Kind::left_out, type.string());
    }
    return {};
  }

  Result<void> start_call(State& state, JsonValue block, chat::Events& out) {
    if (block["name"].is_empty()) return core::unusable_answer("a call of a tool without a name");
    state.kind = Block::tool_use;
    state.call = calls_++;
    const auto input = block["input"];
    state.input = input.is_object() ? std::string(input.source()) : "{}";
    auto& event = put(out, Kind::tool_call);
    event.index = state.call;
    event.id = block["id"].string();
    event.name = block["name"].string();
    return {};
  }

  Result<void> add(JsonValue event, chat::Events& out) {
    const auto index = event["index"].count();
    if (!index || *index >= blocks_.size() || blocks_[*index].kind == Block::closed)
      return core::unusable_answer("a piece of a block that is not open");
    auto& state = blocks_[*index];
    const auto delta = event["delta"], type = delta["type"];
    if (state.kind == Block::text && type.is("text_delta")) put(out, Kind::text, delta["text"].string());
    if (state.kind == Block::thinking && type.is("thinking_delta"))
      put(out, Kind::reasoning, delta["thinking"].string());
    if (state.kind == Block::thinking && type.is("signature_delta"))
      put_signed(out, Kind::signature, delta["signature"].string());
    if (state.kind == Block::text && type.is("citations_delta")) put(out, Kind::left_out, "citations");
    if (state.kind == Block::tool_use && type.is("input_json_delta"))
      add_arguments(state, delta["partial_json"].string(), out);
    return {};
  }

  static void add_arguments(State& state, std::string piece, chat::Events& out) {
    if (piece.empty()) return;
    state.has_arguments = true;
    auto& event = put(out, Kind::arguments);
    event.index = state.call;
    event.text = std::move(piece);
  }

  Result<void> stop_block(JsonValue event, chat::Events& out) {
    const auto index = event["index"].count();
    if (!index || *index >= blocks_.size()) return core::unusable_answer("the end of a block that was not open");
    stop_block(blocks_[*index], out);
    return {};
  }

  static void stop_block(State& state, chat::Events& out) {
    if (state.kind == Block::tool_use && !state.has_arguments) add_arguments(state, std::move(state.input), out);
    state = {};
  }

  // There may be several. Counts are told at once: a stream that breaks off now has cost as much.
  Result<void> take_delta(JsonValue event, chat::Events& out) {
    counts_.take(event["usage"]);
    const auto usage = counts_.usage();
    if (usage.known()) put(out, Kind::usage).usage = usage;
    const auto reason = event["delta"]["stop_reason"];
    if (!reason.is_set()) return {};
    finish_ = finish_of(reason.string());
    stopped_by_ = event["delta"]["stop_sequence"].string();
    return {};
  }

  // The last word on why it ends; what was still open ends with it.
  Result<void> stop(chat::Events& out) {
    if (finish_ == chat::Finish::unknown) return core::unusable_answer("a stream without a `stop_reason`");
    for (auto& state : blocks_) stop_block(state, out);
    ended_ = true;
    auto& last = put(out, Kind::finish);
    last.finish = finish_;
    last.text = std::move(stopped_by_);
    put(out, Kind::done);
    return {};
  }

  std::vector<State> blocks_;
  Counts counts_;
  std::uint32_t calls_ = 0;
  chat::Finish finish_ = chat::Finish::unknown;
  std::string stopped_by_;
  bool started_ = false, ended_ = false;
};

}  // namespace

std::unique_ptr<EventReader> make_event_reader() { return std::make_unique<Reader>(); }

}  // namespace headgate::dialects::anthropic
