#include "responses_output.hpp"

#include "headgate/dialects/origin.hpp"
#include "responses_items.hpp"

namespace headgate::dialects::responses {
namespace {

using wire::JsonWriter;

std::string_view prefix_of(Item::Kind kind) {
  if (kind == Item::Kind::call) return "fc_";
  return kind == Item::Kind::message ? "msg_" : "rs_";
}

void append_thought(JsonWriter& json, std::string_view text) {
  json.member("summary_index", 0).name("part").begin_object();
  json.member("type", "summary_text").member("text", text).end_object();
}

}  // namespace

std::string item_id(std::string_view prefix, std::string_view response, std::string_view place) {
  const auto at = response.find('_');
  const auto own = at == response.npos ? response : response.substr(at + 1);
  return std::string(prefix).append(own).append("_").append(place);
}

template <typename Write>
void Output::tell(std::string_view type, Write&& write) {
  if (events_ == nullptr) return;
  events_->append("event: ").append(type).append("\ndata: ");
  JsonWriter json(*events_);
  json.begin_object().member("type", type).member("sequence_number", sequence_++);
  write(json);
  json.end_object();
  events_->append("\n\n");
}

template <typename Write>
void Output::tell(std::string_view type, const Item& item, Write&& write) {
  tell(type, [&](JsonWriter& json) {
    json.member("item_id", item.id).member("output_index", index_of(item));
    if (item.kind == Kind::message) json.member("content_index", item.contents.size() - 1);
    write(json);
  });
}

void Output::tell_delta(std::string_view type, const Item& item, std::string_view delta) {
  tell(type, item, [&](JsonWriter& json) {
    if (item.kind == Kind::reasoning) json.member("summary_index", 0);
    json.member("delta", delta);
    if (item.kind == Kind::message && !item.contents.back().refusal) json.raw_member("logprobs", "[]");
  });
}

void Output::tell_item(std::string_view type, const Item& item, std::string_view status) {
  tell(type, [&](JsonWriter& json) {
    json.member("output_index", index_of(item)).name("item");
    item.append(json, status);
  });
}

void Output::tell_response(std::string_view type, std::string_view status) {
  tell(type, [&](JsonWriter& json) {
    json.name("response");
    append_response(json, status);
  });
}

void Output::add(const chat::Event& event, std::string* events) {
  using Event = chat::Event::Kind;
  if (ended_ || event.choice != 0) return;
  events_ = events;
  if (!started_) start(event.kind == Event::start ? event : chat::Event{});
  switch (event.kind) {
    case Event::start:
    case Event::usage: chat::merge(usage_, event.usage); break;
    case Event::text: say(event.text, false); break;
    case Event::refusal: say(event.text, true); break;
    case Event::reasoning: think(event.text); break;
    case Event::signature: sign(event); break;
    case Event::sealed_reasoning: seal(with_origin(event.text, event.name, openais_thoughts)); break;
    case Event::tool_call: call(event); break;
    case Event::arguments: argue(event.index, event.text); break;
    case Event::logprobs: take_logprobs(event.text); break;
    case Event::left_out: break;
    case Event::finish: finish(event.finish); break;
    case Event::done: end(); break;
    case Event::error: fail(event.error); break;
  }
}

void Output::start(const chat::Event& event) {
  started_ = true;
  if (shown_.id.empty()) shown_.id = event.id;
  if (!event.name.empty()) shown_.model = event.name;
  if (event.created != 0) shown_.created = event.created;
  tell_response("response.created", "in_progress");
  tell_response("response.in_progress", "in_progress");
}

Item* Output::last_open(Kind kind) {
  return !items_.empty() && items_.back().open && items_.back().kind == kind ? &items_.back() : nullptr;
}

// Calls stay open to the end: arguments of several may come in turns.
void Output::close_last() {
  if (!items_.empty() && items_.back().open && items_.back().kind != Kind::call) close(items_.back());
}

Item& Output::open(Kind kind) {
  close_last();
  auto& item = items_.emplace_back();
  item.kind = kind;
  item.id = item_id(prefix_of(kind), shown_.id, std::to_string(items_.size() - 1));
  return item;
}

void Output::say(const std::string& text, bool refusal) {
  if (text.empty()) return;
  auto* item = last_open(Kind::message);
  if (item == nullptr) tell_item("response.output_item.added", *(item = &open(Kind::message)), "in_progress");
  if (item->contents.empty() || item->contents.back().refusal != refusal) {
    if (!item->contents.empty()) close_content(*item);
    item->contents.push_back({refusal, {}, {}});
    tell("response.content_part.added", *item, [&](JsonWriter& json) {
      json.name("part");
      append_content(json, item->contents.back());
    });
  }
  refused_ = refused_ || refusal;
  item->contents.back().text += text;
  tell_delta(refusal ? "response.refusal.delta" : "response.output_text.delta", *item, text);
}

void Output::close_content(const Item& item) {
  const auto& content = item.contents.back();
  tell(content.refusal ? "response.refusal.done" : "response.output_text.done", item, [&](JsonWriter& json) {
    json.member(content.refusal ? "refusal" : "text", content.text);
    if (!content.refusal) json.raw_member("logprobs", "[" + content.logprobs + "]");
  });
  tell("response.content_part.done", item, [&](JsonWriter& json) {
    json.name("part");
    append_content(json, content);
  });
}

// Thoughts that were signed are closed.
void Output::think(const std::string& text) {
  if (text.empty()) return;
  auto* item = last_open(Kind::reasoning);
  if (item == nullptr || !item->sealed.empty())
    tell_item("response.output_item.added", *(item = &open(Kind::reasoning)), "in_progress");
  if (item->text.empty())
    tell("response.reasoning_summary_part.added", *item, [](JsonWriter& json) { append_thought(json, ""); });
  item->text += text;
  tell_delta("response.reasoning_summary_text.delta", *item, text);
}

void Output::close_thought(const Item& item) {
  if (item.text.empty()) return;
  tell("response.reasoning_summary_text.done", item,
       [&](JsonWriter& json) { json.member("summary_index", 0).member("text", item.text); });
  tell("response.reasoning_summary_part.done", item, [&](JsonWriter& json) { append_thought(json, item.text); });
}

// Of a signature in pieces the first says whose it is.
void Output::sign(const chat::Event& event) {
  if (event.text.empty()) return;
  if (auto* item = last_open(Kind::reasoning)) {
    item->sealed += item->sealed.empty() ? with_origin(event.text, event.name, openais_thoughts) : event.text;
    return;
  }
  auto& item = open(Kind::reasoning);
  tell_item("response.output_item.added", item, "in_progress");
  item.sealed = std::string(signed_silence) + with_origin(event.text, event.name, openais_thoughts);
}

void Output::seal(const std::string& data) {
  if (data.empty()) return;
  auto& item = open(Kind::reasoning);
  tell_item("response.output_item.added", item, "in_progress");
  item.sealed = data;
  close(item);
}

void Output::call(const chat::Event& event) {
  if (event.index != calls_.size()) return;
  if (!event.text.empty()) seal(std::string(signed_call) + event.text);
  auto& item = open(Kind::call);
  item.custom = event.custom;
  if (item.custom) item.id = item_id("ctc_", shown_.id, std::to_string(index_of(item)));
  item.call_id = event.id.empty() ? "call_" + item.id : event.id;
  item.name = event.name;
  calls_.push_back(index_of(item));
  tell_item("response.output_item.added", item, "in_progress");
}

void Output::argue(std::uint32_t call, const std::string& text) {
  if (call >= calls_.size() || text.empty()) return;
  auto& item = items_[calls_[call]];
  item.text += text;
  tell_delta(item.custom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta", item,
             text);
}

void Output::close_call(Item& item) {
  if (item.custom) {
    tell("response.custom_tool_call_input.done", item, [&](JsonWriter& json) { json.member("input", item.text); });
    return;
  }
  if (item.text.empty()) tell_delta("response.function_call_arguments.delta", item, item.text = "{}");
  tell("response.function_call_arguments.done", item,
       [&](JsonWriter& json) { json.member("name", item.name).member("arguments", item.text); });
}

void Output::close(Item& item) {
  item.open = false;
  if (item.kind == Kind::message) close_content(item);
  if (item.kind == Kind::reasoning) close_thought(item);
  if (item.kind == Kind::call) close_call(item);
  const bool cut = status() == "incomplete" && finish_ != chat::Finish::unknown && &item == &items_.back();
  tell_item("response.output_item.done", item, cut ? "incomplete" : "completed");
}

// OpenAI's object of a chat completion: {"content":[...]}, of what the last message says.
void Output::take_logprobs(const std::string& object) {
  std::string text = object;
  wire::pad(text);
  const auto read = json_.read_lenient(text);
  if (!read) return;
  for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
    if (item->kind != Kind::message || item->contents.back().refusal) continue;
    auto& logprobs = item->contents.back().logprobs;
    for (const auto token : (*read)["content"].items())
      logprobs.append(logprobs.empty() ? "" : ",").append(token.source());
    return;
  }
}

void Output::finish(chat::Finish finish) {
  finish_ = finish;
  if (finish == chat::Finish::failed)
    error_ = core::Error(core::Code::upstream_error, "The model did not make a sound answer.");
  for (auto& item : items_)
    if (item.open) close(item);
}

void Output::end() {
  ended_ = true;
  for (auto& item : items_)
    if (item.open) close(item);
  tell_response("response." + std::string(status()), status());
}

// What was being said stays open: it is incomplete.
void Output::fail(const core::Error& error) {
  ended_ = failed_ = true;
  error_ = error;
  tell_response("response.failed", "failed");
}

}  // namespace headgate::dialects::responses
