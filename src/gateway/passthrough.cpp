// Answers of the surfaces that are passed through: whole ones looked at before a byte leaves, sound as it comes, events
// one by one but unchanged. What comes is held no longer than until the client has taken it.
#include "headgate/core/unusable_answer.hpp"
#include "headgate/gateway/gateway.hpp"
#include "headgate/wire/openai_passthrough.hpp"
#include "headgate/wire/sse.hpp"
#include "route_shown.hpp"

namespace headgate::gateway {

using core::Code;
using core::Error;
using core::Result;
using core::Retry;
using net::Task;
using wire::openai::Meter;
using wire::openai::Passage;
using wire::openai::PassedEvent;

namespace {

constexpr std::size_t longest_content_type = 128;

Error cut_short(std::string detail) {
  return Error(Code::upstream_error, "The provider's answer ended before it was complete.")
      .with_retry(Retry::next_target)
      .with_detail(std::move(detail));
}

}  // namespace

// One answer between its two ends. Lives for one attempt.
class Passing {
 public:
  Passing(Gateway& gateway, Call& call, const Gateway::Sending& sending, Target& target, AttemptRecord& record,
          net::Exchange& exchange, wire::JsonReader& json)
      : gateway_(gateway),
        call_(call),
        sending_(sending),
        target_(target),
        record_(record),
        exchange_(exchange),
        json_(json),
        content_type_(exchange.head().fields[wire::Field::content_type]),
        events_(target.account->settings.max_event) {}

  Task<Result<void>> run(core::TimePoint heard) {
    const auto passage = wire::openai::passage_of(call_.surface, sending_.request->stream, content_type_);
    if (content_type_.size() > longest_content_type || passage == Passage::unusable)
      co_return core::unusable_answer("an answer of another kind");
    if (passage == Passage::bytes) co_return co_await pass_bytes();
    if (passage == Passage::events) co_return co_await pass_events();
    co_return co_await pass_whole(passage, heard);
  }

 private:
  Task<Result<void>> pass_whole(Passage passage, core::TimePoint heard) {
    const auto body = co_await exchange_.read_whole_body();
    const auto complete = core::Clock::now();
    call_.record.upstream += complete - heard;
    if (!body) co_return body.error();
    const auto meter = passage == Passage::text ? wire::openai::check_passed_text(json_, *body)
                                                : wire::openai::check_passed_document(json_, call_.surface, *body);
    if (!meter) co_return meter.error();
    note(*meter);
    if (!sending_.claim()) co_return superseded();
    settle();
    std::string fields;
    append_route_fields(fields, call_, target_, record_, complete);
    const auto type = content_type_.empty() ? std::string_view("application/json") : content_type_;
    if (!co_await call_.reply.send({200, type, fields}, *body)) co_return Error(Code::client_gone);
    co_return Result<void>();
  }

  // Nothing tells the end of sound but the end of the body.
  Task<Result<void>> pass_bytes() {
    for (;;) {
      const auto more = co_await read_more();
      if (!more) co_return break_off(more.error());
      const auto bytes = exchange_.body();
      if (!*more) {
        if (!begun_) co_return core::unusable_answer("no sound");
        co_return co_await finish();
      }
      if (bytes.empty()) continue;
      if (!begin("application/octet-stream")) co_return superseded();
      if (!co_await pass(bytes.size())) co_return Error(Code::client_gone);
    }
  }

  Task<Result<void>> pass_events() {
    for (;;) {
      const auto more = co_await read_more();
      if (!more) co_return co_await fail(more.error());
      if (!*more) co_return co_await end_of_events();
      take_events();
      if (content_ && !begin("text/event-stream")) co_return superseded();
      if (!co_await pass(taken_)) co_return Error(Code::client_gone);
      taken_ = 0;
      if (failure_) co_return co_await fail(*failure_);
    }
  }

  // The whole events that have come, up to one that is an error.
  void take_events() {
    wire::SseReader::Event event;
    while (!failure_) {
      const auto status = events_.next(exchange_.body().substr(taken_), event);
      if (status == wire::SseReader::Status::need_more) return;
      if (status == wire::SseReader::Status::too_large) return void(failure_ = cut_short("larger than max_event"));
      if (status == wire::SseReader::Status::event) take_event(event.data);
      if (!failure_) taken_ += event.consumed;
    }
  }

  void take_event(std::string_view data) {
    auto event = wire::openai::read_passed_event(json_, data);
    if (event.kind == PassedEvent::Kind::error) return void(failure_ = std::move(event.error));
    if (event.kind == PassedEvent::Kind::malformed) return void(failure_ = cut_short("an event that is none"));
    content_ = true;
    complete_ = complete_ || event.kind == PassedEvent::Kind::last;
    if (event.meter.known()) note(event.meter);
  }

  // The end of the transport ends the last event, too.
  Task<Result<void>> end_of_events() {
    std::string rest(exchange_.body());
    wire::SseReader::Event event;
    rest += "\n\n";
    wire::pad(rest);
    const bool is_event = events_.next(rest, event) == wire::SseReader::Status::event;
    if (is_event && json_.read_lenient(event.data)) {
      take_event(event.data);
      if (failure_) co_return co_await fail(*failure_);
      if (complete_ && !begin("text/event-stream")) co_return superseded();
      if (complete_) co_return co_await finish(rest);
    }
    if (!complete_) co_return co_await fail(cut_short("cut stream"));
    co_return co_await finish();
  }

  Task<Result<bool>> read_more() {
    const auto since = core::Clock::now();
    const auto deadline =
        begun_ ? exchange_.deadline_in(target_.account->settings.timeouts.between_bytes) : exchange_.first_byte_by();
    auto more = co_await exchange_.read_more_body(deadline);
    call_.record.upstream += core::Clock::now() - since;
    co_return more;
  }

  // False: another candidate answers.
  bool begin(std::string_view usual_type) {
    if (begun_) return true;
    if (!sending_.claim()) return false;
    begun_ = true;
    std::string fields;
    append_route_fields(fields, call_, target_, record_, core::Clock::now());
    fields.append("cache-control: no-cache\r\nx-accel-buffering: no\r\n");
    call_.reply.begin_stream({200, content_type_.empty() ? usual_type : content_type_, fields});
    return true;
  }

  // In front of the first event there are only comments, which are dropped.
  Task<bool> pass(std::size_t size) {
    net::Outgoing pieces;
    pieces.add(exchange_.body().substr(0, size));
    bool there = true;
    if (begun_ && size > 0) there = co_await call_.reply.write(pieces);
    exchange_.consume_body(size);
    co_return there;
  }

  Task<Result<void>> finish(std::string_view rest = {}) {
    settle();
    net::Outgoing last;
    if (!rest.empty()) last.add(rest);
    if (!co_await call_.reply.finish(last, true)) co_return Error(Code::client_gone);
    co_return Result<void>();
  }

  // Until the first byte another candidate may answer; after it the client is told, in the stream.
  Task<Result<void>> fail(Error error) {
    if (!begun_ || error.code() == Code::client_gone) co_return error;
    if (complete_ && !failure_) co_return co_await finish();
    std::string body, event;
    wire::openai::append_error(body, error);
    wire::append_event(event, body);
    net::Outgoing last;
    last.add(event);
    (void)co_await call_.reply.finish(last, false);
    co_return told(std::move(error));
  }

  // Sound has no word for an error.
  Error break_off(Error error) {
    if (!begun_ || error.code() == Code::client_gone) return error;
    call_.reply.abandon();
    return told(std::move(error));
  }

  Error told(Error error) {
    call_.record.outcome = record_.outcome = error.name();
    call_.record.detail = error.detail();
    return error.with_retry(Retry::never).with_told();
  }

  void note(const Meter& meter) {
    if (meter.usage.known()) record_.usage = meter.usage;
    if (meter.audio_seconds) record_.audio_seconds = meter.audio_seconds;
    if (meter.usage.known() && target_.price) record_.cost = target_.price->cost(meter.usage);
  }

  void settle() {
    record_.impression.answered = true;
    gateway_.settle(call_, target_, record_, sending_.attempt, Result<void>(), core::Clock::now());
  }

  static Error superseded() { return Error(Code::client_gone).with_name("superseded"); }

  Gateway& gateway_;
  Call& call_;
  const Gateway::Sending& sending_;
  Target& target_;
  AttemptRecord& record_;
  net::Exchange& exchange_;
  wire::JsonReader& json_;
  std::string content_type_;
  wire::SseReader events_;
  std::size_t taken_ = 0;  // bytes of the body that the events taken span
  std::optional<Error> failure_;
  bool begun_ = false;     // the client has been sent something
  bool content_ = false;   // an event has come
  bool complete_ = false;  // and a last one
};

Task<Result<void>> Gateway::pass_through(Call& call, const Sending& sending, Target& target, AttemptRecord& record,
                                         net::Exchange& exchange, core::TimePoint heard) {
  Passing passing(*this, call, sending, target, record, exchange, json_);
  co_return co_await passing.run(heard);
}

}  // namespace headgate::gateway
