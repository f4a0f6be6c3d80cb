#include "interpreter.hpp"

#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/dialects/origin.hpp"

namespace headgate::gateway {

using core::Result;
using net::Task;

namespace {

// Events of policy's own making are bounded by what was read of the provider.
constexpr std::size_t no_limit = ~std::size_t{0};

void pad(std::string& text) {
  const auto size = text.size();
  text.resize(size + wire::json_padding);
  text.resize(size);
}

}  // namespace

Interpreter::Interpreter(Call& call, wire::JsonReader& json)
    : call_(call),
      json_(json),
      codec_(codec_of(call.dialect)),
      own_{call.dialect, call.body, {}, {}, call.reply},
      sse_(no_limit) {}

Result<void> Interpreter::read_request() {
  const auto document = json_.read(call_.body);
  if (!document) return document.error();
  auto asked = codec_.read_request(*document);
  if (!asked) return asked.error();
  echo_ = codec_.read_echo(*document);
  own_.model_value = codec_.model_value(*document);
  asked_ = std::move(*asked);
  if (!call_.path.model.empty()) asked_.model = call_.path.model;
  if (call_.path.stream) asked_.stream = *call_.path.stream;
  asked_.wants_usage = true;
  own_.unsaid = std::exchange(asked_.extras, {});
  own_.thoughts_of_others = dialects::holds_thoughts_of_others(asked_, dialects::origin_of(call_.dialect));
  auto written = dialects::chat_completions::write_request(asked_, dialects::chat_completions::policy_words);
  if (!written) return written.error();
  policy_text_ = std::move(written->body);
  pad(policy_text_);
  return {};
}

Call Interpreter::understood_call() {
  return {call_.surface,   policy_text_,  call_.traceparent,      call_.tracestate,
          call_.wishes,    call_.dry_run, call_.snapshot,         call_.dry_run ? call_.reply : *this,
          call_.interrupt, call_.record,  call_.without_provider, call_.dialect,
          call_.path,      &own_};
}

dialects::Shown Interpreter::shown() const {
  return {call_.record.id, asked_.model,
          std::chrono::duration_cast<std::chrono::seconds>(call_.record.received.time_since_epoch()).count(), true};
}

// Errors are in the client's words already.
Task<bool> Interpreter::send(const ReplyHead& head, std::string_view body) {
  if (head.status != 200) co_return co_await call_.reply.send(head, body);
  std::string text(body);
  pad(text);
  const auto document = json_.read_lenient(text);
  auto answer = document ? dialects::chat_completions::read_answer(*document) : Result<chat::Answer>(document.error());
  said_.clear();
  if (answer) {
    codec_.append_answer(said_, *answer, shown(), echo_);
    co_return co_await call_.reply.send(head, said_);
  }
  const auto reply = error_reply(answer.error(), call_.dialect, call_.record.id);
  co_return co_await call_.reply.send({answer.error().status(), "application/json", reply.fields}, reply.body);
}

void Interpreter::begin_stream(const ReplyHead& head) {
  events_in_ = dialects::chat_completions::make_event_reader();
  events_out_ = codec_.make_event_writer(shown(), echo_);
  call_.reply.begin_stream(head);
}

Task<bool> Interpreter::write(const net::Outgoing& pieces) {
  const bool understood = interpret(pieces).has_value();
  net::Outgoing said;
  said.add(said_);
  if (!understood) {
    (void)co_await call_.reply.finish(said, false);
    co_return false;
  }
  if (said_.empty()) co_return true;
  co_return co_await call_.reply.write(said);
}

Task<bool> Interpreter::finish(const net::Outgoing& pieces, bool clean) {
  const bool understood = interpret(pieces).has_value();
  net::Outgoing said;
  said.add(said_);
  co_return co_await call_.reply.finish(said, clean && understood);
}

Result<void> Interpreter::interpret(const net::Outgoing& pieces) {
  for (const auto& piece : pieces.buffers()) pending_.append(static_cast<const char*>(piece.data()), piece.size());
  pad(pending_);
  said_.clear();
  events_.clear();
  std::size_t taken = 0;
  wire::SseReader::Event event;
  for (;;) {
    const auto status = sse_.next(std::string_view(pending_).substr(taken), event);
    if (status != wire::SseReader::Status::event && status != wire::SseReader::Status::skipped) break;
    taken += event.consumed;
    if (status == wire::SseReader::Status::skipped) continue;
    if (auto read = events_in_->read(json_, event.name, event.data, events_); !read) return break_off(read.error());
  }
  pending_.erase(0, taken);
  for (const auto& one : events_) events_out_->write(said_, one);
  return {};
}

// The client gets what was understood, and is told that it is not all.
Result<void> Interpreter::break_off(const core::Error& error) {
  chat::Event failure;
  failure.kind = chat::Event::Kind::error;
  failure.error = error;
  events_.push_back(std::move(failure));
  for (const auto& one : events_) events_out_->write(said_, one);
  return error;
}

}  // namespace headgate::gateway
