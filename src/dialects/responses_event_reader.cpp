#include <map>

#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/origin.hpp"
#include "headgate/dialects/responses.hpp"
#include "responses_items.hpp"
#include "responses_usage.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Event;
using core::Result;
using wire::JsonReader;
using wire::JsonValue;
using Kind = Event::Kind;

// More than any response has.
constexpr std::uint64_t max_items = 4096;

class ResponseReader : public EventReader {
 public:
  Result<void> read(JsonReader& json, std::string_view, std::string_view data, chat::Events& out) override;
  Result<void> end(chat::Events&) override {
    if (ended_) return {};
    return core::unusable_answer("a stream without response.completed");
  }

 private:
  // What of an output item was told already.
  struct Item {
    bool said = false;  // its text, or the arguments
    std::uint64_t part = 0;
    std::uint32_t call = 0;
    bool is_call = false;
  };

  void read_event(JsonValue event, std::string_view type);
  void start(JsonValue response);
  void open(JsonValue event);
  void delta(JsonValue event, Kind kind);
  void think(JsonValue event, std::string_view place);
  void argue(JsonValue event);
  void close(JsonValue event);
  void close_message(Item& item, JsonValue value);
  void close_reasoning(Item& item, JsonValue value);
  void close_call(Item& item, JsonValue value);
  void end(JsonValue response);
  void fail(JsonValue error);

  Item* item_of(JsonValue event);
  Event& add(Kind kind) {
    out_->emplace_back().kind = kind;
    return out_->back();
  }
  void add(Kind kind, std::string text) { add(kind).text = std::move(text); }
  void add_signed(Kind kind, std::string text, const std::string& origin) {
    add(kind, std::move(text));
    out_->back().name = origin;
  }
  void add_logprobs(JsonValue tokens) {
    if (tokens.is_array() && !tokens.is_empty())
      add(Kind::logprobs, R"({"content":)" + std::string(tokens.source()) + R"(,"refusal":null})");
  }

  chat::Events* out_ = nullptr;
  std::string_view wrong_;  // why it is no answer
  bool started_ = false, ended_ = false, refused_ = false;
  std::uint32_t calls_ = 0;
  std::string call_signature_;
  std::map<std::uint64_t, Item> items_;
};

Result<void> ResponseReader::read(JsonReader& json, std::string_view, std::string_view data, chat::Events& out) {
  if (ended_ || data.starts_with("[DONE]")) return {};
  const auto event = json.read_lenient(data);
  if (!event || !event->is_object()) return core::unusable_answer("an event that is not JSON");
  out_ = &out;
  std::string scratch;
  read_event(*event, (*event)["type"].string(scratch));
  if (!wrong_.empty()) return core::unusable_answer(std::string(wrong_));
  return {};
}

void ResponseReader::read_event(JsonValue event, std::string_view type) {
  constexpr std::string_view prefix = "response.";
  if (type == "error" || (type.empty() && event["error"].is_object())) return fail(event);
  if (!type.starts_with(prefix)) return;
  type.remove_prefix(prefix.size());
  if (type == "created" || type == "in_progress" || type == "queued") return start(event["response"]);
  if (type == "output_item.added") return open(event);
  if (type == "output_item.done") return close(event);
  if (type == "output_text.delta") return delta(event, Kind::text);
  if (type == "refusal.delta") return delta(event, Kind::refusal);
  if (type == "reasoning_summary_text.delta") return think(event, "summary_index");
  if (type == "reasoning_text.delta") return think(event, "content_index");
  if (type == "function_call_arguments.delta" || type == "custom_tool_call_input.delta") return argue(event);
  if (type == "completed" || type == "incomplete") return end(event["response"]);
  if (type == "failed") return fail(event["response"]["error"]);
}

void ResponseReader::start(JsonValue response) {
  if (started_) return;
  started_ = true;
  auto& start = add(Kind::start);
  start.id = response["id"].string();
  start.name = response["model"].string();
  start.created = read_created(response);
}

ResponseReader::Item* ResponseReader::item_of(JsonValue event) {
  const auto index = event["output_index"].count().value_or(0);
  if (index >= max_items) wrong_ = "more output items than any response has";
  return wrong_.empty() ? &items_[index] : nullptr;
}

void ResponseReader::open(JsonValue event) {
  auto* item = item_of(event);
  const auto value = event["item"];
  const bool custom = value["type"].is("custom_tool_call");
  if (item == nullptr || item->is_call || (!custom && !value["type"].is("function_call"))) return;
  if (value["name"].is_empty()) return void(wrong_ = "a call of a tool without a name");
  item->is_call = true;
  item->call = calls_++;
  auto& call = add(Kind::tool_call);
  call.index = item->call;
  call.id = value["call_id"].string();
  call.name = value["name"].string();
  call.custom = custom;
  call.text = std::exchange(call_signature_, {});
}

void ResponseReader::delta(JsonValue event, Kind kind) {
  auto* item = item_of(event);
  if (item == nullptr) return;
  item->said = true;
  refused_ = refused_ || kind == Kind::refusal;
  add(kind, event["delta"].string());
  add_logprobs(event["logprobs"]);
}

// Paragraphs of a summary come one by one.
void ResponseReader::think(JsonValue event, std::string_view place) {
  auto* item = item_of(event);
  if (item == nullptr) return;
  const auto part = event[place].count().value_or(0);
  const bool next = item->said && part != item->part;
  item->said = true;
  item->part = part;
  add(Kind::reasoning, (next ? "\n\n" : "") + event["delta"].string());
}

void ResponseReader::argue(JsonValue event) {
  auto* item = item_of(event);
  if (item == nullptr || !item->is_call) return;
  item->said = true;
  auto& arguments = add(Kind::arguments);
  arguments.index = item->call;
  arguments.text = event["delta"].string();
}

// Servers that copy this API may tell an item whole, without the steps.
void ResponseReader::close(JsonValue event) {
  open(event);
  auto* item = item_of(event);
  if (item == nullptr) return;
  const auto value = event["item"];
  if (item->is_call)
    close_call(*item, value);
  else if (value["type"].is("message"))
    close_message(*item, value);
  else if (value["type"].is("reasoning"))
    close_reasoning(*item, value);
  else
    add(Kind::left_out, value["type"].string());
}

void ResponseReader::close_message(Item& item, JsonValue value) {
  if (item.said) return;
  for (const auto part : value["content"].items()) {
    if (part["text"].is_string()) add(Kind::text, part["text"].string());
    if (!part["refusal"].is_string()) continue;
    refused_ = true;
    add(Kind::refusal, part["refusal"].string());
  }
  item.said = true;
}

void ResponseReader::close_reasoning(Item& item, JsonValue value) {
  Complaint complaint;
  ItemReader reader(complaint, ItemReader::Arguments::as_they_are);
  const auto sealed = value["encrypted_content"].string();
  if (item.said) {
    auto proof = read_origin(sealed, openais_thoughts);
    if (!proof.signature.empty()) add_signed(Kind::signature, std::move(proof.signature), proof.origin);
    return;
  }
  item.said = true;
  if (sealed.starts_with(signed_call)) {
    call_signature_ = sealed.substr(signed_call.size());
    return;
  }
  reader.add(value, "item");
  for (const auto& message : reader.take_messages())
    for (const auto& part : message.parts) {
      if (const auto* closed = std::get_if<chat::SealedReasoning>(&part.value))
        add_signed(Kind::sealed_reasoning, closed->data, closed->origin);
      const auto* open = std::get_if<chat::Reasoning>(&part.value);
      if (open == nullptr) continue;
      add(Kind::reasoning, open->text);
      if (!open->signature.empty()) add_signed(Kind::signature, open->signature, open->origin);
    }
}

void ResponseReader::close_call(Item& item, JsonValue value) {
  if (item.said) return;
  item.said = true;
  auto& arguments = add(Kind::arguments);
  arguments.index = item.call;
  arguments.text = value[value["input"].is_string() ? "input" : "arguments"].string();
}

void ResponseReader::end(JsonValue response) {
  start(response);
  ended_ = true;
  add(Kind::finish).finish = read_finish(response, calls_ > 0, refused_);
  if (response["usage"].is_object()) add(Kind::usage).usage = read_usage(response["usage"]);
  add(Kind::done);
}

void ResponseReader::fail(JsonValue error) {
  ended_ = true;
  add(Kind::error).error =
      error.is_object() ? read_failure(error) : core::unusable_answer("a failure that says nothing");
}

}  // namespace

std::unique_ptr<EventReader> make_event_reader() { return std::make_unique<ResponseReader>(); }

}  // namespace headgate::dialects::responses
