#include "interpreter.hpp"

#include "headgate/chat/results.hpp"
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/dialects/origin.hpp"
#include "response_turn.hpp"

namespace headgate::gateway {

using core::Result;
using net::Task;

Interpreter::Interpreter(Call& call, wire::JsonReader& json, ResponseTurn* turn)
    : call_(call),
      json_(json),
      turn_(turn),
      reply_(turn == nullptr ? call.reply : *turn),
      codec_(codec_of(call.dialect)),
      own_{call.dialect, call.body, {}, {}, reply_} {}

Result<void> Interpreter::read_request() {
  const auto document = json_.read(call_.body);
  if (!document) return document.error();
  auto asked = codec_.read_request(*document);
  if (!asked) return asked.error();
  echo_ = turn_ == nullptr ? codec_.read_echo(*document)
                           : dialects::responses::read_echo(*document, turn_->stores()).members;
  own_.model_value = codec_.model_value(*document);
  asked_ = std::move(*asked);
  if (turn_ != nullptr) turn_->join(asked_);
  chat::put_results_first(asked_.messages);
  if (!call_.path.model.empty()) asked_.model = call_.path.model;
  if (call_.path.stream) asked_.stream = *call_.path.stream;
  asked_.wants_usage = true;
  own_.unsaid = std::exchange(asked_.extras, {});
  // Thoughts that another vendor signed are left out for this one.
  if (dialects::holds_thoughts_of_others(asked_, dialects::origin_of(call_.dialect))) own_.may_go_on = false;
  auto written = dialects::chat_completions::write_request(asked_, dialects::chat_completions::policy_words);
  if (!written) return written.error();
  policy_text_ = std::move(written->body);
  wire::pad(policy_text_);
  return {};
}

Call Interpreter::understood_call() {
  return {call_.surface,   policy_text_,  call_.traceparent,      call_.tracestate,
          call_.wishes,    call_.dry_run, call_.snapshot,         call_.dry_run ? call_.reply : *this,
          call_.interrupt, call_.record,  call_.without_provider, call_.dialect,
          call_.path,      &own_};
}

dialects::Shown Interpreter::shown() const {
  return {turn_ == nullptr ? call_.record.id : turn_->id(), asked_.model,
          std::chrono::duration_cast<std::chrono::seconds>(call_.record.received.time_since_epoch()).count(), true};
}

// Errors are in the client's words already.
Task<bool> Interpreter::send(const ReplyHead& head, std::string_view body) {
  if (head.status != 200) co_return co_await reply_.send(head, body);
  std::string text(body);
  wire::pad(text);
  const auto document = json_.read_lenient(text);
  auto answer = document ? dialects::chat_completions::read_answer(*document) : Result<chat::Answer>(document.error());
  said_.clear();
  if (answer) {
    codec_.append_answer(said_, *answer, shown(), echo_);
    co_return co_await reply_.send(head, said_);
  }
  const auto reply = error_reply(answer.error(), call_.dialect, call_.record.id);
  co_return co_await reply_.send({answer.error().status(), "application/json", reply.fields}, reply.body);
}

void Interpreter::begin_stream(const ReplyHead& head) {
  if (writer_ == nullptr) writer_ = codec_.make_event_writer(shown(), echo_);
  reply_.begin_stream(head);
}

Task<bool> Interpreter::write(const net::Outgoing& pieces) {
  const bool understood = interpret(pieces).has_value();
  net::Outgoing said;
  said.add(said_);
  if (!understood) {
    (void)co_await reply_.finish(said, false);
    co_return false;
  }
  if (said_.empty()) co_return true;
  co_return co_await reply_.write(said);
}

Task<bool> Interpreter::finish(const net::Outgoing& pieces, bool clean) {
  const bool understood = interpret(pieces).has_value();
  net::Outgoing said;
  said.add(said_);
  co_return co_await reply_.finish(said, clean && understood);
}

Result<void> Interpreter::interpret(const net::Outgoing& pieces) {
  if (writer_ == nullptr) writer_ = codec_.make_event_writer(shown(), echo_);  // an error may be all that is ever said
  said_.clear();
  events_.clear();
  if (auto read = policy_.read(json_, pieces, events_); !read) return break_off(read.error());
  for (const auto& one : events_) writer_->write(said_, one);
  return {};
}

// The client gets what was understood, and is told that it is not all.
Result<void> Interpreter::break_off(const core::Error& error) {
  chat::Event failure;
  failure.kind = chat::Event::Kind::error;
  failure.error = error;
  events_.push_back(std::move(failure));
  for (const auto& one : events_) writer_->write(said_, one);
  return error;
}

}  // namespace headgate::gateway
