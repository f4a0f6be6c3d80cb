#include "headgate/gateway/gateway.hpp"

#include <algorithm>
#include <span>

#include "fan_out.hpp"
#include "headgate/chat/results.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/dialects/completions.hpp"
#include "headgate/dialects/embeddings.hpp"
#include "headgate/dialects/unsaid.hpp"
#include "headgate/gateway/prompt_caches.hpp"
#include "headgate/wire/openai_passthrough.hpp"
#include "interpreter.hpp"
#include "race.hpp"
#include "response_turn.hpp"
#include "stream_error.hpp"

namespace headgate::gateway {

using core::Code;
using core::Error;
using core::Result;
using core::Retry;
using net::Task;

namespace {

Task<void> refuse(Call& call, const Error& error) {
  call.record.outcome = error.name();
  if (call.record.detail.empty()) call.record.detail = error.detail();
  if (error.code() == Code::client_gone || error.told()) co_return;
  if (call.reply.stream_begun()) co_return co_await tell_in_stream(call, error);
  auto reply = error_reply(error, call.dialect, call.record.id);
  if (const auto attempts = call.record.attempts.size(); attempts > 0 || error.failover_exhausted())
    reply.fields += "x-headgate-attempts: " + std::to_string(attempts) + "\r\n";
  co_await call.reply.send({error.status(), "application/json", reply.fields}, reply.body);
}

// What a large request took is given back on every path.
struct ShrinkLater {
  wire::JsonReader& json;
  ~ShrinkLater() { json.shrink(); }
};

// Whether health keeps candidates out, and by this barrier alone.
bool all_kept_out_by(health::Barrier barrier, const std::vector<Exclusion>& excluded) {
  using enum health::Barrier;
  bool any = false;
  for (const auto& one : excluded) {
    if (one.reason == health::name_of(barrier)) any = true;
    for (const auto other : {pause, credential, provider_breaker, target_breaker, retry_budget})
      if (other != barrier && one.reason == health::name_of(other)) return false;
  }
  return any;
}

Error why_nobody_is_asked(const std::vector<Exclusion>& excluded, std::size_t candidates) {
  if (all_kept_out_by(health::Barrier::pause, excluded))
    return Error(Code::rate_limit_exceeded, "The provider's rate limit is reached; it asked to be left alone.");
  if (all_kept_out_by(health::Barrier::credential, excluded))
    return Error(Code::upstream_error, "The provider refused the gateway's own account.");
  if (candidates > 1)
    return Error(Code::no_healthy_upstream,
                 "None of the models that may answer can be asked at the moment: their providers failed too often just "
                 "now.");
  return Error(Code::no_healthy_upstream,
               "The model cannot be asked at the moment: its provider failed too often just now.");
}

Task<void> show_decision(Call& call) {
  const auto decision = describe(call.record);
  co_await call.reply.send({200, "application/json", ""}, decision);
}

bool may_be_continued(const Call& call, const wire::openai::Request& request, const routing::Plan& plan) {
  return plan.limits.continue_streams.value_or(false) && request.stream &&
         call.surface == wire::Surface::chat_completions && Continuation::suits(call.record.needs);
}

// The client's own words are the provider's, too: but for the model's name they go through as they came.
bool is_verbatim(const Call& call, const Target& target) {
  return call.own != nullptr && call.own->suit(target.account->adapter.dialect());
}

bool needs_translation(const Call& call, const Target& target) {
  const auto& adapter = target.account->adapter;
  return call.own != nullptr || adapter.dialect() != dialects::Dialect::chat_completions ||
         adapter.answering(call.surface) != call.surface;
}

Error has_no_such_surface(const Call& call, const Target& target) {
  return Error(Code::capability_unavailable, "`" + target.model + "` is at a provider without `/v1" +
                                                 std::string(wire::path_of(call.surface)) + "`. Name another model.")
      .with_param("model")
      .with_retry(Retry::next_target);
}

// In the provider's dialect, or in its own way of speaking this one.
Result<dialects::Written> say_anew(const Call& call, const Target& target, wire::JsonValue document) {
  const auto& adapter = target.account->adapter;
  if (call.surface == wire::Surface::embeddings)
    return dialects::embeddings::write_request(document, target.upstream, adapter.dialect());
  const bool completes = call.surface == wire::Surface::completions;
  if (call.own == nullptr && document["headgate_extras"].is_set()) return dialects::cannot_say("headgate_extras");
  auto asked =
      completes ? dialects::completions::read_request(document) : dialects::chat_completions::read_request(document);
  if (!asked) return asked.error();
  asked->model = target.upstream;
  chat::put_results_first(asked->messages);
  if (completes) asked->wants_usage = asked->stream;
  if (call.own != nullptr) asked->extras.insert(asked->extras.end(), call.own->unsaid.begin(), call.own->unsaid.end());
  ask_to_remember(*asked, target, call.record);
  return adapter.write(*asked);
}

budget::Charge charge_of(const RequestRecord& record) { return {record.tenant, record.key_id, {}, {}, record.tags}; }

}  // namespace

Gateway::Gateway(net::Loop& loop, net::Resolver& resolver, metrics::Registry& registry, std::uint64_t seed)
    : loop_(loop), names_(loop, resolver), registry_(registry), random_(seed | 1) {
  loop_.each_second([this](core::TimePoint now) {
    for (auto& [key, pool] : pools_) pool->close_idle(now);
    std::erase_if(pools_, [](const auto& entry) { return entry.second->unused(); });
  });
}

Task<void> Gateway::answer(Call& call) {
  const ShrinkLater shrink{json_}, shrink_too{interpreted_};
  if (call.dialect == dialects::Dialect::chat_completions) {
    if (const auto told = co_await tell(call); !told) co_await refuse(call, told.error());
    co_return;
  }
  std::optional<ResponseTurn> turn;
  if (call.dialect == dialects::Dialect::responses) {
    turn.emplace(call, loop_, interpreted_);
    if (const auto begun = co_await turn->begin(); !begun) co_return co_await refuse(call, begun.error());
  }
  Interpreter interpreter(call, interpreted_, turn ? &*turn : nullptr);
  if (const auto read = interpreter.read_request(); !read) co_return co_await refuse(call, read.error());
  auto understood = interpreter.call();
  if (const auto told = co_await tell(understood); !told) co_await refuse(understood, told.error());
  if (turn && turn->is_lost())
    registry_.counter("headgate_responses_not_stored_total", "Responses that were to be stored and could not be.")
        .add();
}

Task<Result<void>> Gateway::tell(Call& call) {
  const bool unread = wire::is_passthrough(call.surface);
  auto request = unread ? wire::openai::read_passthrough_request(json_, call.surface, call.content_type, call.body)
                        : wire::openai::read_request(json_, call.surface, call.body);
  if (!request) co_return request.error();
  Ask ask{call.surface, *request, json_.document(), call.body, call.wishes, call.dry_run, call.without_provider};
  if (call.own != nullptr) ask.own = call.own->dialect;
  const auto plan = decide(ask, call.snapshot, call.record, draw());
  if (!plan) co_return plan.error();
  if (call.dry_run) {
    co_await show_decision(call);
    co_return Result<void>();
  }
  if (request->stream && !unread) call.reply.expect_stream();
  if (call.record.fan_out > 1) co_return co_await FanOut(*this, call, *request).run();

  Story story{*request, *plan};
  if (may_be_continued(call, *request, *plan)) story.continuation.emplace();
  auto answered = co_await try_candidates(call, story);
  if (answered || !story.is_broken_off()) co_return answered;
  co_await end_stream(call, *story.continuation, answered.error());
  co_return Result<void>();
}

// In order, until one answers, the request itself is at fault, or the patience of `failover` ends. Who
// is only just coming back may be passed over for others, but not in favour of nobody.
Task<Result<void>> Gateway::try_candidates(Call& call, Story& story) {
  const auto& failover = call.snapshot.router.failover();
  const auto& candidates = story.plan.candidates;
  if (const auto within = story.plan.limits.deadline) story.answer_by = core::after(call.record.started, *within);
  story.no_new_attempt_after = std::min(core::after(call.record.started, failover.within), story.answer_by);
  std::vector<const routing::Candidate*> passed_over;
  std::size_t hedged = 0;
  if (story.plan.limits.hedge_after && candidates.size() > 1) {
    call.record.attempts.reserve(failover.max_attempts + Race::lanes);  // both lanes write into theirs
    const auto next = co_await try_hedged(call, candidates[0], candidates[1], story);
    if (next == Next::end) co_return std::move(story.result);
    hedged = Race::lanes;
  }
  for (const auto& candidate : std::span(candidates).subspan(hedged)) {
    const bool is_last = &candidate == &candidates.back();
    const auto next = co_await try_candidate(call, candidate, is_last ? 0 : draw(), story);
    if (next == Next::end) co_return std::move(story.result);
    if (next == Next::passed_over) passed_over.push_back(&candidate);
  }
  for (const auto* candidate : passed_over) {
    const auto next = co_await try_candidate(call, *candidate, 0, story);
    if (next == Next::end) co_return std::move(story.result);
  }
  co_return give_up(call, story);
}

Task<Gateway::Next> Gateway::try_candidate(Call& call, const routing::Candidate& candidate, double draw, Story& story) {
  auto& record = call.record;
  Target& target = *call.snapshot.targets[candidate.model];
  const auto now = core::Clock::now();
  if (record.attempts.size() >= call.snapshot.router.failover().max_attempts || now >= story.no_new_attempt_after)
    co_return Next::another;
  if (target.account->token && !target.account->token->current(now))
    co_return keep_out_without_token(call, target, story);
  if (!has_room(call, candidate, story) || !may_go_on(call, candidate, story)) co_return Next::another;
  auto adapted = adapt(call, target, story);
  if (!adapted) co_return keep_out(call, target, adapted.error(), story);
  auto reservation = reserve(call, candidate, story, now);
  if (!reservation) co_return keep_out(call, target, reservation.error(), story);
  auto admitted = call.snapshot.health->admit(candidate.model, now, {!record.attempts.empty(), draw});
  if (const auto* refusal = std::get_if<health::Refusal>(&admitted)) {
    reservation->release();
    const bool by_lot = draw > 0 && !call.snapshot.health->standing(candidate.model, now).refusal;
    if (!by_lot) exclude(record, target, *refusal, now);
    co_return by_lot ? Next::passed_over : Next::another;
  }
  if (story.failed != nullptr) count_failover(*story.failed, target, story.result.error());
  Try attempt{candidate, adapted->get(), is_verbatim(call, target), std::get<health::Admission>(admitted), *reservation,
              now};
  story.result = co_await try_target(call, story, attempt);
  story.failed = &target;
  if (story.result) co_return Next::end;
  co_return after_failure(call, candidate, story);
}

// Whether another candidate can help.
Gateway::Next Gateway::after_failure(const Call& call, const routing::Candidate& candidate, Story& story) {
  const auto& error = story.result.error();
  const auto& router = call.snapshot.router;
  // The request to go on is ours. The client's was good enough for who began.
  if (story.is_broken_off() && error.code() == Code::invalid_request && !error.told()) return Next::another;
  if (error.code() == Code::context_length_exceeded && !error.told() &&
      router.failover().context_overflow == routing::ContextOverflow::larger) {
    const auto window = router.models()[candidate.model].facts.context_window;
    story.too_small = window.value_or(std::max<core::Tokens>(1, call.record.input_tokens.value_or(1)));
    return Next::another;
  }
  return error.retry() == Retry::never ? Next::end : Next::another;
}

// After an overflow only who is known to take more is asked.
bool Gateway::has_room(Call& call, const routing::Candidate& candidate, const Story& story) {
  if (story.too_small == 0) return true;
  const auto& model = call.snapshot.router.models()[candidate.model];
  if (model.facts.context_window && *model.facts.context_window > story.too_small) return true;
  call.record.exclude(model.name, name_of(routing::Reason::context_window));
  return false;
}

Result<budget::Reservation> Gateway::reserve(const Call& call, const routing::Candidate& candidate, const Story& story,
                                             core::TimePoint now) {
  auto& accounting = *call.snapshot.accounting;
  if (!accounting.has_budgets()) return budget::Reservation();
  const auto& target = *call.snapshot.targets[candidate.model];
  auto charge = charge_of(call.record);
  charge.model = target.model;
  charge.provider = target.account->settings.name;
  const auto& candidates = story.plan.candidates;
  const bool cheapest = std::none_of(candidates.begin(), candidates.end(), [&](const routing::Candidate& other) {
    return other.worst_cost && candidate.worst_cost && *other.worst_cost < *candidate.worst_cost;
  });
  return accounting.budgets().reserve(
      charge, {worst_cost(candidate, target, story), cheapest},
      {now, call.record.received + std::chrono::duration_cast<core::WallTime::duration>(now - call.record.started)});
}

Gateway::Next Gateway::keep_out(Call& call, const Target& target, const Error& error, Story& story) {
  call.record.exclude(target.model, traits(error.code()).name);
  const bool for_all = error.retry() == Retry::never && error.code() != Code::capability_unavailable;
  if (for_all && story.failed == nullptr) {
    story.result = error;
    return Next::end;
  }
  if (!story.kept_out) story.kept_out = error;
  return Next::another;
}

// The fault is the gateway's: nobody was asked, and nobody's health suffers.
Gateway::Next Gateway::keep_out_without_token(Call& call, const Target& target, Story& story) {
  call.record.exclude(target.model, "access_token");
  if (!story.kept_out)
    story.kept_out = Error(Code::no_healthy_upstream,
                           "The model cannot be asked at the moment: the gateway has no access token for its provider.")
                         .with_fault(core::Fault::gateway)
                         .with_retry(Retry::next_target)
                         .with_retry_after(1);
  return Next::another;
}

void Gateway::exclude(RequestRecord& record, const Target& target, const health::Refusal& refusal,
                      core::TimePoint now) {
  std::optional<core::Duration> for_how_long;
  if (refusal.until > now && refusal.until != core::no_deadline) for_how_long = refusal.until - now;
  record.exclude(target.model, health::name_of(refusal.barrier), for_how_long);
}

// Nobody answered: the last failure, or what keeps all candidates from being asked at all.
Error Gateway::give_up(const Call& call, const Story& story) {
  if (story.failed != nullptr) return Error(story.result.error()).with_failover_exhausted();
  if (story.kept_out) return *story.kept_out;
  auto error = why_nobody_is_asked(call.record.excluded, story.plan.candidates.size());
  std::optional<core::Duration> earliest;
  for (const auto& one : call.record.excluded)
    if (one.for_how_long && (!earliest || *one.for_how_long < *earliest)) earliest = one.for_how_long;
  if (earliest) error.with_retry_after(std::chrono::duration<double>(*earliest).count());
  return error.with_failover_exhausted();
}

// One candidate; a connection that went stale in the pool is tried once more on a fresh one.
Task<Result<void>> Gateway::try_target(Call& call, Story& story, Try& attempt) {
  Target& target = *call.snapshot.targets[attempt.candidate.model];
  auto& begun = call.record.attempts.emplace_back();
  begun.provider = target.account->settings.name;
  begun.model = target.model;
  if (attempt.adapted != nullptr) begun.adapted = attempt.adapted->changed;
  if (story.is_broken_off()) begun.continues_after = story.continuation->characters();
  const auto index = call.record.attempts.size() - 1;
  const auto sending = sending_of(call, story, attempt, target);
  auto answered = co_await send(call, sending, target, call.record.attempts[index], attempt.started, false);
  if (!answered && answered.error().retry() == Retry::same_target)
    answered = co_await send(call, sending, target, call.record.attempts[index], core::Clock::now(), true);
  const auto ended = core::Clock::now();
  if (!answered && answered.error().retry() == Retry::same_target) answered.error().with_retry(Retry::next_target);
  settle(call, target, call.record.attempts[index], attempt, answered, ended);
  co_return answered;
}

Gateway::Sending Gateway::sending_of(const Call& call, Story& story, Try& attempt, const Target& target) {
  Sending sending{&story.request, call.body,  nullptr,   story.answer_by, target.account->settings.timeouts.first_byte,
                  attempt,        story.race, story.lane};
  if (const auto within = story.plan.limits.first_token_within)
    sending.first_token_in = std::min(sending.first_token_in, *within);
  if (story.continuation && !attempt.verbatim) sending.continuation = &*story.continuation;
  if (attempt.adapted == nullptr) return sending;
  if (attempt.adapted->translated) sending.translated = &*attempt.adapted->translated;
  if (attempt.adapted->body.empty()) return sending;
  sending.request = &attempt.adapted->request;
  sending.body = attempt.adapted->body;
  return sending;
}

// Null: it can be sent as it is.
Result<std::unique_ptr<Gateway::Adapted>> Gateway::adapt(const Call& call, const Target& target, Story& story) {
  std::unique_ptr<Adapted> adapted;
  if (!target.account->adapter.answering(call.surface)) return has_no_such_surface(call, target);
  if (is_verbatim(call, target) || wire::is_passthrough(call.surface)) return adapted;
  if (story.is_broken_off()) return go_on(call, target, story);
  auto in_the_models_terms = limit(call, target);
  if (!in_the_models_terms || !needs_translation(call, target)) return in_the_models_terms;
  return translate(call, target, *std::move(in_the_models_terms));
}

// Null: nothing of it is beyond the model.
Result<std::unique_ptr<Gateway::Adapted>> Gateway::limit(const Call& call, const Target& target) {
  std::unique_ptr<Adapted> adapted;
  if (!target.may_need_adapting) return adapted;
  // Read again each time: between two steps of a request the reader belongs to whoever comes in between.
  const auto document = json_.read(call.body);
  if (!document) return document.error();
  auto made = wire::openai::adapt(*document, call.body, call.surface, target.limits);
  if (!made) return made.error();
  if (made->body.empty()) return adapted;
  return reread(call.surface, std::move(*made));
}

Result<std::unique_ptr<Gateway::Adapted>> Gateway::translate(const Call& call, const Target& target,
                                                             std::unique_ptr<Adapted> adapted) {
  if (adapted == nullptr) adapted = std::make_unique<Adapted>();
  const auto document = json_.read(adapted->body.empty() ? call.body : std::string_view(adapted->body));
  if (!document) return document.error();
  auto written = say_anew(call, target, *document);
  if (!written) return written.error();
  adapted->translated = std::move(written->body);
  std::move(written->changed.begin(), written->changed.end(), std::back_inserter(adapted->changed));
  return adapted;
}

Result<std::unique_ptr<Gateway::Adapted>> Gateway::reread(wire::Surface surface, wire::openai::Adapted made) {
  auto adapted = std::make_unique<Adapted>();
  adapted->body = std::move(made.body);
  adapted->changed = std::move(made.changed);
  wire::pad(adapted->body);
  auto request = wire::openai::read_request(json_, surface, adapted->body);
  if (!request) return request.error();
  adapted->request = std::move(*request);
  return adapted;
}

// Of no consequence but who goes first: xorshift will do.
double Gateway::draw() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return static_cast<double>(random_ >> 11) * 0x1p-53;
}

}  // namespace headgate::gateway
