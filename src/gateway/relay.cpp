// Answers on their way to the client: whole ones checked before a byte leaves, streams event by event.
#include <list>

#include "event_framer.hpp"
#include "headgate/core/text.hpp"
#include "headgate/gateway/gateway.hpp"
#include "headgate/wire/openai_event_pattern.hpp"
#include "headgate/wire/sse.hpp"
#include "impression.hpp"
#include "route_shown.hpp"
#include "stream_error.hpp"
#include "translation.hpp"

namespace headgate::gateway {

using core::Code;
using core::Error;
using core::Result;
using core::Retry;
using net::Task;
using wire::openai::StreamEvent;

namespace {

// What a stream may say before its first content: kept back, so that an error until then still
// lets another candidate answer. More than this is no answer.
constexpr std::size_t max_held = 256 * 1024;

// After [DONE], for the end of the transport.
constexpr core::milliseconds end_patience{100};

Error superseded() { return Error(Code::client_gone).with_name("superseded"); }

Error client_gone() { return Error(Code::client_gone); }

Error cut_short() {
  return Error(Code::upstream_error, "The provider's stream ended before the answer was complete.")
      .with_retry(Retry::next_target)
      .with_detail("cut stream");
}

dialects::Shown shown_of(const Call& call, const Target& target) {
  return {call.record.id, target.upstream,
          std::chrono::duration_cast<std::chrono::seconds>(call.record.received.time_since_epoch()).count(), true};
}

// Who speaks the words of policy is read all the same where an interpreter goes on with them: what that could not
// follow must be known while another candidate may still answer.
bool must_be_read(const Call& call, const Target& target) {
  const auto& adapter = target.account->adapter;
  return call.own != nullptr || adapter.dialect() != dialects::Dialect::chat_completions ||
         adapter.answering(call.surface) != call.surface;
}

// To a client of the provider's own dialect it all goes through.
bool hears_all(const Call& call, const Target& target) {
  return call.own != nullptr && call.own->suit(target.account->adapter.dialect());
}

void note_left_out(AttemptRecord& record, const std::vector<std::string>& kinds) {
  for (const auto& kind : kinds) chat::note_left_out(record.adapted, kind);
}

}  // namespace

Result<std::optional<std::string>> Gateway::understand(const Call& call, const Target& target, std::string_view body,
                                                       AttemptRecord& record) {
  if (!must_be_read(call, target)) return std::optional<std::string>();
  auto said = translated_answer(json_, target.account->adapter.dialect(), call.surface, body, shown_of(call, target));
  if (!said) return said.error();
  if (!hears_all(call, target)) note_left_out(record, said->left_out);
  return std::optional(std::move(said->text));
}

Task<Result<void>> Gateway::pass_whole(Call& call, const Sending& sending, Target& target, AttemptRecord& record,
                                       net::Exchange& exchange, core::TimePoint heard) {
  auto body = co_await exchange.read_whole_body();
  const auto complete = core::Clock::now();
  call.record.upstream += complete - heard;
  if (!body) co_return body.error();
  const auto understood = understand(call, target, *body, record);
  if (!understood) co_return understood.error();
  const std::string_view said = *understood ? std::string_view(**understood) : *body;
  auto reply = wire::openai::check_reply(json_, call.surface, said);
  if (!reply) {
    record.usage = wire::openai::read_usage(json_, said);
    co_return reply.error();
  }
  record.usage = reply->usage;
  Witness witness(call.record.needs);
  witness.hear(*reply, json_.document());
  if (call.surface == wire::Surface::embeddings && record.usage.input && !record.usage.output) record.usage.output = 0;
  if (record.usage.known() && target.price) record.cost = target.price->cost(record.usage);
  std::string converted;
  if (call.surface == wire::Surface::embeddings && sending.request->wants_base64) {
    auto encoded = wire::openai::embeddings_as_base64(json_, said);
    if (!encoded) co_return encoded.error();
    converted = std::move(*encoded);
  }
  if (!sending.claim()) co_return superseded();
  record.impression = witness.judge(call.body, json_, judged_);
  settle(call, target, record, sending.attempt, Result<void>(), complete);
  TextPool::Borrowed fields(texts_);
  append_route_fields(*fields, call, target, record, complete);
  const bool verbatim = sending.attempt.verbatim;
  const std::string_view answer = verbatim ? *body : converted.empty() ? said : std::string_view(converted);
  ReplyWriter& reply_to = verbatim ? call.own->reply : call.reply;
  const bool there = co_await reply_to.send({200, "application/json", *fields}, answer);
  if (!there) co_return client_gone();
  co_return Result<void>();
}

// A stream between its two ends. Lives for one attempt.
class Relay {
 public:
  Relay(Gateway& gateway, Call& call, const Gateway::Sending& sending, Target& target, AttemptRecord& record,
        net::Exchange& exchange, wire::JsonReader& json)
      : gateway_(gateway),
        call_(call),
        sending_(sending),
        target_(target),
        record_(record),
        exchange_(exchange),
        json_(json),
        reply_(sending.attempt.verbatim ? call.own->reply : call.reply),
        witness_(call.record.needs),
        reader_(target.account->adapter.dialect(), target.account->settings.max_event),
        verbatim_(sending.attempt.verbatim),
        begun_(sending.continues()) {
    if (must_be_read(call, target))
      translation_.emplace(target.account->adapter.dialect(), call.surface, shown_of(call, target));
  }

  Task<Result<void>> run() {
    for (;;) {
      const auto more = co_await read_more();
      if (!more) co_return co_await fail(more.error());
      if (!*more) co_return co_await end_of_body();
      do {
        take_events();
        if (failure_) co_return co_await fail(*failure_);
        if (!begun_ && content_ && !sending_.claim()) co_return superseded();
        if (done_) co_return co_await finish("");
        if (holds_back() && held_.size() > max_held)
          co_return co_await fail(cut_short().with_detail("a stream that begins and begins"));
        if (!co_await pass_on()) co_return client_gone();
      } while (!starved_);
    }
  }

  // Of a stream that broke off: what was read and written has most likely been charged. A content event is
  // about a token.
  void estimate_usage() {
    if (record_.usage.known() || contents_ == 0) return;
    if (translation_) record_.usage = translation_->usage();  // as far as it was told
    if (!record_.usage.input) {
      record_.usage.input = call_.record.input_tokens;
      if (record_.usage.input && sending_.continues()) *record_.usage.input += sending_.continuation->tokens();
    }
    if (!record_.usage.output) record_.usage.output = contents_;
    record_.usage_estimated = true;
  }

 private:
  Task<Result<bool>> read_more() {
    const auto since = core::Clock::now();
    // Comments and preambles do not prolong the wait for the first content.
    const auto deadline =
        content_ ? exchange_.deadline_in(target_.account->settings.timeouts.between_bytes) : exchange_.first_byte_by();
    auto more = co_await exchange_.read_more_body(deadline);
    call_.record.upstream += core::Clock::now() - since;
    co_return more;
  }

  // Reads the whole events that have come, as many as fit in one write, and lists what of them goes
  // on to the client.
  void take_events() {
    const auto body = exchange_.body();
    wire::SseReader::Event event;
    starved_ = false;
    while (!done_ && !failure_ && !outgoing_.full()) {
      const auto status = reader_.next(body.substr(taken_), event);
      starved_ = status == wire::SseReader::Status::need_more;
      if (starved_) break;
      if (status == wire::SseReader::Status::too_large) {
        failure_ = cut_short().with_detail("an event is larger than max_event");
        break;
      }
      if (status == wire::SseReader::Status::event) {
        const auto raw = body.substr(taken_, event.consumed);
        translation_ ? take_foreign(event, raw) : take_event(event, raw);
      }
      taken_ += event.consumed;
    }
    end_run();
  }

  // What an event of another dialect means is judged; where the client speaks that dialect, it gets the event itself.
  void take_foreign(const wire::SseReader::Event& event, std::string_view raw) {
    take_meaning(translation_->read(json_, event.name, event.data));
    if (verbatim_ && !failure_) extend_run(raw);
  }

  void take_meaning(const Result<Translation::Said>& said) {
    if (!verbatim_) note_left_out(record_, translation_->left_out());
    if (!said) return void(failure_ = said.error());
    for (const auto data : *said)
      if (!failure_) take_event({0, data, {}, false}, {});
  }

  // Whoever gathers what the model says must see each event's document.
  bool only_passes() const { return sending_.continuation == nullptr && !witness_.gathers_text(); }

  void take_event(const wire::SseReader::Event& event, std::string_view raw) {
    using Kind = StreamEvent::Kind;
    if (only_passes() && pattern_.matches(event.data)) {
      content_ = true;
      ++contents_;
      return pass(event, raw);
    }
    auto read = wire::openai::read_stream_event(json_, call_.surface, event.data);
    if (read.usage.known()) record_.usage = read.usage;
    finishes_ = finishes_ || read.finishes;
    switch (read.kind) {
      case Kind::error: failure_ = std::move(read.error); return;
      case Kind::malformed: failure_ = cut_short().with_detail("an event that is not of this dialect"); return;
      case Kind::usage_only:
        if (!sending_.request->wants_usage && !verbatim_) return end_run();
        return take_usage(event.data);
      case Kind::done: done_ = true; break;
      case Kind::content:
        content_ = true;
        ++contents_;
        witness_.hear(read, json_.document());
        if (only_passes()) pattern_.learn(event.data, json_.document(), read);
        break;
      case Kind::preamble: break;
    }
    if (sending_.continuation != nullptr && read.kind != Kind::done) {
      if (sending_.continues()) return adopt(event.data, read);
      if (read.kind == Kind::content) sending_.continuation->show(json_, event.data, read.finishes);
    }
    pass(event, raw);
  }

  void pass(const wire::SseReader::Event& event, std::string_view raw) {
    event.canonical ? extend_run(raw) : reframe(event.data);
  }

  void reframe(std::string_view data) {
    if (verbatim_) return;
    end_run();
    auto& framed = reframed_.emplace_back();
    wire::append_event(framed, data);
    outgoing_.add(framed);
  }

  // The client goes on with the stream that it has. Its last content says who else had a part in it.
  void adopt(std::string_view data, const StreamEvent& read) {
    if (read.kind == StreamEvent::Kind::preamble) return;
    auto said = sending_.continuation->adopt(json_, data, record_, read.finishes);
    if (read.finishes) said = with_route(std::move(said));
    if (!said.empty()) reframe(said);
  }

  // The last chunk tells what the answer cost, and who gave it.
  void take_usage(std::string_view data) {
    if (target_.price) record_.cost = target_.price->cost(record_.usage);
    auto said = sending_.continues() ? sending_.continuation->adopt(json_, data, record_, false) : std::string(data);
    reframe(with_route(std::move(said)));
  }

  std::string with_route(std::string said) const {
    const auto brace = said.find('{');
    if (brace == said.npos) return said;
    std::string member;
    append_route_member(member, call_.record, record_);
    if (translation_ && !translation_->left_out().empty()) append_left_out(member);
    if (sending_.continues()) sending_.continuation->append_to(member);
    said.insert(brace + 1, member + "},");
    return said;
  }

  // Names come from the provider, but hold nothing that would have to be escaped.
  void append_left_out(std::string& member) const {
    member += R"(,"left_out":[)";
    for (const auto& kind : translation_->left_out())
      member.append(member.back() == '[' ? "\"" : ",\"").append(kind).append("\"");
    member += "]";
  }

  // Events that follow each other and go on as they are leave as one piece.
  void extend_run(std::string_view raw) {
    if (!run_.empty() && run_.data() + run_.size() == raw.data()) {
      run_ = {run_.data(), run_.size() + raw.size()};
    } else {
      end_run();
      run_ = raw;
    }
  }

  void end_run() {
    outgoing_.add(run_);
    run_ = {};
  }

  void begin() {
    begun_ = true;
    std::string fields;
    append_route_fields(fields, call_, target_, record_, core::Clock::now());
    fields.append("cache-control: no-cache\r\nx-accel-buffering: no\r\n");
    reply_.begin_stream({200, "text/event-stream; charset=utf-8", fields});
  }

  bool holds_back() const { return !begun_ && !content_ && !done_; }

  void hold() {
    for (const auto& piece : outgoing_.buffers()) held_.append(static_cast<const char*>(piece.data()), piece.size());
  }

  // What was held back, then the new events, then `last`.
  net::Outgoing all_pieces(std::string_view last) const {
    net::Outgoing all;
    all.add(held_);
    all.add(outgoing_);
    all.add(last);
    return all;
  }

  void drop_taken() {
    exchange_.consume_body(std::exchange(taken_, 0));
    outgoing_.clear();
    reframed_.clear();
  }

  Task<bool> pass_on() {
    bool there = true;
    if (holds_back()) {
      hold();
    } else if (!outgoing_.empty() || !held_.empty()) {
      if (!begun_) begin();
      there = co_await reply_.write(all_pieces(""));
      held_.clear();
    }
    drop_taken();
    co_return there;
  }

  Task<Result<void>> finish(std::string_view last) {
    if (!content_) co_return cut_short().with_detail("a stream without content");
    if (!begun_) begin();
    record_.impression = witness_.judge(call_.body, json_, gateway_.judged_);
    gateway_.settle(call_, target_, record_, sending_.attempt, Result<void>(), core::Clock::now());
    const bool there = co_await reply_.finish(all_pieces(last), true);
    drop_taken();
    if (!there) co_return client_gone();
    if (!exchange_.reusable() && exchange_.body().empty()) co_await wait_for_end();
    co_return Result<void>();
  }

  // The end of the transport mostly comes along with [DONE]; a little later is still worth a
  // connection.
  Task<void> wait_for_end() { (void)co_await exchange_.read_more_body(exchange_.deadline_in(end_patience)); }

  // A body that ends without [DONE] is complete when every answer in it said why it stopped.
  Task<Result<void>> end_of_body() {
    take_rest();
    if (failure_) co_return co_await fail(*failure_);
    if (translation_) co_return co_await end_of_translation();
    if (!finishes_ && !done_) co_return co_await fail(cut_short());
    if (!begun_ && content_ && !sending_.claim()) co_return superseded();
    co_return co_await finish(done_ ? "" : "data: [DONE]\n\n");
  }

  // The end of the transport ends the last event, too. Errors may stand there without a frame around them.
  void take_rest() {
    const auto body = exchange_.body().substr(taken_);
    if (done_ || body.empty()) return;
    rest_.append(body).append("\n\n");
    wire::pad(rest_);
    EventFramer framer(target_.account->adapter.dialect(), target_.account->settings.max_event);
    wire::SseReader::Event event;
    if (framer.next(rest_, event) != wire::SseReader::Status::event) return;
    if (event.data != "[DONE]" && !json_.read_lenient(event.data)) return;  // cut somewhere in its middle
    event.canonical = false;
    translation_ ? take_foreign(event, rest_) : take_event(event, rest_);
    end_run();
  }

  // Some dialects have no last event of their own.
  Task<Result<void>> end_of_translation() {
    take_meaning(translation_->end());
    if (!failure_ && !done_) failure_ = cut_short();
    if (failure_) co_return co_await fail(*failure_);
    if (!begun_ && content_ && !sending_.claim()) co_return superseded();
    end_run();
    co_return co_await finish("");
  }

  // Before the first content another candidate may answer; after it the client is told, in the
  // stream, unless another can go on: the content has been paid for.
  Task<Result<void>> fail(Error error) {
    if (!content_ || error.code() == Code::client_gone) co_return error;
    if (!begun_) begin();
    const auto* continuation = sending_.continuation;
    if (continuation != nullptr && error.retry() != Retry::never && continuation->is_possible())
      co_return co_await leave_to_another(std::move(error));
    record_.outcome = error.name();
    const auto event = verbatim_ ? error_event_of(call_, error) : error_event(call_.record, error);
    (void)co_await reply_.finish(all_pieces(event), false);
    co_return error.with_retry(Retry::never).with_told();
  }

  // The client gets all that came; who goes on says the rest.
  Task<Result<void>> leave_to_another(Error error) {
    const auto pieces = all_pieces("");
    bool there = true;
    if (!pieces.empty()) there = co_await reply_.write(pieces);
    held_.clear();
    drop_taken();
    if (!there) co_return client_gone();
    estimate_usage();
    if (error.fault() == core::Fault::provider) record_.impression = {budget::Signal::cut, true};
    sending_.continuation->break_off(error, record_.usage);
    co_return error;
  }

  Gateway& gateway_;
  Call& call_;
  const Gateway::Sending& sending_;
  Target& target_;
  AttemptRecord& record_;
  net::Exchange& exchange_;
  wire::JsonReader& json_;
  ReplyWriter& reply_;
  Witness witness_;
  EventFramer reader_;
  std::optional<Translation> translation_;  // of a stream in another dialect than policy's
  bool verbatim_;                           // the client gets the provider's events as they are
  wire::openai::EventPattern pattern_;

  net::Outgoing outgoing_;           // of the events taken, in order
  std::string_view run_;             // their last piece, still growing
  std::list<std::string> reframed_;  // events that had to be written anew
  std::string held_;
  std::string rest_;       // of the body, behind its last whole event
  std::size_t taken_ = 0;  // bytes of the body that the events taken span
  std::optional<Error> failure_;
  core::Tokens contents_ = 0;  // events with content
  bool starved_ = false;       // no whole event is left in the body
  bool begun_ = false;         // the client has been sent something
  bool content_ = false;       // something a user would see has come
  bool finishes_ = false;      // a finish reason has come
  bool done_ = false;          // [DONE] has come
};

Task<Result<void>> Gateway::relay_stream(Call& call, const Sending& sending, Target& target, AttemptRecord& record,
                                         net::Exchange& exchange) {
  Relay relay(*this, call, sending, target, record, exchange, json_);
  auto passed = co_await relay.run();
  if (!passed) relay.estimate_usage();
  if (!passed && passed.error().told() && passed.error().fault() == core::Fault::provider)
    record.impression = {budget::Signal::cut, true};
  co_return passed;
}

// It broke off, and nobody goes on with it. The client learns why it did, not why nobody does.
Task<void> Gateway::end_stream(Call& call, const Continuation& continuation, const Error& last) {
  call.record.outcome = last.name();
  if (last.code() == Code::client_gone || last.told()) co_return;
  co_await tell_in_stream(call, last.fault() == core::Fault::gateway ? last : continuation.reason());
}

}  // namespace headgate::gateway
