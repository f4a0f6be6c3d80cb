#include <algorithm>
#include <array>
#include <optional>

#include "bedrock_words.hpp"
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/bedrock.hpp"
#include "headgate/dialects/origin.hpp"

namespace headgate::dialects::bedrock {
namespace {

using chat::Event;
using core::Result;
using wire::JsonValue;
using Kind = Event::Kind;

// Exceptions carry no status of their own; read_error() goes by their name.
bool is_exception(std::string_view name) {
  return name.ends_with("Exception") || name.ends_with("Error") || name.ends_with("Failure");
}

class Reader final : public EventReader {
 public:
  Result<void> read(wire::JsonReader& json, std::string_view name, std::string_view data, chat::Events& out) override {
    if (failed_) return {};
    if (is_exception(name)) return fail(read_error(json, 500, name, data), out), Result<void>();
    const auto known = std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.name == name; });
    if (known == kinds.end()) return {};
    const auto document = json.read_lenient(data);
    if (!document || !document->is_object()) return core::unusable_answer("an event that is no JSON object");
    if (!started_) add(Kind::start, out);
    started_ = true;
    return (this->*known->read)(*document, out);
  }

  Result<void> end(chat::Events& out) override {
    if (failed_ || done_) return {};
    if (!finished_) return core::unusable_answer("a stream that ends without messageStop");
    add(Kind::done, out);
    done_ = true;
    return {};
  }

 private:
  using Read = Result<void> (Reader::*)(JsonValue, chat::Events&);
  struct Known {
    std::string_view name;
    Read read;
  };
  static const std::array<Known, 6> kinds;

  // A block that is a call, while it is open.
  struct Call {
    std::uint64_t block;
    std::optional<std::uint32_t> index;  // of the calls told; none: the service answers it itself
    bool has_arguments;
  };

  static Event& add(Kind kind, chat::Events& out) {
    auto& event = out.emplace_back();
    event.kind = kind;
    return event;
  }

  static void add(Kind kind, JsonValue text, chat::Events& out, std::string_view origin = {}) {
    if (!text.is_string() || text.is_empty()) return;
    auto& event = add(kind, out);
    event.text = text.string();
    event.name = origin;
  }

  void fail(core::Error error, chat::Events& out) {
    add(Kind::error, out).error = std::move(error);
    failed_ = true;
  }

  Call* find(JsonValue event) {
    const auto block = event["contentBlockIndex"].count().value_or(0);
    const auto found = std::find_if(open_.begin(), open_.end(), [&](const Call& call) { return call.block == block; });
    return found == open_.end() ? nullptr : &*found;
  }

  Result<void> start(JsonValue, chat::Events&) { return {}; }

  Result<void> open(JsonValue event, chat::Events& out) {
    const auto use = event["start"]["toolUse"];
    if (finished_) return {};
    if (!use.is_object()) return leave_out(event["start"], out);
    if (find(event) != nullptr) return core::unusable_answer("a content block that begins twice");
    if (calls_ == chat::Assembly::max_tool_calls || open_.size() == chat::Assembly::max_tool_calls)
      return core::unusable_answer("more tool calls than anyone makes");
    Call call{event["contentBlockIndex"].count().value_or(0), {}, false};
    if (use["type"].is("server_tool_use")) {
      add(Kind::left_out, out).text = "server_tool_use";
    } else {
      if (use["name"].is_empty()) return core::unusable_answer("a call of a tool without a name");
      call.index = calls_++;
      auto& told = add(Kind::tool_call, out);
      told.index = *call.index;
      told.id = use["toolUseId"].string();
      told.name = use["name"].string();
    }
    open_.push_back(call);
    return {};
  }

  // Blocks of kinds that have no word elsewhere, by the member that says which.
  static Result<void> leave_out(JsonValue block, chat::Events& out) {
    for (const auto member : block.members())
      if (member.value.is_object()) add(Kind::left_out, out).text = member.name.string();
    return {};
  }

  Result<void> grow(JsonValue event, chat::Events& out) {
    if (finished_) return {};
    const auto delta = event["delta"], thought = delta["reasoningContent"];
    add(Kind::text, delta["text"], out);
    add(Kind::reasoning, thought["text"], out);
    add(Kind::signature, thought["signature"], out, anthropics_thoughts);
    add(Kind::sealed_reasoning, thought["redactedContent"], out, anthropics_thoughts);
    if (delta["citation"].is_object()) add(Kind::left_out, out).text = "citations";
    const auto input = delta["toolUse"]["input"];
    if (!input.is_string()) return {};
    auto* call = find(event);
    if (call == nullptr) return core::unusable_answer("arguments of a tool call that nobody made");
    if (input.is_empty() || !call->index) return {};
    add_arguments(*call, input.string(), out);
    return {};
  }

  Result<void> close(JsonValue event, chat::Events& out) {
    auto* call = find(event);
    if (call == nullptr) return {};
    if (call->index && !call->has_arguments) add_arguments(*call, "{}", out);
    open_.erase(open_.begin() + (call - open_.data()));
    return {};
  }

  Result<void> finish(JsonValue event, chat::Events& out) {
    if (finished_) return core::unusable_answer("a stream that ends twice");
    if (!event["stopReason"].is_string()) return core::unusable_answer("a messageStop without stopReason");
    for (auto& call : open_)
      if (call.index && !call.has_arguments) add_arguments(call, "{}", out);
    open_.clear();
    auto& told = add(Kind::finish, out);
    told.finish = finish_of(event["stopReason"]);
    told.text = stopped_by(event["additionalModelResponseFields"]);
    finished_ = true;
    return {};
  }

  Result<void> count(JsonValue event, chat::Events& out) {
    if (event["usage"].is_object()) add(Kind::usage, out).usage = usage_of(event["usage"]);
    return {};
  }

  static void add_arguments(Call& call, std::string text, chat::Events& out) {
    auto& told = add(Kind::arguments, out);
    told.index = *call.index;
    told.text = std::move(text);
    call.has_arguments = true;
  }

  std::vector<Call> open_;
  std::uint32_t calls_ = 0;
  bool started_ = false, finished_ = false, done_ = false, failed_ = false;
};

constexpr std::array<Reader::Known, 6> Reader::kinds{{{"messageStart", &Reader::start},
                                                      {"contentBlockStart", &Reader::open},
                                                      {"contentBlockDelta", &Reader::grow},
                                                      {"contentBlockStop", &Reader::close},
                                                      {"messageStop", &Reader::finish},
                                                      {"metadata", &Reader::count}}};

}  // namespace

std::unique_ptr<EventReader> make_event_reader() { return std::make_unique<Reader>(); }

}  // namespace headgate::dialects::bedrock
